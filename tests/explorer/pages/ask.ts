/** Ask: making calls in the browser, and the views of their results. */
import type { Locator, Page } from 'playwright-core';
import { axeViolations, inChromium, isOverflowing, looksToTest, takePicture, visit } from '../harness';

const SAME = 'The same answer through all four.';
const PROTOCOLS = ['rest', 'graphql', 'grpc', 'soap'] as const;

const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run' }).click();

/** The verdict of the last call. */
const verdict = async (page: Page): Promise<string | null> => {
  await page.locator('.outcome[aria-busy="false"] .banner').waitFor();
  return page.locator('.banner strong').textContent();
};

const asking = (operation: string, input: object): string =>
  `/?${new URLSearchParams({ operation, input: JSON.stringify(input) })}`;

/** The first highlighted text of each protocol, in a wide window. */
const highlightedIn = async (page: Page): Promise<string[]> => {
  const texts = PROTOCOLS.map((name) =>
    page.locator(`.column.${name} .code .highlighted`).first().textContent(),
  );
  return Promise.all(texts as Promise<string>[]);
};

const grpc = (page: Page): Locator => page.locator('.column.grpc');

inChromium('ask', () => {
  test.each(looksToTest())('one click runs the default call, %j', async (look) => {
    const page = await visit('/', look);
    await page.getByRole('button', { name: 'Run' }).waitFor();
    expect(await isOverflowing(page)).toBe(false);
    await takePicture(page, `ask-ready-${look.theme}-${look.width}`);
    await run(page);
    expect(await verdict(page)).toBe(SAME);
    expect(new URL(page.url()).searchParams.get('input')).toBe('{"id":"graphql"}');
    await page.locator('.code .tok-string').first().waitFor();
    if (look.width < 600) {
      await page.getByRole('tab', { name: 'REST' }).focus();
      for (const startLine of [/^POST \/graphql /, /GetSkill HTTP\/2$/, /^POST \/soap /]) {
        await page.keyboard.press('ArrowRight');
        expect(await page.locator('.start-line').first().textContent()).toMatch(startLine);
        expect(await isOverflowing(page)).toBe(false);
      }
    } else {
      expect(await page.locator('.column h2').allTextContents()).toEqual(['REST', 'GraphQL', 'gRPC', 'SOAP']);
      expect(await page.locator('.start-line').allTextContents()).toContain(
        'GET /api/skills/graphql HTTP/1.1',
      );
    }
    await page.getByLabel('Headers', { exact: true }).check();
    expect(await isOverflowing(page)).toBe(false);
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, `ask-answer-${look.theme}-${look.width}`);
  });

  test('pointing at a value highlights it in all four protocols, and a protobuf field highlights its bytes', async () => {
    const page = await visit(asking('getSkill', { id: 'soap', fields: ['id', 'name'] }));
    expect(await verdict(page)).toBe(SAME);
    await page.locator('.column.soap .code .tok-keyword').first().waitFor();
    await page.locator('.column.rest .mark[data-key="name"]').hover();
    expect(await highlightedIn(page)).toEqual(['"SOAP"', '"SOAP"', '12 04 53', 'SOAP']);
    expect(await grpc(page).locator('.highlight-list .highlighted').textContent()).toContain('name 2 "SOAP"');
    await grpc(page).locator('.hex .mark[data-key="id"]').first().hover();
    expect(await highlightedIn(page)).toEqual(['"soap"', '"soap"', '0a', 'soap']);
    // The same with the keyboard.
    await page.mouse.move(0, 0);
    await page.getByRole('listbox', { name: 'Values of the answer' }).focus();
    await page.keyboard.press('End');
    expect(await highlightedIn(page)).toEqual(['"SOAP"', '"SOAP"', '12 04 53', 'SOAP']);
    await page.getByLabel('As sent').check();
    await page.getByRole('listbox', { name: 'gRPC response, fields' }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    expect(await highlightedIn(page)).toEqual(['"soap"', '"soap"', '0a', 'soap']);
    expect(await page.locator('.column.rest .code').textContent()).toBe('{"id":"soap","name":"SOAP"}');
    await takePicture(page, 'ask-lit-light-1280');
  });

  test('a call is filled in with a suggestion and run by keyboard alone, and its link runs it again', async () => {
    const page = await visit('/', { theme: 'dark' });
    await page.getByRole('button', { name: 'Run' }).waitFor();
    while (!(await page.locator('#operation').evaluate((element) => element.matches(':focus')))) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type('batch');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#field-ids').focus();
    await page.keyboard.type('postgr');
    await page.getByRole('option', { name: /^postgresql/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await takePicture(page, 'ask-suggestions-dark-1280');
    await page.keyboard.press('Enter');
    await page.keyboard.type('nothing-such');
    await page.keyboard.press('Control+Enter');
    expect(await verdict(page)).toBe(SAME);
    const { searchParams } = new URL(page.url());
    expect(JSON.parse(searchParams.get('input') ?? '').ids.slice(-2)).toEqual(['postgresql', 'nothing-such']);
    const shared = await visit(page.url().replace(/^https?:\/\/[^/]+/, ''));
    expect(await verdict(shared)).toBe(SAME);
    expect(await shared.locator('.values').textContent()).toMatch(/missingIds\[\d\] nothing-such/);
    expect(await shared.locator('.chips li').allTextContents()).toEqual(
      await page.locator('.chips li').allTextContents(),
    );
  });

  test.each(looksToTest())('a violation is shown at its field, %j', async (look) => {
    const page = await visit(asking('listSkills', { category: 'Nope!', fields: ['id'] }), look);
    expect(await verdict(page)).toBe('The same error through all four: INVALID_ARGUMENT.');
    const category = page.getByLabel('category', { exact: true });
    expect(await category.getAttribute('aria-invalid')).toBe('true');
    expect(
      await page.locator(`[id="${await category.getAttribute('aria-describedby')}"]`).textContent(),
    ).toBe('must be lower-case letters and digits joined by hyphens');
    expect(await isOverflowing(page)).toBe(false);
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, `ask-error-${look.theme}-${look.width}`);
    await category.fill('databases');
    await page.getByRole('checkbox', { name: 'as JSON' }).check();
    await page.getByLabel('Input as JSON').fill('{"category":');
    expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
    expect(await page.locator('#input-json-problem').textContent()).toMatch(/^The input is not valid JSON/);
    await page.getByLabel('Input as JSON').fill('{"category": "databases", "colour": "red"}');
    await run(page);
    await page.getByText('colour is not a known field').first().waitFor();
    expect(await page.getByRole('checkbox', { name: 'as JSON' }).isDisabled()).toBe(false);
  });

  test('a write shows a warning, and one click makes one change', async () => {
    const page = await visit('/');
    await page.getByLabel('Operation').selectOption('createSkill');
    await page.getByText('This changes the catalogue.').waitFor();
    expect(await page.getByLabel('Sign in as').inputValue()).toBe('writer');
    await run(page);
    // A second change would be a conflict.
    expect(await verdict(page)).toBe(SAME);
    await page.getByLabel('Operation').selectOption('updateSkill');
    await page.getByLabel('id required', { exact: true }).fill('web-sockets');
    await page.getByLabel('level', { exact: true }).selectOption('ADVANCED');
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, 'ask-write-light-1280');
    await run(page);
    expect(await verdict(page)).toBe(SAME);
    expect(await page.locator('.values').textContent()).toMatch(/level ADVANCED/);
    // A write opened by its link is not run.
    await page.reload();
    await page.getByText('Press Run').waitFor();
    await page.getByLabel('Operation').selectOption('getSkill');
    await page.getByLabel('id required', { exact: true }).fill('web-sockets');
    await run(page);
    expect(await verdict(page)).toBe(SAME);
    expect(await page.locator('.values').textContent()).toMatch(/level ADVANCED/);
    // Restores the catalogue for other tests.
    await page.getByLabel('Operation').selectOption('deleteSkill');
    await run(page);
    expect(await verdict(page)).toBe(SAME);
  });

  test('a call can be copied in every form, and the theme survives a reload', async () => {
    const page = await visit(asking('getSkill', { id: 'git' }));
    expect(await verdict(page)).toBe(SAME);
    const copied = async (name: string): Promise<string> => {
      await page.getByRole('button', { name }).click();
      await page.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor();
      return page.evaluate('navigator.clipboard.readText()');
    };
    expect(await copied('Copy as curl, REST')).toMatch(/^curl 'http:\S+\/api\/skills\/git'/);
    expect(await copied('Copy as fetch, GraphQL')).toContain('await fetch(');
    expect(await copied('Copy as grpcurl, gRPC')).toMatch(/^grpcurl -plaintext .*GetSkill$/);
    expect(await copied('Copy as buf curl, gRPC')).toMatch(/^buf curl /);
    expect(await copied('Copy as envelope, SOAP')).toContain('<soap:Envelope');
    expect(await copied('Copy a link to this call')).toBe(page.url());
    await page.getByText('All bytes of REST').click();
    expect(await page.getByRole('region', { name: 'REST: bytes up' }).textContent()).toMatch(
      /^0000 {2}47 45 54 20 2f 61 70 69 {2}GET \/api\n/,
    );
    const theme = page.getByRole('button', { name: /^Theme: / });
    while (!(await theme.textContent())?.includes('dark')) await theme.click();
    await page.reload();
    expect(await theme.textContent()).toContain('dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 24, 29)');
  });

  test('an unreachable explorer server is reported', async () => {
    const page = await visit('/', { expectProblems: true });
    await page.getByRole('button', { name: 'Run' }).waitFor();
    await page.context().setOffline(true);
    await run(page);
    expect(await page.getByRole('alert').textContent()).toBe(
      'The explorer server does not respond. Check that it is running.',
    );
    expect(await axeViolations(page)).toEqual([]);
    await page.context().setOffline(false);
    await run(page);
    expect(await verdict(page)).toBe(SAME);
  });
});
