/** What Prometheus asks for: calls, errors and latency by protocol and operation, and how many are in flight. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import helmet from 'helmet';
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { LIMITS } from '../contract/limits';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../contract/protocol';
import type { CallMetrics, EndedCall, ObservedOperation } from './telemetry';

/** Seconds. A call from memory takes less than one millisecond, one that waits for a disk some ten. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];

/** Those who scrape are few. */
const CONNECTIONS_MAX = 100;

export interface Metrics extends CallMetrics {
  readonly registry: Registry;
}

/** Of one protocol and operation: added up here, as prom-client takes longer to look a series up than all the rest of a call's metrics. */
interface Series {
  readonly codes: Map<EndedCall['code'], number>;
  readonly buckets: number[];
  sum: number;
}
type AllSeries = Readonly<Record<ProtocolName, Map<ObservedOperation, Series>>>;

const seriesOf = (series: AllSeries, protocol: ProtocolName, operation: ObservedOperation): Series => {
  const known = series[protocol].get(operation);
  if (known) return known;
  const one: Series = { codes: new Map(), buckets: BUCKETS.map(() => 0), sum: 0 };
  series[protocol].set(operation, one);
  return one;
};

const allOf = (series: AllSeries) =>
  PROTOCOL_NAMES.flatMap((protocol) =>
    Array.from(series[protocol], ([operation, one]) => ({ protocol, operation, ...one })),
  );

/** What a registry asks a histogram of prom-client's own for, which would take each duration by itself. */
const durationsOf = (series: AllSeries): Metric => {
  const name = 'rosetta_call_duration_seconds';
  const get = async () => ({
    name,
    help: "From a call's arrival until its answer is out.",
    type: 'histogram',
    aggregator: 'sum',
    values: allOf(series).flatMap(({ protocol, operation, buckets, sum }) => {
      const labels = { protocol, operation };
      let count = 0;
      const cumulated = BUCKETS.map((bound, bucket) => {
        count += buckets[bucket]!;
        return {
          metricName: `${name}_bucket`,
          labels: { le: Number.isFinite(bound) ? bound : '+Inf', ...labels },
          value: count,
        };
      });
      return [
        ...cumulated,
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
  // A version banner by another name.
  registry.removeSingleMetric('nodejs_version_info');

  const inFlight: Record<ProtocolName, number> = { rest: 0, graphql: 0, grpc: 0, soap: 0 };
  new Gauge({
    name: 'rosetta_calls_in_flight',
    help: 'Calls that have arrived and are not over.',
    labelNames: ['protocol'],
    registers,
    collect() {
      for (const protocol of PROTOCOL_NAMES) this.set({ protocol }, inFlight[protocol]);
    },
  });
  const series: AllSeries = { rest: new Map(), graphql: new Map(), grpc: new Map(), soap: new Map() };
  new Counter({
    name: 'rosetta_calls_total',
    help: 'Calls that are over, by the code of their answer; OK where it was no error.',
    labelNames: ['protocol', 'operation', 'code'],
    registers,
    collect() {
      this.reset();
      for (const { protocol, operation, codes } of allOf(series))
        for (const [code, count] of codes) this.inc({ protocol, operation, code }, count);
    },
  });
  registry.registerMetric(durationsOf(series));
  return {
    registry,
    begun: (protocol) => {
      inFlight[protocol] += 1;
    },
    ended: ({ protocol, operation, code, durationMs }) => {
      inFlight[protocol] -= 1;
      const one = seriesOf(series, protocol, operation);
      one.codes.set(code, (one.codes.get(code) ?? 0) + 1);
      const seconds = durationMs / 1000;
      one.sum += seconds;
      let bucket = 0;
      while (seconds > BUCKETS[bucket]!) bucket += 1;
      one.buckets[bucket]! += 1;
    },
  };
};

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
}

/** `GET /metrics`, on a port of its own, as it is not for callers. Rejects with the system's error. */
export const serveMetrics = async ({
  host,
  port,
  registry,
}: MetricsServerOptions): Promise<RunningServer> => {
  const secure = helmet({ strictTransportSecurity: false });
  const limits = {
    maxHeaderSize: LIMITS.headerBytesMax,
    headersTimeout: LIMITS.headersMsMax,
    requestTimeout: LIMITS.requestMsMax,
    keepAliveTimeout: LIMITS.idleMsMax,
  };
  const server = createServer(limits, async (request, response) => {
    secure(request, response, () => undefined);
    request.resume();
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(LIMITS.stalledMsMax);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
