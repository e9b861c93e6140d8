/**
 * Capacity by a closed loop: a fixed number of callers, each of which sends its next request after the response to the last.
 * A slow server slows its callers down, so these latencies do not show the queue in front of a server; see open-loop.ts.
 */
import { performance } from 'node:perf_hooks';
import type { CapacityStep } from '../run/result';
import { createLatencyHistogram, type LatencyHistogram } from './histogram';
import { describeError, endsWithin, type LoadTarget } from './target';

export interface ClosedLoopOptions {
  readonly concurrency: number;
  readonly seconds: number;
  /** Runs before the measurement and is not counted. */
  readonly warmupSeconds?: number;
  /** The longest wait for the last responses. */
  readonly drainMs?: number;
  readonly signal?: AbortSignal;
}

export interface CapacityMeasured {
  readonly step: CapacityStep;
  /** The reason why the step's figures are not valid. */
  readonly void?: string;
}

export const WARMUP_SECONDS = 0.3;
const LITTLES_LAW_TOLERANCE = 0.05;

/** Opens the connections, and lets both ends compile their code. */
export const warmUp = async (
  target: LoadTarget,
  { warmupSeconds = WARMUP_SECONDS, ...options }: Omit<ClosedLoopOptions, 'seconds'>,
): Promise<void> => {
  await runCallers(target, { ...options, seconds: warmupSeconds });
};

export const measureCapacity = async (
  target: LoadTarget,
  options: ClosedLoopOptions,
): Promise<CapacityMeasured> => {
  await warmUp(target, options);
  const before = performance.eventLoopUtilization();
  const run = await runCallers(target, options);
  const { utilization } = performance.eventLoopUtilization(before);
  const { calls, errors, latency } = run;
  const { concurrency } = options;
  const perSecond = calls / (run.spanMs / 1000);
  const step: CapacityStep = {
    concurrency,
    perSecond,
    calls,
    errors,
    latencyMs: {
      mean: latency.mean(),
      median: latency.percentile(50),
      p99: latency.percentile(99),
      max: latency.max(),
    },
    littlesLaw: (perSecond * latency.mean()) / 1000 / concurrency,
    generatorBusy: utilization,
  };
  return { step, void: run.failure ?? findFlaw(step) };
};

const findFlaw = ({ concurrency, calls, errors, littlesLaw }: CapacityStep): string | undefined => {
  if (errors > 0)
    return `${errors} of ${calls} responses at concurrency ${concurrency} differed from the recorded ones.`;
  if (Math.abs(littlesLaw - 1) <= LITTLES_LAW_TOLERANCE) return undefined;
  return `At concurrency ${concurrency}, throughput x latency is ${littlesLaw.toFixed(2)} of the concurrency: time was lost between calls.`;
};

interface Run {
  calls: number;
  errors: number;
  /** The first request without a response. */
  failure?: string;
  readonly latency: LatencyHistogram;
  /** The mean time of a caller from its first request to its last response. */
  readonly spanMs: number;
}

const runCallers = async (target: LoadTarget, options: ClosedLoopOptions): Promise<Run> => {
  const { concurrency, seconds, drainMs = 2_000, signal } = options;
  const run = {
    calls: 0,
    errors: 0,
    latency: createLatencyHistogram(),
    failure: undefined as string | undefined,
  };
  const began = performance.now();
  const end = began + seconds * 1000;
  const spans: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let sent = performance.now(); sent < end && !signal?.aborted; sent = performance.now()) {
      try {
        run.calls += 1;
        if (!(await target.send(next++))) run.errors += 1;
        run.latency.record(performance.now() - sent);
      } catch (error) {
        run.errors += 1;
        run.failure ??= `A request got no response: ${describeError(error)}`;
        break;
      }
    }
    spans.push(performance.now() - began);
  };
  const callers = Promise.all(Array.from({ length: concurrency }, caller));
  const inTime = await endsWithin(callers, seconds * 1000 + drainMs, signal);
  const waiting = concurrency - spans.length;
  const waited = performance.now() - began;
  const spanMs = (spans.reduce((sum, span) => sum + span, 0) + waiting * waited) / concurrency;
  const failure = inTime ? run.failure : `${waiting} requests got no response within ${drainMs} ms.`;
  return { ...run, errors: run.errors + waiting, failure, spanMs };
};
