/** Opens the configured logs, traces and metrics; the library of each part is loaded only if the part is enabled. */
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { RunningServer } from '../contract/protocol';
import type { Telemetry } from '../contract/telemetry';
import { openLog } from './log';
import { createTelemetry } from './telemetry';

export interface TelemetryOptions {
  /** Log one line per call. Internal errors are logged in any case. */
  readonly logCalls: boolean;
  /** A file name or a descriptor; standard error when absent. */
  readonly logTo?: string | number;
  /** Serves /metrics on this port of `host`. */
  readonly metricsPort?: number;
  readonly host: string;
  /** Sends traces to this OpenTelemetry collector. */
  readonly otlpUrl?: string;
  /** Receives traces instead of a collector. */
  readonly spanExporter?: SpanExporter;
}

export interface OpenTelemetry {
  /** Absent if calls are neither logged, nor traced, nor counted. */
  readonly telemetry?: Telemetry;
  readonly metrics?: RunningServer;
  log(error: unknown): void;
  /** Sends and writes what is left; call it after the servers have stopped. */
  close(): Promise<void>;
}

const metricsModule = () => require('./metrics') as typeof import('./metrics');
const tracingModule = () => require('./tracing') as typeof import('./tracing');

/** Rejects with the system's error if the port of the metrics cannot be opened. */
export const openTelemetry = async (options: TelemetryOptions): Promise<OpenTelemetry> => {
  const { logCalls, logTo, metricsPort, host, otlpUrl, spanExporter } = options;
  const metrics = metricsPort === undefined ? undefined : metricsModule().createMetrics();
  const server =
    metrics && metricsPort !== undefined
      ? await metricsModule().serveMetrics({ host, port: metricsPort, registry: metrics.registry })
      : undefined;
  const log = openLog(logTo);
  const exporter =
    spanExporter ?? (otlpUrl === undefined ? undefined : tracingModule().otlpExporter(otlpUrl));
  const tracing = exporter && tracingModule().openTracing(exporter, log.error);
  const isObserved = logCalls || metrics !== undefined || tracing !== undefined;
  return {
    ...(isObserved && {
      telemetry: createTelemetry({
        logCall: logCalls ? log.call : undefined,
        metrics,
        startTrace: tracing?.startTrace,
      }),
    }),
    ...(server && { metrics: server }),
    log: log.error,
    close: async () => {
      await Promise.all([server?.stop(), tracing?.close()]);
      await log.close();
    },
  };
};
