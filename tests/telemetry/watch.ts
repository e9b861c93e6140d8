/** Telemetry as `rosetta serve` opens it, with its output: log lines from a real file, and exported spans. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Telemetry } from '../../src/contract/telemetry';
import { openTelemetry, type TelemetryOptions } from '../../src/telemetry';
import { tempFolder } from '../support/temp';

export type Line = Readonly<Record<string, unknown>>;

export interface Watching {
  readonly telemetry: Telemetry;
  readonly log: (error: unknown) => void;
  readonly metricsAddress: string;
  readonly logFile: string;
  /** Complete after `close`. */
  readonly spans: readonly ReadableSpan[];
  lines(): Line[];
  close(): Promise<void>;
}

/** The SDK's in-memory exporter drops its spans at a shutdown, when the last batch arrives; this one keeps them. */
const collectInto = (spans: ReadableSpan[]): SpanExporter => ({
  export: (batch, done) => {
    spans.push(...batch);
    done({ code: 0 });
  },
  shutdown: async () => undefined,
});

export const watch = async (
  options: Partial<TelemetryOptions> & { readonly traces?: boolean } = {},
): Promise<Watching> => {
  const { traces = false, ...rest } = options;
  const logFile = path.join(tempFolder(), 'log');
  const spans: ReadableSpan[] = [];
  const { telemetry, log, metrics, close } = await openTelemetry({
    host: '127.0.0.1',
    logCalls: false,
    logTo: logFile,
    ...(traces && { spanExporter: collectInto(spans) }),
    ...rest,
  });
  return {
    telemetry: telemetry!,
    log,
    metricsAddress: metrics?.address ?? '',
    logFile,
    spans,
    lines: () =>
      // The stream creates the file when it opens it.
      (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line),
    close,
  };
};
