/** One line of JSON per call, and one per fault of ours. Headers and inputs are never handed to it. */
import pino from 'pino';
import { redactSecrets } from './secrets';
import type { EndedCall } from './telemetry';

/** Lines wait for each other, so that a line costs no system call of its own: as many as the stream writes at once, or so long. */
const BATCH_CHARS = 16_000;
const BATCH_MS = 1000;
/** Where nobody reads the log, later lines are dropped rather than kept. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** What is not written by then has nobody who reads it. */
const CLOSE_MS = 1000;

/** A second barrier: none of these names is among the fields of a line. */
const REDACTED = ['token', 'password', 'secret', 'authorization', 'cookie', 'headers'];

export interface Log {
  call(ended: EndedCall): void;
  /** The fault with its stack; a caller only hears that there was one. */
  fault(error: unknown): void;
  /** Resolves when every line is written; nothing is after that. */
  close(): Promise<void>;
}

/** `destination` is a file's name, or a descriptor. */
export const openLog = (destination: string | number = process.stderr.fd): Log => {
  const stream = pino.destination({
    dest: destination,
    sync: false,
    minLength: BATCH_CHARS,
    maxLength: WAITING_BYTES_MAX,
  });
  // A disk that is full, or nobody who listens, ends the log and not the service.
  stream.on('error', () => undefined);
  // The stream would count all that waits anew with each line.
  let batch = '';
  const handOver = () => {
    if (batch !== '') stream.write(batch);
    batch = '';
  };
  const write = (line: string) => {
    batch += line;
    if (batch.length >= BATCH_CHARS) handOver();
  };
  const flush = () => {
    handOver();
    stream.flush();
  };
  const timer = setInterval(flush, BATCH_MS).unref();
  // Before pino's own listener, which writes what the stream has.
  process.prependListener('exit', handOver);
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
      if (!isClosed) write(lineOf(ended));
    },
    fault: (error) => {
      if (isClosed) return;
      logger.error(describe(error));
      flush();
    },
    close: () => {
      // The stream would throw at a call that ends later.
      isClosed = true;
      handOver();
      clearInterval(timer);
      process.off('exit', handOver);
      return new Promise((resolve) => {
        setTimeout(resolve, CLOSE_MS).unref();
        stream.once('close', resolve).end();
      });
    },
  };
};

/** What the logger would write, at a quarter of its cost. Only two of the fields can hold what JSON escapes. */
const lineOf = (ended: EndedCall): string => {
  const { protocol, operation, code, durationMs, requestBytes, responseBytes, traceId } = ended;
  const caller = ended.caller === undefined ? '' : `"caller":${JSON.stringify(ended.caller)},`;
  const trace = traceId === undefined ? '' : `,"traceId":"${traceId}"`;
  const asked = `"protocol":"${protocol}","operation":"${operation}","code":"${code}"`;
  const spent = `"durationMs":${durationMs},"requestBytes":${requestBytes},"responseBytes":${responseBytes}`;
  const requestId = JSON.stringify(ended.requestId);
  return `{"level":"info"${timestamp()},${asked},${spent},${caller}"requestId":${requestId}${trace}}\n`;
};

/** Fields by name, as libraries hang whole requests on their errors. A stack goes on with those of its causes. */
const describe = (error: unknown): { error: string; message: string; stack?: string } => {
  if (!(error instanceof Error)) return { error: typeof error, message: redactSecrets(String(error)) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { error: type, message: redactSecrets(message), stack: redactSecrets(stack) };
};

let second = -1;
let beginning = '';

/** RFC 3339, as pino's own `isoTime`, which costs as much as the rest of a line: here, only once in a second. */
const timestamp = (): string => {
  const now = Date.now();
  const nowSecond = Math.floor(now / 1000);
  if (nowSecond !== second) {
    second = nowSecond;
    beginning = `,"time":"${new Date(now).toISOString().slice(0, -4)}`;
  }
  return `${beginning}${String(now % 1000).padStart(3, '0')}Z"`;
};
