/** The changes between two runs beyond noise. A different machine shifts all times alike; that common shift is shown apart. */
import type { ProtocolName } from '../../contract/protocol';
import type { ComparisonResult, Estimate, Row, ScenarioResult } from '../run/result';
import { hasTail } from './format';

export interface Change {
  readonly scenario: string;
  /** Absent if the change concerns the whole scenario. */
  readonly protocol?: ProtocolName;
  /** For example `median`, or `row` if a row was added, removed or became void. */
  readonly figure: string;
  readonly earlier: string;
  readonly now: string;
  readonly verdict: 'better' | 'worse' | 'neither';
  /** now / earlier. Infinite if the earlier figure is 0; absent if the change is not of a number. */
  readonly ratio?: number;
  /** 95% interval of the ratio, if both runs have one. */
  readonly interval?: readonly [number, number];
  /** The ratio divided by the common shift; for times only, as bytes do not depend on the machine. */
  readonly beyondShift?: number;
}

export interface ChangeReport {
  /** `2026-03-01T12:00:00Z (commit 514af82)`. */
  readonly earlier: string;
  readonly now: string;
  /** Differences in the conditions of the two runs, one line each. */
  readonly warnings: readonly string[];
  readonly rowsCompared: number;
  /** The lower number of repeats. With one, intervals leave out the variation between starts of the servers. */
  readonly repeats: number;
  /** Geometric mean of the ratios of the medians over all compared rows; absent without such rows. */
  readonly shift?: number;
  readonly changes: readonly Change[];
  readonly thresholdShare: number;
  /** Changes for the worse by more than the threshold, without CPU time, as it has no interval. */
  readonly worse: readonly Change[];
}

interface Figure {
  readonly name: string;
  readonly of: (row: Row) => Estimate | number | undefined;
  readonly text: (value: number) => string;
  /** The noise of a figure without an interval, as a share and as an absolute minimum. */
  readonly noiseShare?: number;
  readonly noiseLeast?: number;
  readonly isTime?: true;
}

const formatMilliseconds = (value: number): string => `${value.toFixed(3)} ms`;
const formatMicroseconds = (value: number): string => `${Math.round(value).toLocaleString('en')} µs`;
const formatCount = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** CPU clocks are coarse. HTTP/2 sends control frames at any time, so bytes may differ by a frame among many answers. */
const CPU = { noiseShare: 0.1, isTime: true, text: formatMicroseconds } as const;
const BYTES = { noiseShare: 0.01, noiseLeast: 2, text: formatCount } as const;

const FIGURES: readonly Figure[] = [
  { name: 'median', of: (row) => row.latencyMs.median, text: formatMilliseconds, isTime: true },
  { name: 'p99', of: (row) => row.latencyMs.p99, text: formatMilliseconds, isTime: true },
  { name: 'server CPU', of: (row) => row.serverCpuUs, ...CPU },
  { name: 'client CPU', of: (row) => row.clientCpuUs, ...CPU },
  { name: 'bytes up', of: (row) => row.bytes?.identity.steady.up.total, ...BYTES },
  { name: 'bytes down', of: (row) => row.bytes?.identity.steady.down.total, ...BYTES },
  { name: 'requests', of: (row) => row.requests, text: formatCount },
  { name: 'round trips', of: (row) => row.roundTrips, text: formatCount },
];

const pointEstimate = (measured: Estimate | number): number =>
  typeof measured === 'number' ? measured : measured.value;

/**
 * The ratio of two independent estimates, with an interval by the method of Zou and Donner (2008) on the log scale:
 * half-widths add in quadrature, each side separately, as the interval of a p99 is asymmetric.
 */
const estimateIndependentRatio = (now: Estimate, earlier: Estimate): Estimate => {
  const [[nowLow, nowHigh], [earlierLow, earlierHigh]] = [now.interval, earlier.interval];
  const below = Math.hypot(Math.log(now.value / nowLow), Math.log(earlierHigh / earlier.value));
  const above = Math.hypot(Math.log(nowHigh / now.value), Math.log(earlier.value / earlierLow));
  const value = now.value / earlier.value;
  return { value, interval: [value * Math.exp(-below), value * Math.exp(above)] };
};

type Judgement = Pick<Change, 'ratio' | 'interval' | 'verdict'>;

/** Undefined if the figure did not change beyond noise. */
const judgeChange = (
  now: Estimate | number,
  earlier: Estimate | number,
  { noiseShare = 0, noiseLeast = 0 }: Figure,
): Judgement | undefined => {
  if (Math.abs(pointEstimate(now) - pointEstimate(earlier)) <= noiseLeast) return undefined;
  if (typeof now === 'number' || typeof earlier === 'number') {
    const ratio = pointEstimate(now) / pointEstimate(earlier);
    if (ratio > 1 + noiseShare) return { ratio, verdict: 'worse' };
    return ratio < 1 / (1 + noiseShare) ? { ratio, verdict: 'better' } : undefined;
  }
  const { value: ratio, interval } = estimateIndependentRatio(now, earlier);
  if (interval[0] > 1) return { ratio, interval, verdict: 'worse' };
  return interval[1] < 1 ? { ratio, interval, verdict: 'better' } : undefined;
};

const compareRows = (scenario: string, now: Row, earlier: Row, shift: number): Change[] =>
  FIGURES.flatMap((figure) => {
    const [after, before] = [figure.of(now), figure.of(earlier)];
    const judged = after !== undefined && before !== undefined && judgeChange(after, before, figure);
    if (!judged) return [];
    // A bootstrap has no values beyond the largest sample.
    if (figure.name === 'p99' && !(hasTail(now, 'p99') && hasTail(earlier, 'p99'))) return [];
    return {
      scenario,
      protocol: now.protocol,
      figure: figure.name,
      earlier: figure.text(pointEstimate(before)),
      now: figure.text(pointEstimate(after)),
      ...judged,
      ...(figure.isTime && judged.ratio !== undefined && { beyondShift: judged.ratio / shift }),
    };
  });

