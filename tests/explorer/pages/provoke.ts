/** Provoke: errors in the browser. */
import type { Page } from 'playwright-core';
import {
  axeViolations,
  inChromium,
  isOverflowing,
  type Look,
  looksToTest,
  takePicture,
  visit,
} from '../harness';

const named = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

/** The row of the table on a wide page, or the term of the open tab on a narrow one. */
const row = (page: Page, { width }: Look, part: string) =>
  width > 960
    ? page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: part, exact: true }) })
    : page.locator('dt', { hasText: new RegExp(`^${part}$`) }).locator('+ dd');

const verdict = (page: Page) => page.locator('.verdict');

const expectPageInOrder = async (page: Page, look: Look, state: string): Promise<void> => {
  await takePicture(page, `provoke-${state}-${look.theme}-${look.width}`);
  expect(await isOverflowing(page)).toBe(false);
  expect(await axeViolations(page)).toEqual([]);
};

const opened = async (look: Look, name: string, code: string): Promise<Page> => {
  const page = await visit(`/provoke/${name}`, look);
  await verdict(page).getByText(`The same error through all four: ${code}.`).waitFor({ timeout: 30_000 });
  return page;
};

inChromium('provoke', () => {
  test.each(looksToTest())('the list of errors, then one error, then another, %j', async (look) => {
    const page = await visit('/provoke', look);
    await named(page, 'A stale etag').waitFor();
    await expectPageInOrder(page, look, 'all');

    await named(page, 'A stale etag').click();
    await verdict(page).getByText('The same error through all four: ABORTED.').waitFor();
    expect(page.url()).toMatch(/\/provoke\/stale-etag$/);
    expect(await row(page, look, 'code').innerText()).toContain('412 Precondition Failed');
    expect(await row(page, look, 'retry').innerText()).toContain('Not part of this error.');
    await expectPageInOrder(page, look, 'stale-etag');

    if (look.width > 960) await named(page, 'An unknown field').click();
    else await page.getByLabel('Error', { exact: true }).selectOption('unknown-field');
    await verdict(page).getByText('INVALID_ARGUMENT.').waitFor();
    expect(page.url()).toMatch(/\/provoke\/unknown-field$/);
    // A document with an unknown field is invalid, so the client does not send it.
    if (look.width <= 960) await page.getByRole('tab', { name: 'GraphQL' }).first().click();
    expect(await row(page, look, 'code').innerText()).toContain('Not sent');
    await takePicture(page, `provoke-unknown-field-${look.theme}-${look.width}`);
    expect(await isOverflowing(page)).toBe(false);
  });

  const WIDE = { theme: 'light', width: 1280 } as const;

  test('too many calls shows the retry delay at its place in each protocol', async () => {
    const page = await opened(WIDE, 'too-many-calls', 'RESOURCE_EXHAUSTED');
    const retry = await row(page, WIDE, 'retry').innerText();
    for (const place of [
      'retry-after',
      'errors[0].extensions.retryDelayMs',
      'RetryInfo.retry_delay.seconds',
      'detail/SkillsFault/retryAfter',
    ]) {
      expect(retry.toLowerCase()).toContain(place.toLowerCase());
    }
    await takePicture(page, 'provoke-too-many-calls-light-1280');
  });

  test('invalid fields are named in the syntax of each protocol', async () => {
    const page = await opened(WIDE, 'bad-field', 'INVALID_ARGUMENT');
    const field = await row(page, WIDE, 'field').innerText();
    expect(field).toContain('#/tags/1');
    expect(field).toContain('skill.tags[1]');
    await takePicture(page, 'provoke-bad-field-light-1280');
  });

  test('the keyboard alone provokes an error, and the verdict is announced', async () => {
    const page = await visit('/provoke', WIDE);
    const link = named(page, 'No token');
    await link.waitFor();
    const focused = () => page.evaluate('document.activeElement.textContent');
    for (let tabs = 0; tabs < 40 && (await focused()) !== 'No token'; tabs++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const status = page.getByRole('status').getByText('The same error through all four: UNAUTHENTICATED.');
    await status.waitFor({ state: 'attached' });
    const again = page.waitForResponse(/\/api\/provoke$/);
    await page.keyboard.press('Control+Enter');
    expect((await again).status()).toBe(200);
    await status.waitFor({ state: 'attached' });
  });

  test('an unknown error name and an unreachable server are reported', async () => {
    const page = await visit('/provoke/nothing', { ...WIDE, expectProblems: true });
    await page.getByText('There is no error named nothing here.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().setOffline(true);
    await named(page, 'No token').click();
    await page.getByRole('alert').getByText('The explorer server does not respond.').waitFor();
    await expectPageInOrder(page, WIDE, 'failed');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Run again' }).click();
    await verdict(page).getByText('UNAUTHENTICATED.').waitFor();
  });
});
