/** The stall of regular clients during an attack on another protocol, and its limits. */

const P99_MS_MAX = 250;
const SLOWEST_MS_MAX = 1000;
/** The 99th percentile of fewer calls is their slowest call, which has a limit of its own. */
export const P99_CALLS_MIN = 100;

export interface Stall {
  /** The 99th percentile; absent if there were fewer than 100 calls. */
  readonly p99Ms?: number;
  readonly slowestMs: number;
}

export const stallOf = (durationsMs: readonly number[]): Stall => {
  const sorted = durationsMs.toSorted((one, other) => one - other);
  const slowestMs = sorted.at(-1) ?? 0;
  if (sorted.length < P99_CALLS_MIN) return { slowestMs };
  return { p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] as number, slowestMs };
};

/** Empty if the stall is within the limits. */
export const stallFailures = ({ p99Ms = 0, slowestMs }: Stall): string[] => [
  ...(p99Ms > P99_MS_MAX
    ? [`the 99th percentile of calls of other protocols was ${Math.round(p99Ms)} ms, over ${P99_MS_MAX} ms`]
    : []),
  ...(slowestMs > SLOWEST_MS_MAX
    ? [`a call of another protocol took ${Math.round(slowestMs)} ms, over ${SLOWEST_MS_MAX} ms`]
    : []),
];
