/** The report as text: an attack, what was sent, and a line for each protocol. */

import { TITLES } from '../../src/compare/report/format';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Manners } from './polite';

export interface Row {
  readonly attack: string;
  readonly sent: string;
  readonly protocol: ProtocolName;
  /** Why it does not apply, or what was seen. */
  readonly seen: string;
  readonly wrong: readonly string[];
  /** Absent where the attack does not apply. */
  readonly cost?: Cost;
}

export interface Cost {
  /** Bytes over what the server had before: at most, and after a pause. */
  readonly peakBytes: number;
  readonly afterBytes: number;
  readonly manners: Manners;
  /** Of the clients of the other protocols. */
  readonly otherFailures: readonly string[];
  /** More than this attack went on meanwhile. */
  readonly isShared: boolean;
}

/** What is said, and what is held against the server. */
export interface Transcript {
  readonly said: string[];
  readonly wrong: string[];
  readonly say: (text: string) => void;
  readonly blame: (what: string) => void;
}

export const transcript = (): Transcript => {
  const said: string[] = [];
  const wrong: string[] = [];
  return {
    said,
    wrong,
    say: (text) => {
      said.push(text);
      console.log(text);
    },
    blame: (what) => wrong.push(what),
  };
};

const MIB = 1024 * 1024;
export const mebibytes = (bytes: number): string =>
  `${bytes < 0 ? '-' : '+'}${Math.round(Math.abs(bytes) / MIB)}`;

const SEEN_WIDTH = 92;

const COLUMNS = `${'protocol'.padEnd(9)} ${'peak'.padStart(5)} ${'after'.padStart(5)} ${'calls'.padStart(6)} ${'failed'.padStart(6)} ${'slowest'.padStart(8)}   seen`;

export const legend = (): string =>
  `${[
    'For each protocol: the most memory (RSS) that the server took over what it had before, and what was left of that',
    'after a pause, in MiB (~ where attacks ran together); the calls of a well-behaved client of that protocol meanwhile,',
    'how many of them failed, and the slowest in ms; and what the attacker saw.',
  ].join('\n')}\n\n${COLUMNS}`;

export const heading = ({ name, sent }: { readonly name: string; readonly sent: string }): string =>
  `\n${name}\n${wrapped(sent, 108, '  ')}`;

export const line = ({ protocol, seen, wrong, cost }: Row): string => {
  const title = TITLES[protocol].padEnd(9);
  if (!cost) return `${title} ${'-'.padStart(34)}   ${seen}`;
  const { peakBytes, afterBytes, manners, isShared } = cost;
  const figures = [
    `${isShared ? '~' : ''}${mebibytes(peakBytes)}`.padStart(5),
    `${isShared ? '~' : ''}${mebibytes(afterBytes)}`.padStart(5),
    String(manners.calls).padStart(6),
    String(manners.failures.length).padStart(6),
    String(Math.round(manners.slowestMs)).padStart(8),
  ].join(' ');
  const margin = ' '.repeat(47);
  const blames = [...wrong, ...failuresOf(cost)].map((one) => `\n${margin}WRONG: ${one}`);
  return `${title} ${figures}   ${wrapped(seen, SEEN_WIDTH, margin).trimStart()}${blames.join('')}`;
};

export const failuresOf = ({ manners, otherFailures }: Cost): string[] => {
  const failures = [...manners.failures, ...otherFailures];
  return failures.length > 0 ? [`${failures.length} well-behaved calls failed, such as: ${failures[0]}`] : [];
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
