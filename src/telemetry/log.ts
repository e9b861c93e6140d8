/** The log: one line of JSON per call and one per internal error. It never receives headers or inputs. */
import pino from 'pino';
import { redactSecrets } from './secrets';
import type { EndedCall } from './telemetry';

/** Lines are written in batches of this size, or after this time, because a system call per line is expensive. */
const BATCH_CHARS = 16_000;
const BATCH_MS = 1000;
/** If the destination does not accept lines, those beyond this size are dropped. */
const PENDING_BYTES_MAX = 16 * 1024 * 1024;

/** A close waits at most this long for the destination. */
const CLOSE_MS_MAX = 1000;

/** A second safeguard: no line has a field of these names. */
const REDACTED = ['token', 'password', 'secret', 'authorization', 'cookie', 'headers'];

export interface Log {
  call(ended: EndedCall): void;
  /** Logs an internal error with its stack, which the caller never sees. */
  error(error: unknown): void;
  /** Resolves when every line is written; later lines are dropped. */
  close(): Promise<void>;
}

/** `destination` is a file name or a descriptor. */
export const openLog = (destination: string | number = process.stderr.fd): Log => {
  const stream = pino.destination({
    dest: destination,
    sync: false,
    minLength: BATCH_CHARS,
    maxLength: PENDING_BYTES_MAX,
  });
  // A full disk or a closed pipe must not end the service.
  stream.on('error', () => undefined);
  // Batches are collected here, because the stream measures everything pending again for each line.
  let batch = '';
  const writeBatch = () => {
    if (batch !== '') stream.write(batch);
    batch = '';
  };
  const write = (line: string) => {
    batch += line;
    if (batch.length >= BATCH_CHARS) writeBatch();
  };
  const flush = () => {
    writeBatch();
    stream.flush();
  };
  const timer = setInterval(flush, BATCH_MS).unref();
  // Runs before pino's own listener, which flushes the stream.
  process.prependListener('exit', writeBatch);
  const logger = pino(
    {
      base: null,
      timestamp,
      formatters: { level: (level) => ({ level }) },
      redact: REDACTED,
    },
    { write },
  );
  let isClosed = false;
  return {
    call: (ended) => {
      if (!isClosed) write(callLine(ended));
    },
    error: (error) => {
      if (isClosed) return;
      logger.error(describe(error));
      flush();
    },
    close: () => {
      // The stream throws if a call that ends later writes to it.
      isClosed = true;
      writeBatch();
      clearInterval(timer);
      process.off('exit', writeBatch);
      return new Promise((resolve) => {
        setTimeout(resolve, CLOSE_MS_MAX).unref();
        stream.once('close', resolve).end();
      });
    },
  };
};

/** The line that pino would write, at a quarter of the cost. Only two of the fields need JSON escapes. */
const callLine = (ended: EndedCall): string => {
  const { protocol, operation, code, durationMs, requestBytes, responseBytes, traceId } = ended;
  const caller = ended.caller === undefined ? '' : `"caller":${JSON.stringify(ended.caller)},`;
  const trace = traceId === undefined ? '' : `,"traceId":"${traceId}"`;
  const call = `"protocol":"${protocol}","operation":"${operation}","code":"${code}"`;
  const costs = `"durationMs":${durationMs},"requestBytes":${requestBytes},"responseBytes":${responseBytes}`;
  const requestId = JSON.stringify(ended.requestId);
  return `{"level":"info"${timestamp()},${call},${costs},${caller}"requestId":${requestId}${trace}}\n`;
};

/** Picks fields by name, because libraries attach whole requests to errors. The stack includes those of its causes. */
const describe = (error: unknown): { error: string; message: string; stack?: string } => {
  if (!(error instanceof Error)) return { error: typeof error, message: redactSecrets(String(error)) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { error: type, message: redactSecrets(message), stack: redactSecrets(stack) };
};

let cachedSecond = -1;
let cachedPrefix = '';

/** The time in RFC 3339, like pino's `isoTime`; formatted once per second, as it costs as much as the rest of a line. */
const timestamp = (): string => {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedPrefix = `,"time":"${new Date(now).toISOString().slice(0, -4)}`;
  }
  return `${cachedPrefix}${String(now % 1000).padStart(3, '0')}Z"`;
};
