/** The HTML report in a browser, on a wide page and on a phone, light and dark. */
import type { Browser } from 'playwright-core';
import { DARK, LIGHT } from '../../src/compare/report/style';
import { chromiumPath, openBrowser } from './browser';
import { channels, colorsOf, fileOf, madePages, type Name } from './html-pages';

const executable = chromiumPath();

const rgb = (theme: string, name: string): string =>
  `rgb(${channels(colorsOf(theme).get(name)!).join(', ')})`;

(executable === undefined ? describe.skip : describe)('in Chromium (skipped where none is installed)', () => {
  let browser: Browser;
  beforeAll(async () => {
    madePages();
    browser = await openBrowser(executable!);
  });
  afterAll(() => browser?.close());

  /** The page's own layout figures, with all details opened. */
  const MEASURE = `(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    const shown = [...document.querySelectorAll('.plot svg')].filter((svg) => svg.checkVisibility());
    const size = (svg) => parseFloat(getComputedStyle(svg).fontSize) * svg.clientWidth / svg.viewBox.baseVal.width;
    // Font metrics differ slightly between machines.
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
    const clashes = shown.flatMap((svg) => {
      const words = [...svg.querySelectorAll('text')].filter((text) => text.textContent);
      const boxes = words.map((text) => text.getBoundingClientRect());
      return words.flatMap((text, index) =>
        words.slice(0, index).filter((_, other) => meet(boxes[index], boxes[other])).map((other) => text.textContent + ' / ' + other.textContent),
      );
    });
    return {
      clashes,
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
      figures: document.querySelectorAll('figure').length,
      plots: shown.length,
      smallestWords: Math.min(...shown.map(size)),
      page: getComputedStyle(document.body).backgroundColor,
      bar: getComputedStyle(document.querySelector('figure[data-plot=latency] rect')).fill,
    };
  })()`;

  interface Measured {
    /** Labels of a plot that overlap other labels. */
    readonly clashes: string[];
    readonly width: number;
    readonly height: number;
    readonly figures: number;
    readonly plots: number;
    readonly smallestWords: number;
    readonly page: string;
    readonly bar: string;
  }

  const open = async (name: Name, width: number, colorScheme: 'light' | 'dark') => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const [complaints, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', async (dialog) => {
      complaints.push(dialog.message());
      await dialog.dismiss();
    });
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${fileOf(name)}`);
    const measured = (await page.evaluate(MEASURE)) as Measured;
    await page.close();
    return { complaints, requests, ...measured };
  };

  describe.each([1280, 390])('at %d pixels', (width) => {
    test.each([
      ['light', LIGHT],
      ['dark', DARK],
    ] as const)(
      '%s: nothing overflows, complains or is fetched, and each plot is there once, to be read',
      async (scheme, theme) => {
        const seen = await open('sample', width, scheme);
        expect(seen).toMatchObject({
          complaints: [],
          clashes: [],
          requests: [`file://${fileOf('sample')}`],
          width,
          page: rgb(theme, 'page'),
          bar: rgb(theme, 'rest'),
        });
        expect(seen.plots).toBe(seen.figures);
        expect(seen.smallestWords).toBeGreaterThanOrEqual(11);
      },
    );
  });

  test('a hostile result runs nothing, fetches nothing and overflows nothing', async () => {
    const seen = await open('hostile', 390, 'light');
    expect(seen).toMatchObject({ complaints: [], requests: [`file://${fileOf('hostile')}`], width: 390 });
  });
});
