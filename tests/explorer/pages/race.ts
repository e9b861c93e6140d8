import type { Page } from 'playwright-core';
import { axeViolations, inChromium, isOverflowing, looksToTest, takePicture, visit } from '../harness';

const QUESTION = `/race/listSkills?${new URLSearchParams({ input: '{"pageSize":5}', seconds: '1' })}`;
const FOUR = ['REST', 'GraphQL', 'gRPC', 'SOAP'];

/** Waits for the outcome of the race. */
const outcome = async (page: Page): Promise<string> => {
  const text = page.getByRole('status').filter({ hasText: /fastest|ranking/ });
  // The processes must start first, and a sweep has many points.
  await text.waitFor({ timeout: 25_000 });
  return text.innerText();
};

/** The cells of a protocol's row: calls, median, p99, ratio, bytes. */
const figures = async (page: Page, protocol: string): Promise<string[]> =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: protocol, exact: true }) })
    .getByRole('cell')
    .allInnerTexts();

const medians = (page: Page): Promise<number[]> =>
  Promise.all(FOUR.map(async (protocol) => Number.parseFloat((await figures(page, protocol))[1] ?? '')));

/** Tells whether the canvas has a pixel in a colour of the theme. */
const isDrawn = (page: Page, name: string): Promise<boolean> =>
  page.evaluate(`(() => {
    const pixels = (context) => new Uint32Array(context.getImageData(0, 0, context.canvas.width, context.canvas.height).data.buffer);
    const canvas = document.querySelector('.plot canvas');
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(canvas).getPropertyValue('--${name}');
    probe.fillRect(0, 0, 1, 1);
    return pixels(canvas.getContext('2d')).includes(pixels(probe)[0]);
  })()`);

inChromium('race', () => {
  test.each(looksToTest())('a call is raced from its address, %j', async (look) => {
    const { theme, width } = look;
    const page = await visit(QUESTION, look);
    const start = page.getByRole('button', { name: 'Start' });
    await start.waitFor();
    await takePicture(page, `race-empty-${theme}-${width}`);
    await start.click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    expect(await outcome(page)).toMatch(/^(REST|GraphQL|gRPC|SOAP) was the fastest, with a median of \d/);
    await page.getByText('All four gave the same answer: 5 of 42 items.').waitFor();
    for (const protocol of FOUR) {
      const [calls, median, p99, ratio, bytes] = await figures(page, protocol);
      expect(Number(calls)).toBeGreaterThanOrEqual(8);
      expect([median, p99, bytes].map((text) => Number.parseFloat(text ?? ''))).not.toContain(Number.NaN);
      expect(ratio).toMatch(/^(fastest|tied|× \d)/);
      expect(await isDrawn(page, protocol.toLowerCase())).toBe(true);
    }
    expect(await axeViolations(page)).toEqual([]);
    expect(await isOverflowing(page)).toBe(false);
    await takePicture(page, `race-done-${theme}-${width}`);
  });

  test('moving a slider with the keyboard restarts the race with that round-trip time', async () => {
    const page = await visit('/race/getSkill?seconds=20');
    const slider = page.getByRole('slider', { name: 'Round-trip time' });
    await page.getByRole('button', { name: 'Start' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Racing …').waitFor();
    await slider.focus();
    for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).toBe('10 ms');
    await page.waitForURL(/[?&]rtt=10&seconds=20$/);
    // No call is faster than the added round-trip time, so such medians belong to the new race.
    while (!(await medians(page)).every((ms) => ms > 10)) await page.waitForTimeout(100);
    await page.getByRole('button', { name: 'Stop' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Stopped early').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Start');
  });

  test('a sweep draws the medians and the changes of the ranking, in the colours of the theme', async () => {
    const page = await visit('/race/getCategory?seconds=1', { theme: 'dark', width: 390 });
    await page.getByRole('button', { name: 'Sweep number of fields' }).click();
    const text = await outcome(page);
    const crossings = await page
      .getByRole('list')
      .getByText(/^Above about \d/)
      .count();
    expect(text).toMatch(crossings === 0 ? /^The ranking does not change/ : /the ranking changes/);
    const rows = page.getByRole('table').getByRole('row');
    for (const [index, fields] of [1, 2, 3, 5].entries()) {
      await rows
        .nth(index + 1)
        .getByRole('rowheader', { name: String(fields), exact: true })
        .waitFor();
      expect(
        await rows
          .nth(index + 1)
          .getByRole('cell')
          .allInnerTexts(),
      ).toEqual(Array.from(FOUR, () => expect.stringMatching(/^[\d.]+$/)));
    }
    expect(await axeViolations(page)).toEqual([]);
    expect(await isOverflowing(page)).toBe(false);
    await takePicture(page, 'race-sweep-dark-390');
    expect(await isDrawn(page, 'soap')).toBe(true);
    // Switches from the system's dark theme to light.
    await page.getByRole('button', { name: /^Theme/ }).click();
    expect(await isDrawn(page, 'soap')).toBe(true);
    await takePicture(page, 'race-sweep-light-390');
  });

  test('an operation that cannot be raced shows the reason', async () => {
    const page = await visit('/race/createSkill', { theme: 'dark' });
    await page.getByText('Only reads can be raced').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByLabel('Operation').selectOption('getCategory');
    await page.getByRole('button', { name: 'Start' }).waitFor();
    await page.goto(page.url().replace(/\/race.*/, '/race/getSkill?input={"id":"cobol"}'));
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('alert').getByText('All four give an error').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, 'race-failed-dark-1280');
  });
});
