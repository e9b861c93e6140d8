/** The report as text: each attack with what it sends, and a line per protocol. */

import { TITLES } from '../../src/compare/report/format';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Attack } from './attack';
import type { CallStatistics } from './regular-client';

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
  /** Other attacks ran at the same time. */
  readonly isShared: boolean;
}

/** The printed lines and the failures of the server. */
export interface Transcript {
  readonly lines: string[];
  readonly failures: string[];
  readonly print: (text: string) => void;
  readonly fail: (what: string) => void;
}

export const transcript = (): Transcript => {
  const lines: string[] = [];
  const failures: string[] = [];
  return {
    lines,
    failures,
    print: (text) => {
      lines.push(text);
      console.log(text);
    },
    fail: (what) => failures.push(what),
  };
};

const MIB = 1024 * 1024;
export const mebibytes = (bytes: number): string =>
  `${bytes < 0 ? '-' : '+'}${Math.round(Math.abs(bytes) / MIB)}`;

const OBSERVED_WIDTH = 92;

const COLUMNS = `${'protocol'.padEnd(9)} ${'peak'.padStart(5)} ${'after'.padStart(5)} ${'calls'.padStart(6)} ${'failed'.padStart(6)} ${'slowest'.padStart(8)}   responses`;

export const legend = (): string =>
  `${[
    'For each protocol: the peak of the memory (RSS) of the server above its value before the attack, and the rest after a',
    'pause, in MiB (~ if attacks ran together); the calls of a regular client of the protocol during the attack, how many',
    'of them failed, and the slowest in ms; and the responses that the attacker received.',
  ].join('\n')}\n\n${COLUMNS}`;

export const heading = ({ name, description }: Pick<Attack, 'name' | 'description'>): string =>
  `\n${name}\n${wrapped(description, 108, '  ')}`;

export const line = ({ protocol, observed, failures, cost }: Row): string => {
  const title = TITLES[protocol].padEnd(9);
  if (!cost) return `${title} ${'-'.padStart(34)}   ${observed}`;
  const { peakBytes, afterBytes, calls, isShared } = cost;
  const figures = [
    `${isShared ? '~' : ''}${mebibytes(peakBytes)}`.padStart(5),
    `${isShared ? '~' : ''}${mebibytes(afterBytes)}`.padStart(5),
    String(calls.calls).padStart(6),
    String(calls.failures.length).padStart(6),
    String(Math.round(calls.slowestMs)).padStart(8),
  ].join(' ');
  const margin = ' '.repeat(47);
  const failureLines = [...failures, ...failuresOf(cost)].map((one) => `\n${margin}FAILURE: ${one}`);
  return `${title} ${figures}   ${wrapped(observed, OBSERVED_WIDTH, margin).trimStart()}${failureLines.join('')}`;
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
