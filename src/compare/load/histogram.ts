/** Latencies in an HDR histogram: microseconds up to one hour, to three significant figures, in constant memory. */
import { createHistogram } from 'node:perf_hooks';

export interface LatencyHistogram {
  record(ms: number): void;
  /** Milliseconds; 0 if nothing was recorded, like the other figures. */
  percentile(percent: number): number;
  mean(): number;
  max(): number;
}

export const createLatencyHistogram = (): LatencyHistogram => {
  const histogram = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
  const ms = (microseconds: number): number => (histogram.count > 0 ? microseconds / 1000 : 0);
  return {
    record: (value) => histogram.record(Math.max(1, Math.round(value * 1000))),
    percentile: (percent) => ms(histogram.percentile(percent)),
    mean: () => ms(histogram.mean),
    max: () => ms(histogram.max),
  };
};
