/** What Prometheus asks for: calls, errors and latency by protocol and operation, and how many are in flight. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import helmet from 'helmet';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { LIMITS } from '../contract/limits';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../contract/protocol';
import type { CallMetrics } from './telemetry';

/** Seconds. A call from memory takes less than one millisecond, one that waits for a disk some ten. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Those who scrape are few. */
const CONNECTIONS_MAX = 100;

export interface Metrics extends CallMetrics {
  readonly registry: Registry;
}

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
  // Added up here and told when somebody asks, as looking a series up costs more than all the rest of a call's metrics.
  const ended = new Map<string, number>();
  new Counter({
    name: 'rosetta_calls_total',
    help: 'Calls that are over, by the code of their answer; OK where it was no error.',
    labelNames: ['protocol', 'operation', 'code'],
    registers,
    collect() {
      for (const [labels, count] of ended) {
        const [protocol = '', operation = '', code = ''] = labels.split(' ');
        this.inc({ protocol, operation, code }, count);
      }
      ended.clear();
    },
  });
  const durations = new Histogram({
    name: 'rosetta_call_duration_seconds',
    help: "From a call's arrival until its answer is out.",
    labelNames: ['protocol', 'operation'],
    buckets: BUCKETS,
    registers,
  });
  return {
    registry,
    begun: (protocol) => {
      inFlight[protocol] += 1;
    },
    ended: ({ protocol, operation, code, durationMs }) => {
      inFlight[protocol] -= 1;
      const labels = `${protocol} ${operation} ${code}`;
      ended.set(labels, (ended.get(labels) ?? 0) + 1);
      // `labels()` would save nothing: what it gives looks its series up anew each time.
      durations.observe({ protocol, operation }, durationMs / 1000);
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
