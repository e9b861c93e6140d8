/** Lines that were chosen of a file, as the stretches of it that they make. */
import type { Stretch } from '../../src/explorer/page/read/slices';

/** Line numbers from 0, the second not among them. */
export type Lines = readonly [from: number, to: number];

export const numbersOf = ([from, to]: Lines): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const isEmpty = (line: string | undefined): boolean => line?.trim() === '';

/** Lines next to each other make a stretch, and so do those with but an empty one between; none begins or ends so. */
export const stretchesOf = (lines: readonly string[], chosen: Iterable<number>): Stretch[] => {
  const ranges: [number, number][] = [];
  for (const line of [...new Set(chosen)].sort((a, b) => a - b)) {
    if (isEmpty(lines[line])) continue;
    const last = ranges.at(-1);
    const isNext = last && lines.slice(last[1], line).every(isEmpty);
    if (isNext) last[1] = line + 1;
    else ranges.push([line, line + 1]);
  }
  return ranges.map(([from, to]) => ({ firstLine: from + 1, text: lines.slice(from, to).join('\n') }));
};
