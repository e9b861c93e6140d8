/** Runs the built command in a child process and opens its explorer in the system's Chromium. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Running, start } from '../cli/run';
import { chromiumPath, openBrowser } from '../compare/browser';
import { tempFolder } from '../support/temp';

const FREE = Object.fromEntries(
  ['REST', 'GRAPHQL', 'GRPC', 'SOAP', 'AUTH', 'EXPLORER'].map((name) => [`${name}_PORT`, '0']),
);

const executable = chromiumPath();

/** A group of browser tests, skipped with a notice if Chromium is not installed. */
export const inChromium = (name: string, declare: () => void): void =>
  executable === undefined
    ? describe.skip(`${name} (skipped: there is no Chromium)`, declare)
    : describe(name, declare);

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly width: number;
}

const ALL_LOOKS: readonly Look[] = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 390 },
];

let turn = 0;

/** Themes and widths for a test: all four with LOOKS=all, as in CI, otherwise the next in turn. */
export const looksToTest = (): readonly Look[] => {
  if (process.env.LOOKS === 'all') return ALL_LOOKS;
  turn += 1;
  return [ALL_LOOKS[turn % ALL_LOOKS.length] as Look];
};

/** Enough for a busy machine. */
const TIMEOUT_MS = 25_000;

let browser: Browser | undefined;
let context: BrowserContext | undefined;
let server: Running | undefined;
let origin = '';
const problems: string[] = [];
/** Pages are reset and reused, because a new page per visit would take longer than the visit. */
const freePages: Page[] = [];
const usedPages: Page[] = [];
const tolerantPages = new Set<Page>();

/** For beforeAll. The server starts even if there is no browser. */
export const openExplorer = async (): Promise<void> => {
  server = start(['serve'], { ...FREE, ROSETTA_DATA: tempFolder(), LOG: 'errors' });
  const out = await server.printed('Press Ctrl+C');
  origin = /^Explorer\n {2}(http\S+)/m.exec(out)?.[1] ?? '';
  if (executable === undefined) return;
  browser = await openBrowser(executable);
  context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
};

export const closeExplorer = async (): Promise<void> => {
  await browser?.close();
  server?.child.kill('SIGTERM');
  await server?.ended;
};

export const browserOf = (): Browser => browser!;
export const originOf = (): string => origin;

const openPage = async (): Promise<Page> => {
  const page = await context!.newPage();
  const collect = (problem: string) => {
    if (!tolerantPages.has(page)) problems.push(problem);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') collect(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => collect(`script: ${error.message}`));
  await page.addInitScript(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a script for the browser.
    "addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))",
  );
  page.setDefaultTimeout(TIMEOUT_MS);
  return page;
};

/** Clears the visitor's storage and routes. */
const renew = async (page: Page): Promise<void> => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  if (page.url().startsWith(origin)) await page.evaluate('localStorage.clear(); sessionStorage.clear()');
  await page.goto('about:blank');
  freePages.push(page);
};

/** For afterEach: fails if the browser reported a problem since the last call. */
export const expectNoProblems = async (): Promise<void> => {
  await context?.setOffline(false);
  await context?.clearCookies();
  await Promise.all(usedPages.splice(0).map(renew));
  tolerantPages.clear();
  expect(problems.splice(0)).toEqual([]);
};

export interface Visit extends Look {
  /** Ignores problems that the browser reports, for tests that cause them. */
  readonly expectProblems?: boolean;
}

/** Opens a page as a new visitor. Console errors, failed scripts and CSP violations are collected. */
export const visit = async (
  where: string,
  { theme = 'light', width = 1280, expectProblems = false }: Partial<Visit> = {},
): Promise<Page> => {
  const page = freePages.pop() ?? (await openPage());
  usedPages.push(page);
  // A page in the background would be rendered only once a second.
  await page.bringToFront();
  if (expectProblems) tolerantPages.add(page);
  await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(origin + where);
  return page;
};

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    id: string;
    nodes: readonly { target: unknown; failureSummary?: string }[];
  }[];
}

/** Violations of WCAG 2.2 AA and of axe's best practices, one line each. */
export const axeViolations = async (page: Page): Promise<string[]> => {
  const loaded = await page.evaluate("'axe' in window");
  const { violations } = (await page.evaluate(
    `${loaded ? '' : AXE}; axe.run(document, { resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target} ${failureSummary.replace(/\s+/g, ' ')}`),
  );
};

/** Tells whether the page is wider than the window. */
export const isOverflowing = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Saves a screenshot if SCREENSHOTS names a folder (outside the repository). */
export const takePicture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
};
