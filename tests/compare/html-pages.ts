/** Reports of several results, written by the built program and read by `read-html.js`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempFolder } from '../support/temp';
import { hostileResult } from './hostile-result';
import { interruptedResult, leastResult, sampleResult } from './sample-result';

export const SUMMARY = [
  'REST was the fastest in 2 of 4. --rtt 50ms shows what distance does.',
  '1 < 2 & 2 > 1',
];

export const RESULTS = {
  sample: sampleResult(),
  interrupted: interruptedResult(),
  hostile: hostileResult(),
  least: leastResult(),
} as const;
export type Name = keyof typeof RESULTS;

interface Plot {
  readonly role: string | null;
  readonly name: string | null;
  readonly x: string[];
  readonly y: string[];
  readonly texts: string[];
  /** True if no coordinate is missing. */
  readonly isDrawn: boolean;
}
interface Figure {
  readonly plot: string;
  readonly title: string;
  readonly caption: string;
  readonly plots: Plot[];
}
export interface Section {
  readonly name: string;
  readonly heading: string;
  readonly question: string;
  readonly differences: string[];
  readonly notes: string[];
  readonly tables: string[][][];
  readonly figures: Figure[];
}
/** A report as `read-html.js` reads it. */
type Texts =
  | 'alerts'
  | 'facts'
  | 'summary'
  | 'headings'
  | 'elements'
  | 'attributes'
  | 'ids'
  | 'links'
  | 'addresses';
export interface Page extends Record<Texts, string[]> {
  readonly sections: Section[];
  readonly overview: Figure[];
  readonly policy: string;
}

const folder = tempFolder();
export const fileOf = (name: Name): string => path.join(folder, `${name}.html`);

/** Writes the report of each result and reads it. */
const makePages = (): Record<Name, Page> => {
  for (const [name, result] of Object.entries(RESULTS)) {
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify({ result, summary: SUMMARY }));
  }
  const script = path.join(__dirname, 'read-html.js');
  const found = execFileSync(process.execPath, [script, folder, ...Object.keys(RESULTS)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  });
  return JSON.parse(found);
};

let made: Record<Name, Page> | undefined;
/** The same pages for all tests of a process. */
export const madePages = (): Record<Name, Page> => {
  made ??= makePages();
  return made;
};

/** The colours among the custom properties of a theme. */
export const colorsOf = (theme: string): Map<string, string> =>
  new Map(Array.from(theme.matchAll(/--([a-z]+): (#[0-9a-f]{6})/g), ([, name, color]) => [name!, color!]));

/** Red, green and blue, 0 to 255. */
export const channels = (color: string): number[] =>
  [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
