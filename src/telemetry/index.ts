/** Logs, traces and metrics as `rosetta serve` is configured to have them; a library is loaded where its part is enabled. */
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { RunningServer } from '../contract/protocol';
import type { Telemetry } from '../contract/telemetry';
import { openLog } from './log';
import { createTelemetry } from './telemetry';

export interface TelemetryOptions {
  /** One line per call. Faults of ours are logged in any case. */
  readonly logCalls: boolean;
  /** A file's name or a descriptor; standard error when absent. */
  readonly logTo?: string | number;
  /** Serves /metrics there, on `host`. */
  readonly metricsPort?: number;
  readonly host: string;
  /** Sends traces to this collector. */
  readonly otlpUrl?: string;
  /** Takes traces in its place. */
  readonly spanExporter?: SpanExporter;
}

export interface OpenTelemetry {
  /** Absent where nothing watches calls. */
  readonly telemetry?: Telemetry;
  readonly metrics?: RunningServer;
  log(error: unknown): void;
  /** After the servers have stopped: sends and writes what is left. */
  close(): Promise<void>;
}

const metricsModule = () => require('./metrics') as typeof import('./metrics');
const tracingModule = () => require('./tracing') as typeof import('./tracing');

/** Rejects with the system's error where the port of the metrics can not be opened. */
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
  const tracing = exporter && tracingModule().openTracing(exporter, log.fault);
  const isWatched = logCalls || metrics !== undefined || tracing !== undefined;
  return {
    ...(isWatched && {
      telemetry: createTelemetry({
        logCall: logCalls ? log.call : undefined,
        metrics,
        beginTrace: tracing?.begin,
      }),
    }),
    ...(server && { metrics: server }),
    log: log.fault,
    close: async () => {
      await Promise.all([server?.stop(), tracing?.close()]);
      await log.close();
    },
  };
};
