/** Request information from before an adapter decodes the request: the client's address, the request id, the observed call. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Charge, isRequestId } from '../contract/context';
import type { ProtocolName } from '../contract/protocol';
import type { ObservedCall, ObservedRequest, Telemetry } from '../contract/telemetry';

export interface RequestInfo {
  readonly peer?: string;
  readonly observed?: ObservedCall;
  readonly charge?: Charge;
}

/** Properties under a symbol: a WeakMap of short-lived objects would slow down every garbage collection. */
const INFO = Symbol('request info');
const COUNTED = Symbol('bytes counted');
type WithInfo = IncomingMessage & { [INFO]?: RequestInfo };
type Counted = Socket & { [COUNTED]?: { read: number; written: number } };

const NO_INFO: RequestInfo = {};

export const requestInfoOf = (request: IncomingMessage): RequestInfo =>
  (request as WithInfo)[INFO] ?? NO_INFO;

/** Begins the observation of a call if telemetry is enabled. An invalid request id is not used. */
export const beginRequest = (
  telemetry: Telemetry | undefined,
  headers: IncomingHttpHeaders,
  request: Omit<ObservedRequest, 'requestId' | 'traceparent'>,
): RequestInfo => {
  const { 'x-request-id': requestId, traceparent } = headers;
  const observed = telemetry?.begin({
    ...request,
    requestId: typeof requestId === 'string' && isRequestId(requestId) ? requestId : undefined,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  });
  return { peer: request.peer, observed };
};

export const attachRequestInfo = (
  request: WithInfo,
  response: ServerResponse,
  protocol: ProtocolName | undefined,
  peer: string | undefined,
  telemetry: Telemetry | undefined,
): void => {
  const { headers, method, url } = request;
  if (!telemetry || !protocol) {
    request[INFO] = { peer };
    return;
  }
  request[INFO] = beginRequest(telemetry, headers, { protocol, peer, method, url });
  response.on('close', endObservedCall);
};

/** Called after attachRequestInfo. */
export const chargeRequest = (request: WithInfo, charge: Charge): void => {
  const { peer, observed } = requestInfoOf(request);
  request[INFO] = { peer, observed, charge };
};

function endObservedCall(this: ServerResponse): void {
  const { req, headersSent, statusCode } = this;
  const { observed } = requestInfoOf(req);
  // The client disconnected, so it has not received a whole response.
  if (!this.writableFinished) observed?.recordError('DEADLINE_EXCEEDED');
  const { request, response } = bytesSince(req.socket);
  observed?.end({ request, response, status: headersSent ? statusCode : undefined });
}

/** Bytes on the socket since its last call ended: headers and framing included. */
const bytesSince = (socket: Counted): { request: number; response: number } => {
  const { bytesRead: read, bytesWritten: written, [COUNTED]: before } = socket;
  socket[COUNTED] = { read, written };
  return { request: read - (before?.read ?? 0), response: written - (before?.written ?? 0) };
};

/** The client's own request id where it is valid, else the one made for the log. */
export const requestIdOf = (given: string | string[] | undefined, { observed }: RequestInfo) =>
  typeof given === 'string' && isRequestId(given) ? given : observed?.requestId;

export const requestIdHeader = (request: IncomingMessage): Record<string, string> => {
  const requestId = requestIdOf(request.headers['x-request-id'], requestInfoOf(request));
  return requestId === undefined ? {} : { 'X-Request-Id': requestId };
};
