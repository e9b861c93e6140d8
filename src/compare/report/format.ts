/** Formats numbers and words alike for the reports in the terminal, in Markdown and in HTML. */
import type { ProtocolName } from '../../contract/protocol';
import type { ComparisonResult, Estimate, Row } from '../run/result';

export const TITLES = {
  rest: 'REST',
  graphql: 'GraphQL',
  grpc: 'gRPC',
  soap: 'SOAP',
} as const satisfies Record<ProtocolName, string>;

/** Three significant digits, as more would be noise: 0.0512, 0.512, 5.12, 51.2, 512, 5,120. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return value === 0 ? '0' : value.toPrecision(3).replace(/e.*$/, '');
};

export const formatInteger = (value: number): string => Math.round(value).toLocaleString('en');

export const formatInterval = ({ interval: [low, high] }: Estimate): string =>
  `${formatNumber(low)}-${formatNumber(high)}`;

/** The minimum of calls beyond a quantile for a valid interval: a bootstrap has no values beyond the largest sample. */
const TAIL_MIN = 5;
const BEYOND = { median: 0.5, p90: 0.1, p95: 0.05, p99: 0.01 } as const;
export type QuantileName = keyof typeof BEYOND;

export const hasTail = ({ calls }: Pick<Row, 'calls'>, name: QuantileName): boolean =>
  calls * BEYOND[name] >= TAIL_MIN;

/** `1.23`, or `no difference` for an interval that contains 1. */
export const formatRatio = ({ toBase, verdict }: Pick<Row, 'toBase' | 'verdict'>): string => {
  if (!toBase) return '1';
  return verdict === 'no difference' ? 'no difference' : toBase.value.toFixed(2);
};

export const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const formatMachine = ({ machine }: Pick<ComparisonResult, 'machine'>): string =>
  `${machine.cores} x ${machine.processor}, ${formatNumber(machine.memoryBytes / 2 ** 30)} GiB, ${machine.platform}, Node ${machine.node}`;

/** The conditions of a run, one line for each. */
export const formatHeaderLines = (result: ComparisonResult): string[] => {
  const { options, noise, libraries, commit, toolVersion } = result;
  const distance = [
    options.rttMs > 0 && `${formatNumber(options.rttMs)} ms round trip`,
    options.bandwidthMbit !== undefined && `${formatNumber(options.bandwidthMbit)} Mbit/s`,
  ].filter(Boolean);
  const others = Object.entries(options.addresses).map(([name, address]) => `${name} at ${address}`);
  const noiseTexts = [
    `a fixed piece of work varied by ${Math.round((noise.jitter - 1) * 100)}% (p95 over median)`,
    `load average ${formatNumber(noise.loadAverage)}`,
    ...(noise.stealShare === undefined ? [] : [`${(noise.stealShare * 100).toFixed(1)}% of CPU time stolen`]),
  ];
  return [
    `API Rosetta ${toolVersion}${commit ? ` (${commit})` : ''}, ${result.startTime}`,
    `machine   ${formatMachine(result)}`,
    `libraries ${Object.entries(libraries)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `store     ${result.store}`,
    `options   ${options.mode}, seed ${options.seed}, ${options.secondsPerScenario} s per scenario, ${options.repeat} ${options.repeat === 1 ? 'repeat' : 'repeats'}, ${distance.length > 0 ? distance.join(', ') : 'loopback'}`,
    ...(others.length > 0 ? [`servers   ${others.join(', ')}`] : []),
    `noise     ${noiseTexts.join(', ')}`,
  ];
};

const LIST = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** `A, B and C`. */
export const formatList = (texts: readonly string[]): string => LIST.format(texts);
