/** Load shedding: a long delay of the event loop shows that the process has more work than time. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { SkillsError } from '../contract/errors';

const RESOLUTION_MS = 20;
const WINDOW_MS = 1000;
/** One long task is over before so many windows have passed. */
const WINDOWS = 3;
const RETRY_MS = 1000;

/** The median delays of the last windows, the newest first. */
let delaysMs: readonly number[] = [];
let histogram: IntervalHistogram | undefined;

/** Starts the measurement, once for the process; what a server does until it listens does not count. */
export const monitorLoopDelay = (): void => {
  delaysMs = [];
  if (histogram) return;
  histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  setInterval(recordWindow, WINDOW_MS, histogram).unref();
};

const recordWindow = (samples: IntervalHistogram): void => {
  // Without a sample, the loop was blocked for the whole window. A sample includes the pause between two of them.
  const medianMs = samples.count === 0 ? WINDOW_MS : samples.percentile(50) / 1e6 - RESOLUTION_MS;
  delaysMs = [medianMs, ...delaysMs].slice(0, WINDOWS);
  samples.reset();
};

export const isOverloaded = (loopDelayMsMax: number): boolean => {
  for (const delayMs of delaysMs) if (delayMs <= loopDelayMsMax) return false;
  return delaysMs.length === WINDOWS;
};

export const overloaded = (): SkillsError =>
  new SkillsError('UNAVAILABLE', 'OVERLOADED', 'The server is overloaded; retry in 1 second.', {
    retryDelayMs: RETRY_MS,
  });
