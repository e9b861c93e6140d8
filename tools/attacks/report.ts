/** The report as text: each attack with what it sends, and a line per protocol. */

import { TITLES } from '../../src/compare/report/format';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Attack } from './attack';
import type { CallStatistics } from './regular-client';
import { P99_CALLS_MIN, type Stall, stallOf } from './stall';

export interface Row {
  readonly attack: string;
  readonly description: string;
  readonly protocol: ProtocolName;
  /** The responses, or the reason why the attack does not apply. */
  readonly observed: string;
  readonly failures: readonly string[];
  /** Absent if the attack does not apply. */
  readonly cost?: Cost;
}

export interface Cost {
  /** Resident memory above the value before the attack: the peak, and the rest after a pause. */
  readonly peakBytes: number;
  readonly afterBytes: number;
  readonly calls: CallStatistics;
  /** Failed calls of the regular clients of the other protocols. */
  readonly otherFailures: readonly string[];
  /** The calls of the regular clients of the other protocols. */
  readonly otherStall: Stall;
  /** The longest wait for a processor during a call, which the times of calls do not contain. */
  readonly longestWaitMs: number;
  /** Other attacks ran at the same time. */
  readonly isShared: boolean;
}

/** The printed lines and the failures of the server. */
export interface Transcript {
  readonly lines: string[];
  readonly failures: string[];
  /** Names the part of the report that later failures belong to. */
  readonly setPart: (name: string) => void;
  readonly print: (text: string) => void;
  readonly fail: (what: string) => void;
}

export const transcript = (): Transcript => {
  const lines: string[] = [];
  const failures: string[] = [];
  let part = '';
  return {
    lines,
    failures,
    setPart: (name) => {
      part = name;
    },
    print: (text) => {
      lines.push(text);
      console.log(text);
    },
    fail: (what) => failures.push(part ? `${part}: ${what}` : what),
  };
};

const MIB = 1024 * 1024;
export const mebibytes = (bytes: number): string =>
  `${bytes < 0 ? '-' : '+'}${Math.round(Math.abs(bytes) / MIB)}`;

const OBSERVED_WIDTH = 92;

const TITLE_WIDTH = 9;
/** The figures of a row, with the widths of their columns. */
const WIDTHS = {
  peak: 5,
  after: 5,
  calls: 6,
  failed: 6,
  slowest: 8,
  'others-99%': 11,
  'others-max': 10,
  wait: 5,
};
type Column = keyof typeof WIDTHS;
const COLUMN_NAMES = Object.keys(WIDTHS) as Column[];

const joinFigures = (figures: Readonly<Record<Column, string>>): string =>
  COLUMN_NAMES.map((name) => figures[name].padStart(WIDTHS[name])).join(' ');
const HEADS = joinFigures(
  Object.fromEntries(COLUMN_NAMES.map((name) => [name, name])) as Record<Column, Column>,
);
const COLUMNS = `${'protocol'.padEnd(TITLE_WIDTH)} ${HEADS}   responses`;
const MARGIN = ' '.repeat(COLUMNS.length - 'responses'.length);

export const legend = (): string =>
  `${[
    'For each protocol: the peak of the memory (RSS) of the server above its value before the attack, and the rest after a',
    'pause, in MiB (~ if attacks ran together); the calls of a regular client of the protocol during the attack, how many',
    'of them failed, and the slowest in ms; the 99th percentile and the slowest of the calls of the regular clients of the',
    `other protocols in ms (the percentile only of ${P99_CALLS_MIN} calls or more); the longest wait for a`,
    'processor during a call in ms, of the server or of the measuring process, which the times of calls do not contain; and',
    'the responses that the attacker received.',
  ].join('\n')}\n\n${COLUMNS}`;

export const heading = ({ name, description }: Pick<Attack, 'name' | 'description'>): string =>
  `\n${name}\n${wrapped(description, 108, '  ')}`;

export const line = ({ protocol, observed, failures, cost }: Row): string => {
  const title = TITLES[protocol].padEnd(TITLE_WIDTH);
  if (!cost) return `${title} ${'-'.padStart(HEADS.length)}   ${observed}`;
  const failureLines = [...failures, ...failuresOf(cost)].map((one) => `\n${MARGIN}FAILURE: ${one}`);
  return `${title} ${joinFigures(figuresOf(cost))}   ${wrapped(observed, OBSERVED_WIDTH, MARGIN).trimStart()}${failureLines.join('')}`;
};

const figuresOf = (cost: Cost): Record<Column, string> => {
  const { peakBytes, afterBytes, calls, otherStall, longestWaitMs, isShared } = cost;
  const memory = (bytes: number): string => `${isShared ? '~' : ''}${mebibytes(bytes)}`;
  const whole = (ms: number | undefined): string => (ms === undefined ? '-' : String(Math.round(ms)));
  return {
    peak: memory(peakBytes),
    after: memory(afterBytes),
    calls: String(calls.calls),
    failed: String(calls.failures.length),
    slowest: whole(stallOf(calls.durationsMs).slowestMs),
    'others-99%': whole(otherStall.p99Ms),
    'others-max': whole(otherStall.slowestMs),
    wait: whole(longestWaitMs),
  };
};

export const failuresOf = ({ calls, otherFailures }: Cost): string[] => {
  const failures = [...calls.failures, ...otherFailures];
  return failures.length > 0
    ? [`${failures.length} calls of regular clients failed, for example: ${failures[0]}`]
    : [];
};

const wrapped = (text: string, width: number, margin: string): string => {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last] && lines[last].length + word.length >= width) lines.push(word);
    else lines[last] = lines[last] ? `${lines[last]} ${word}` : word;
  }
  return lines.map((one) => margin + one).join('\n');
};
