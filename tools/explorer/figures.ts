/**
 * `npm run page-figures`: the cost of opening each built page in the system's Chromium, with the metrics of Lighthouse: bytes,
 * time until the page is usable on a slow processor, and layout shift. With `-- --quick`, each page is opened once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { chromiumPath, openBrowser } from '../../tests/compare/browser';

const ROOT = path.join(__dirname, '../..');
const PROTOCOLS = ['REST', 'GRAPHQL', 'GRPC', 'SOAP', 'AUTH', 'EXPLORER'];
const RUNS = process.argv.includes('--quick') ? 1 : 5;
/** Lighthouse's factor for a mid-range phone. */
const SLOWDOWN = 4;
const PAGES = ['/', '/provoke', '/read', '/race', '/map', '/docs'];

export interface PageFigures {
  /** Headers and bodies of all responses, as transferred, until the network was idle. */
  readonly kilobytes: number;
  readonly requests: number;
  /** From the start of the navigation to the first text, and to the end of the last long task. */
  readonly firstPaintMs: number;
  readonly interactiveMs: number;
  /** Cumulative Layout Shift. */
  readonly shift: number;
}

const OBSERVE = `
  globalThis.seen = { shift: 0, busyUntil: 0 };
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value; })
    .observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.busyUntil = entry.startTime + entry.duration; })
    .observe({ type: 'longtask', buffered: true });`;

const READ = `(() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
  const { domContentLoadedEventEnd } = performance.getEntriesByType('navigation')[0];
  return { firstPaintMs: paint, interactiveMs: Math.max(paint, domContentLoadedEventEnd, seen.busyUntil), shift: seen.shift };
})()`;

export const measurePage = async (browser: Browser, url: string, slowdown: number): Promise<PageFigures> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    let [bytes, requests] = [0, 0];
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      requests += 1;
    });
    await page.addInitScript(OBSERVE);
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.waitForFunction("performance.getEntriesByName('first-contentful-paint').length > 0");
    const timing = (await page.evaluate(READ)) as Omit<PageFigures, 'kilobytes' | 'requests'>;
    return { kilobytes: bytes / 1000, requests, ...timing };
  } finally {
    await context.close();
  }
};

const startServer = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosetta-figures-'));
  const ports = Object.fromEntries(PROTOCOLS.map((name) => [`${name}_PORT`, '0']));
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli/rosetta.js'), 'serve'], {
    env: { ...process.env, ...ports, ROSETTA_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    if (out.includes('Press Ctrl+C')) break;
  }
  const origin = /^Explorer\n {2}(http\S+)/m.exec(out)?.[1];
  if (!origin) throw new Error(`The server did not start:\n${out}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin, stop };
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const main = async (): Promise<void> => {
  const executable = chromiumPath();
  if (!executable) throw new Error('Chromium was not found.');
  const server = await startServer();
  const browser = await openBrowser(executable);
  try {
    console.log(
      `The explorer's pages, opened with an empty cache over loopback, in Chromium ${browser.version()}.`,
    );
    console.log(
      `Times are medians of ${RUNS}, on this machine with its processor slowed ${SLOWDOWN} times; use them only to compare pages.\n`,
    );
    console.log('page        kB  requests  first text ms  interactive ms  layout shift');
    for (const name of PAGES) {
      const runs: PageFigures[] = [];
      for (let run = 0; run < RUNS; run += 1)
        runs.push(await measurePage(browser, server.origin + name, SLOWDOWN));
      const of = (key: keyof PageFigures) => median(runs.map((figures) => figures[key]));
      console.log(
        [
          name.padEnd(9),
          of('kilobytes').toFixed(0).padStart(5),
          String(of('requests')).padStart(9),
          of('firstPaintMs').toFixed(0).padStart(14),
          of('interactiveMs').toFixed(0).padStart(15),
          of('shift').toFixed(4).padStart(13),
        ].join(' '),
      );
    }
  } finally {
    await browser.close();
    await server.stop();
  }
};

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  });
}
