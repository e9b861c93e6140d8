/**
 * Capacity: so many callers, each of which asks again as soon as it is answered. A slow server slows its callers down,
 * so the latencies found here are no measure of what waits in front of a server; see open-loop.ts.
 */
import { performance } from 'node:perf_hooks';
import type { CapacityStep } from '../run/result';
import { createLatencyHistogram, type LatencyHistogram } from './histogram';
import { describeError, endsWithin, type LoadTarget } from './target';

export interface ClosedLoopOptions {
  readonly concurrency: number;
  readonly seconds: number;
  /** Before it, and not counted. */
  readonly warmupSeconds?: number;
  /** How long the last answers are waited for. */
  readonly drainMs?: number;
  readonly signal?: AbortSignal;
}

export interface CapacityMeasured {
  readonly step: CapacityStep;
  /** Why the step must not be used. */
  readonly void?: string;
}

export const WARMUP_SECONDS = 0.3;
const LITTLES_LAW_TOLERANCE = 0.05;

/** Opens the connections, and gives both ends time to compile what they run. */
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
  return { step, void: run.noAnswer ?? findFlaw(step) };
};

const findFlaw = ({ concurrency, calls, errors, littlesLaw }: CapacityStep): string | undefined => {
  if (errors > 0)
    return `${errors} of ${calls} answers at concurrency ${concurrency} were not the recorded ones.`;
  if (Math.abs(littlesLaw - 1) <= LITTLES_LAW_TOLERANCE) return undefined;
  return `At concurrency ${concurrency}, throughput x latency is ${littlesLaw.toFixed(2)} of it: time was lost between calls.`;
};

interface Run {
  calls: number;
  errors: number;
  noAnswer?: string;
  readonly latency: LatencyHistogram;
  /** How long a caller was at it, from its first request to its last answer, on average. */
  readonly spanMs: number;
}

const runCallers = async (target: LoadTarget, options: ClosedLoopOptions): Promise<Run> => {
  const { concurrency, seconds, drainMs = 2_000, signal } = options;
  const run = {
    calls: 0,
    errors: 0,
    latency: createLatencyHistogram(),
    noAnswer: undefined as string | undefined,
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
        run.noAnswer ??= `A request got no answer: ${describeError(error)}`;
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
  const noAnswer = inTime ? run.noAnswer : `${waiting} requests got no answer within ${drainMs} ms.`;
  return { ...run, errors: run.errors + waiting, noAnswer, spanMs };
};
