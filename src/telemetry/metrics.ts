/** Metrics for Prometheus: calls, errors and latency by protocol and operation, and calls in flight. */
import type { RequestListener } from 'node:http';
import helmet from 'helmet';
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../contract/protocol';
import { listen } from '../runtime/listen';
import type { CallMetrics, EndedCall, ObservedOperation } from './telemetry';

/** Upper bounds in seconds. A read from memory takes less than a millisecond, a write to disk about ten. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];

/** A metrics server has few clients, and reports an overload. */
const LIMITS_OF_METRICS = { connectionsMax: 100, loopDelayMsMax: Number.POSITIVE_INFINITY };

export interface Metrics extends CallMetrics {
  readonly registry: Registry;
}

/** The counts of one protocol and operation. They are kept here because prom-client's own look-up of a series is slow. */
interface Series {
  readonly codes: Map<EndedCall['code'], number>;
  readonly buckets: number[];
  sum: number;
}
type AllSeries = Readonly<Record<ProtocolName, Map<ObservedOperation, Series>>>;

const seriesOf = (series: AllSeries, protocol: ProtocolName, operation: ObservedOperation): Series => {
  const existing = series[protocol].get(operation);
  if (existing) return existing;
  const added: Series = { codes: new Map(), buckets: BUCKETS.map(() => 0), sum: 0 };
  series[protocol].set(operation, added);
  return added;
};

const flatten = (series: AllSeries) =>
  PROTOCOL_NAMES.flatMap((protocol) =>
    Array.from(series[protocol], ([operation, counts]) => ({ protocol, operation, ...counts })),
  );

/** A histogram over the counts above, in the form in which a registry reads prom-client's own. */
const durationHistogram = (series: AllSeries): Metric => {
  const name = 'rosetta_call_duration_seconds';
  const get = async () => ({
    name,
    help: 'Seconds from the arrival of a request until its response is sent.',
    type: 'histogram',
    aggregator: 'sum',
    values: flatten(series).flatMap(({ protocol, operation, buckets, sum }) => {
      const labels = { protocol, operation };
      let count = 0;
      const cumulative = BUCKETS.map((bound, bucket) => {
        count += buckets[bucket]!;
        return {
          metricName: `${name}_bucket`,
          labels: { le: Number.isFinite(bound) ? bound : '+Inf', ...labels },
          value: count,
        };
      });
      return [
        ...cumulative,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    }),
  });
  return { name, get } as unknown as Metric;
};

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // It would disclose the version of Node.js.
  registry.removeSingleMetric('nodejs_version_info');

  const inFlight: Record<ProtocolName, number> = { rest: 0, graphql: 0, grpc: 0, soap: 0 };
  new Gauge({
    name: 'rosetta_calls_in_flight',
    help: 'Calls that have started and not ended.',
    labelNames: ['protocol'],
    registers,
    collect() {
      for (const protocol of PROTOCOL_NAMES) this.set({ protocol }, inFlight[protocol]);
    },
  });
  const series: AllSeries = { rest: new Map(), graphql: new Map(), grpc: new Map(), soap: new Map() };
  new Counter({
    name: 'rosetta_calls_total',
    help: 'Calls that have ended, by error code; OK for success.',
    labelNames: ['protocol', 'operation', 'code'],
    registers,
    collect() {
      this.reset();
      for (const { protocol, operation, codes } of flatten(series))
        for (const [code, count] of codes) this.inc({ protocol, operation, code }, count);
    },
  });
  registry.registerMetric(durationHistogram(series));
  return {
    registry,
    started: (protocol) => {
      inFlight[protocol] += 1;
    },
    ended: ({ protocol, operation, code, durationMs }) => {
      inFlight[protocol] -= 1;
      const counts = seriesOf(series, protocol, operation);
      counts.codes.set(code, (counts.codes.get(code) ?? 0) + 1);
      const seconds = durationMs / 1000;
      counts.sum += seconds;
      let bucket = 0;
      while (seconds > BUCKETS[bucket]!) bucket += 1;
      counts.buckets[bucket]! += 1;
    },
  };
};

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
}

/** Serves `GET /metrics` on its own port, as it is not for callers. Rejects with the system's error if the port cannot be opened. */
export const serveMetrics = async ({
  host,
  port,
  registry,
}: MetricsServerOptions): Promise<RunningServer> => {
  const setSecurityHeaders = helmet({ strictTransportSecurity: false });
  const app: RequestListener = async (request, response) => {
    setSecurityHeaders(request, response, () => undefined);
    request.resume();
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  };
  return listen(app, { host, port, limits: LIMITS_OF_METRICS });
};