/** A row of one run, or the reason why its figures are not valid. Both are absent if it was not measured. */
interface Side {
  readonly row?: Row;
  readonly voidReason?: string;
}

const readSide = ({ differences, rows }: ScenarioResult, protocol: ProtocolName): Side => {
  if (differences.length > 0) return { voidReason: 'the answers were not equal' };
  const row = rows.find((one) => one.protocol === protocol);
  if (!row || (row.void === undefined && row.errors === 0)) return { row };
  return { voidReason: row.void ?? `${row.errors} of ${row.calls} calls failed` };
};

type State = 'valid' | 'void' | 'missing';

const stateOfSide = ({ row, voidReason }: Side): State => {
  if (voidReason !== undefined) return 'void';
  return row ? 'valid' : 'missing';
};

/** Keyed by the earlier state, then by the present state. */
const STATE_VERDICT = {
  valid: { valid: undefined, void: 'worse', missing: 'worse' },
  void: { valid: 'better', void: undefined, missing: 'neither' },
  missing: { valid: 'neither', void: 'worse', missing: undefined },
} as const satisfies Record<State, Record<State, Change['verdict'] | undefined>>;

interface RowPair {
  readonly scenario: string;
  readonly protocol: ProtocolName;
  readonly now: Side;
  readonly earlier: Side;
}

const compareStates = ({ scenario, protocol, now, earlier }: RowPair): Change[] => {
  const verdict = STATE_VERDICT[stateOfSide(earlier)][stateOfSide(now)];
  if (!verdict) return [];
  const text = (side: Side): string => side.voidReason ?? (side.row ? 'valid' : 'not measured');
  return [{ scenario, protocol, figure: 'row', earlier: text(earlier), now: text(now), verdict }];
};

/** The rows that both runs include. */
const pairRows = (now: ComparisonResult, earlier: ComparisonResult): RowPair[] => {
  const protocols = now.options.protocols.filter((name) => earlier.options.protocols.includes(name));
  return now.scenarios.flatMap((after) => {
    const before = earlier.scenarios.find(({ name }) => name === after.name);
    if (!before) return [];
    return protocols.map((protocol) => ({
      scenario: after.name,
      protocol,
      now: readSide(after, protocol),
      earlier: readSide(before, protocol),
    }));
  });
};

/** Scenarios that only one run includes or has reached. This is a difference, but not a fault of the service. */
const compareScope = (now: ComparisonResult, earlier: ComparisonResult): Change[] => {
  const names = new Set([now, earlier].flatMap(({ scenarios }) => scenarios.map(({ name }) => name)));
  const measured = (result: ComparisonResult, name: string): string =>
    result.scenarios.some((scenario) => scenario.name === name) ? 'measured' : 'not measured';
  return [...names].flatMap((scenario) => {
    const [before, after] = [measured(earlier, scenario), measured(now, scenario)];
    if (before === after) return [];
    return { scenario, figure: 'scenario', earlier: before, now: after, verdict: 'neither' };
  });
};

/** The conditions that two comparable runs share, in the words of the warning. */
const listConditions = (result: ComparisonResult): Map<string, string> => {
  const { machine, libraries, options, store } = result;
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const conditions = { ...machine, memoryBytes: memory, store, ...libraries, ...options };
  return new Map(
    Object.entries(conditions).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
};

const listWarnings = (now: ComparisonResult, earlier: ComparisonResult): string[] => {
  const [after, before] = [listConditions(now), listConditions(earlier)];
  const unlike = [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name} ${before.get(name) ?? 'none'} -> ${after.get(name) ?? 'none'}`);
  return [
    ...(unlike.length > 0 ? [`the conditions differ: ${unlike.join('; ')}`] : []),
    ...(earlier.ended === 'complete' ? [] : [`the earlier run was not complete: ${earlier.ended}`]),
    ...(now.ended === 'complete' ? [] : [`the present run is not complete: ${now.ended}`]),
  ];
};

const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);

const formatTitle = ({ startTime, commit }: ComparisonResult): string =>
  commit === undefined ? startTime : `${startTime} (commit ${commit})`;

/** Judges rows without the common shift; `beyondShift` is the rest of a change after removing it. */
export const compareResults = (
  now: ComparisonResult,
  earlier: ComparisonResult,
  thresholdShare = 0,
): ChangeReport => {
  const pairs = pairRows(now, earlier);
  const rows = pairs.flatMap(({ scenario, now: { row: after }, earlier: { row: before } }) =>
    after && before ? { scenario, after, before } : [],
  );
  const shift = geometricMean(
    rows.map(({ after, before }) => after.latencyMs.median.value / before.latencyMs.median.value),
  );
  const changes = [
    ...compareScope(now, earlier),
    ...pairs.flatMap(compareStates),
    ...rows.flatMap(({ scenario, after, before }) => compareRows(scenario, after, before, shift)),
  ];
  return {
    earlier: formatTitle(earlier),
    now: formatTitle(now),
    warnings: listWarnings(now, earlier),
    rowsCompared: rows.length,
    repeats: Math.min(now.options.repeat, earlier.options.repeat),
    ...(rows.length > 0 && { shift }),
    changes,
    thresholdShare,
    worse: changes.filter(
      ({ verdict, figure, ratio = Number.POSITIVE_INFINITY }) =>
        verdict === 'worse' && ratio > 1 + thresholdShare && !figure.endsWith('CPU'),
    ),
  };
};
