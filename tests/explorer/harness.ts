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

const EVERY_LOOK: readonly Look[] = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 390 },
];

/** In each of these a page must work: each theme and each width once, and with LOOKS=all, as CI has it, all four pairs. */
export const LOOKS = process.env.LOOKS === 'all' ? EVERY_LOOK : EVERY_LOOK.slice(0, 2);

let browser: Browser | undefined;
let server: Running | undefined;
let origin = '';
const contexts: BrowserContext[] = [];
const problems: string[] = [];

/** For beforeAll; the server is there also without a browser. */
export const openExplorer = async (): Promise<void> => {
  server = start(['serve'], { ...FREE, ROSETTA_DATA: tempFolder(), LOG: 'errors' });
  const out = await server.printed('Press Ctrl+C');
  origin = /^Explorer\n {2}(http\S+)/m.exec(out)?.[1] ?? '';
  if (executable !== undefined) browser = await openBrowser(executable);
};

export const closeExplorer = async (): Promise<void> => {
  await browser?.close();
  server?.child.kill('SIGTERM');
  await server?.ended;
};

export const browserOf = (): Browser => browser!;
export const originOf = (): string => origin;

/** For afterEach: whatever the browser complained of since is an error of the page. */
export const expectNoProblems = async (): Promise<void> => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
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
  const context = await browser!.newContext({
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  contexts.push(context);
  const page = await context.newPage();
  if (!expectProblems) {
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
    await page.addInitScript(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a script for the browser.
      "addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))",
    );
  }
  page.setDefaultTimeout(10_000);
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
  const { violations } = (await page.evaluate(
    `${AXE}; axe.run(document, { resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target} ${failureSummary.replace(/\s+/g, ' ')}`),
  );
};

/** Whether the page is wider than the window. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Where SCREENSHOTS names a folder outside the repository, a picture of the page as it is. */
export const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
};
