/** The explorer as a person meets it: the built command in a process of its own, the system's Chromium, no mocks. */
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

/** A group of tests in the browser, which says that it was skipped where there is none. */
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

/** For a test whose page must work in each: with LOOKS=all, as CI has it, all four, and else the next in turn. */
export const looksToTest = (): readonly Look[] => {
  if (process.env.LOOKS === 'all') return ALL_LOOKS;
  turn += 1;
  return [ALL_LOOKS[turn % ALL_LOOKS.length] as Look];
};

/** A page on a busy machine. */
const TIMEOUT_MS = 25_000;

let browser: Browser | undefined;
let context: BrowserContext | undefined;
let server: Running | undefined;
let origin = '';
const problems: string[] = [];
/** Pages that are as new: a process of its own for each visit would cost more than the visit. */
const free: Page[] = [];
const used: Page[] = [];
const tolerantPages = new Set<Page>();

/** For beforeAll; the server is there also without a browser. */
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
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a script for the browser.
    "addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))",
  );
  page.setDefaultTimeout(TIMEOUT_MS);
  return page;
};

/** Forgets what a visitor did there. */
const renew = async (page: Page): Promise<void> => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  if (page.url().startsWith(origin)) await page.evaluate('localStorage.clear(); sessionStorage.clear()');
  await page.goto('about:blank');
  free.push(page);
};

/** For afterEach: whatever the browser complained of since is an error of the page. */
export const expectNoProblems = async (): Promise<void> => {
  await context?.setOffline(false);
  await context?.clearCookies();
  await Promise.all(used.splice(0).map(renew));
  tolerantPages.clear();
  expect(problems.splice(0)).toEqual([]);
};

export interface Visit extends Look {
  /** Of the page as it is when it opens; the test's own failures are not told here. */
  readonly expectProblems?: boolean;
}

/** A new visitor's page. Console errors, failed scripts and breaches of the CSP are collected. */
export const visit = async (
  where: string,
  { theme = 'light', width = 1280, expectProblems = false }: Partial<Visit> = {},
): Promise<Page> => {
  const page = free.pop() ?? (await openPage());
  used.push(page);
  // Behind another, it would be drawn once a second.
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

/** What axe finds against WCAG 2.2 AA and its own best practices, one line each. */
export const axeViolations = async (page: Page): Promise<string[]> => {
  const loaded = await page.evaluate("'axe' in window");
  const { violations } = (await page.evaluate(
    `${loaded ? '' : AXE}; axe.run(document, { resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target} ${failureSummary.replace(/\s+/g, ' ')}`),
  );
};

/** Whether the page is wider than the window. */
export const isOverflowing = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Where SCREENSHOTS names a folder outside the repository, a picture of the page as it is. */
export const takePicture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
};
