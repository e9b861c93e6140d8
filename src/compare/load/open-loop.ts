/**
 * Latency under load by an open loop: requests are due at a fixed rate and sent when due, whether or not earlier ones have a
 * response, as from independent users. Latency counts from the due time, so that it includes waiting for a stalled server.
 */
import { performance } from 'node:perf_hooks';
import type { OpenLoop } from '../run/result';
import { createLatencyHistogram } from './histogram';
import { describeError, endsWithin, type LoadTarget } from './target';

export interface OpenLoopOptions {
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** The longest wait for the last responses after the last request was due. */
  readonly drainMs?: number;
  readonly signal?: AbortSignal;
}

export type OpenLoopMeasured = Omit<OpenLoop, 'protocol' | 'share'>;

export const measureOpenLoop = async (
  target: LoadTarget,
  { ratePerSecond, seconds, drainMs = 2_000, signal }: OpenLoopOptions,
): Promise<OpenLoopMeasured> => {
  const tally = createTally(Math.max(1, Math.round(ratePerSecond * seconds)));
  const over = new AbortController();
  const either = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
  await endsWithin(
    sendWhenDue(target, tally, 1000 / ratePerSecond, either),
    seconds * 1000 + drainMs,
    signal,
  );
  over.abort();
  const { total, answered, fromDue, fromSend } = tally;
  const measured: OpenLoopMeasured = {
    ratePerSecond,
    achievedPerSecond: answered / Math.max(seconds, (tally.lastAnswer - tally.firstAnswer) / 1000),
    calls: total,
    errors: tally.wrong + total - answered,
    latencyMs: {
      median: fromDue.percentile(50),
      p90: fromDue.percentile(90),
      p99: fromDue.percentile(99),
      p999: fromDue.percentile(99.9),
      max: fromDue.max(),
    },
    fromSendMs: { median: fromSend.percentile(50), p99: fromSend.percentile(99) },
    lateP99Ms: tally.late.percentile(99),
  };
  const reason = describeUnanswered(tally, drainMs) ?? findFlaw(measured);
  return reason === undefined ? measured : { ...measured, void: reason };
};

const describeUnanswered = ({ total, answered, failure }: Tally, drainMs: number): string | undefined => {
  if (answered === total) return undefined;
  const why = failure ? `: ${failure}` : ` within ${drainMs} ms after the last was due.`;
  return `${total - answered} of ${total} requests got no response${why}`;
};

const findFlaw = (measured: OpenLoopMeasured): string | undefined => {
  const { calls, errors, lateP99Ms, latencyMs, achievedPerSecond, ratePerSecond } = measured;
  if (errors > 0) return `${errors} of ${calls} responses differed from the recorded ones.`;
  if (lateP99Ms > latencyMs.p99 / 2)
    return `The load generator itself was ${lateP99Ms.toFixed(1)} ms late at the 99th percentile.`;
  if (achievedPerSecond >= 0.95 * ratePerSecond) return undefined;
  return `Only ${achievedPerSecond.toFixed(0)} of ${ratePerSecond.toFixed(0)} requests per second got a response.`;
};

type Tally = ReturnType<typeof createTally>;

const createTally = (total: number) => ({
  total,
  answered: 0,
  wrong: 0,
  failure: undefined as string | undefined,
  firstAnswer: 0,
  lastAnswer: 0,
  fromDue: createLatencyHistogram(),
  fromSend: createLatencyHistogram(),
  /** The delay of the load generator itself. Waiting for a free connection counts as latency instead. */
  late: createLatencyHistogram(),
});

/** The largest number of requests sent in one turn of the event loop, however many are due. */
const BURST = 32;
/** Timers are exact to about a millisecond; the event loop turns for the rest of the wait. */
const TIMER_SLACK_MS = 2;

/** Resolves when all requests are sent and each has a response or has failed. */
const sendWhenDue = (
  target: LoadTarget,
  tally: Tally,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    const start = performance.now();
    let next = 0;
    let open = tally.total;
    const settle = (): void => {
      open -= 1;
      if (open === 0) resolve();
    };
    const pump = (): void => {
      const last = Math.min(next + BURST, tally.total);
      while (!signal.aborted && next < last && start + next * intervalMs <= performance.now()) {
        void sendOne(target, tally, next, start + next * intervalMs).then(settle);
        next += 1;
      }
      if (signal.aborted || next === tally.total) return;
      const waitMs = start + next * intervalMs - performance.now() - TIMER_SLACK_MS;
      if (waitMs > 1) setTimeout(pump, waitMs);
      else setImmediate(pump);
    };
    pump();
  });

const sendOne = async (target: LoadTarget, tally: Tally, index: number, due: number): Promise<void> => {
  let sent = performance.now();
  tally.late.record(sent - due);
  try {
    const right = await target.send(index, () => {
      sent = performance.now();
    });
    const answered = performance.now();
    if (!right) tally.wrong += 1;
    tally.answered += 1;
    tally.firstAnswer ||= answered;
    tally.lastAnswer = answered;
    tally.fromDue.record(answered - due);
    tally.fromSend.record(answered - sent);
  } catch (error) {
    tally.failure ??= describeError(error);
  }
};
