/** Checks of gRPC over HTTP/2 that grpc-js does not make: method, content type, timeout, compressed flag. */
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { invalidArgument, malformedRequest, type SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';

type HandleStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Stands in front of the listeners that grpc-js has added. A request that is not gRPC gets an HTTP status only. */
export const checkCalls = (
  http2: Http2Server,
  sendError: (stream: ServerHttp2Stream, error: SkillsError) => void,
): void => {
  const listeners = http2.listeners('stream') as HandleStream[];
  http2.removeAllListeners('stream');
  http2.on('stream', (stream, headers) => {
    const rejection = rejectionOf(headers);
    if (rejection) {
      stream.respond(rejection, { endStream: true });
    } else if (!clampTimeout(headers)) {
      sendError(stream, invalidTimeout());
    } else {
      stream.once('data', ([flag]: Buffer) => {
        if (flag !== 0 && !(flag === 1 && isCompressed(headers))) sendError(stream, invalidFlag());
      });
      for (const listener of listeners) listener(stream, headers);
    }
  });
};

/** The response headers for a request that is not gRPC; undefined for a gRPC request. */
const rejectionOf = ({ ':method': method, 'content-type': type = '' }: IncomingHttpHeaders) => {
  if (method !== 'POST') return { ':status': 405, allow: 'POST' };
  return GRPC_TYPE.test(type) ? undefined : { ':status': 415 };
};
/** `+proto` is the only message format here. */
const GRPC_TYPE = /^application\/grpc(\+proto)?\s*(;|$)/i;

const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** Most timeouts are far below the limit. */
const SHORT_TIMEOUT = /^\d{1,5}m$/;

/**
 * Lowers a timeout over the service's limit to the limit, because grpc-js keeps only 32 bits of its milliseconds. Returns
 * false for a timeout that is not a TimeoutValue and a TimeoutUnit: grpc-js would read eight digits of a longer number.
 */
const clampTimeout = (headers: IncomingHttpHeaders): boolean => {
  const timeout = headers['grpc-timeout'];
  if (timeout === undefined || SHORT_TIMEOUT.test(String(timeout))) return true;
  const [, value, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(timeout)) ?? [];
  if (Number(value) * Number(UNIT_MS[unit]) > LIMITS.timeoutMsMax)
    headers['grpc-timeout'] = `${LIMITS.timeoutMsMax}m`;
  return value !== undefined;
};

const isCompressed = ({ 'grpc-encoding': encoding = 'identity' }: IncomingHttpHeaders): boolean =>
  encoding !== 'identity';

const invalidTimeout = (): SkillsError =>
  invalidArgument('grpc-timeout', 'must be 1 to 8 digits and a unit: H, M, S, m, u or n');

const invalidFlag = (): SkillsError =>
  malformedRequest('The compressed flag of the message must be 0, or 1 with a grpc-encoding.');
