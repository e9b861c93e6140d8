/** What is known of an HTTP request before any adapter looks at it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isRequestId } from '../contract/context';
import type { ProtocolName } from '../contract/protocol';
import type { ObservedCall, Telemetry } from '../contract/telemetry';

export interface RequestInfo {
  readonly peer?: string;
  readonly observed?: ObservedCall;
}

/** Fields of our own, as a WeakMap of everything that lives shortly is work for each collection of garbage. */
const ARRIVAL = Symbol('arrival');
const COUNTED = Symbol('counted');
type Arrived = IncomingMessage & { [ARRIVAL]?: RequestInfo };
type Counted = Socket & { [COUNTED]?: { read: number; written: number } };

const NOTHING: RequestInfo = {};

export const requestInfoOf = (request: IncomingMessage): RequestInfo =>
  (request as Arrived)[ARRIVAL] ?? NOTHING;

export const attachRequestInfo = (
  request: Arrived,
  response: ServerResponse,
  protocol: ProtocolName,
  peer: string | undefined,
  telemetry: Telemetry | undefined,
): void => {
  if (!telemetry) {
    request[ARRIVAL] = { peer };
    return;
  }
  const { headers, method, url } = request;
  const { 'x-request-id': requestId, traceparent } = headers;
  const observed = telemetry.begin({
    protocol,
    peer,
    method,
    url,
    requestId: typeof requestId === 'string' && isRequestId(requestId) ? requestId : undefined,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  });
  request[ARRIVAL] = { peer, observed };
  response.on('close', closed);
};

function closed(this: ServerResponse): void {
  const { req, headersSent, statusCode } = this;
  const { observed } = requestInfoOf(req);
  // The caller is gone, and so heard of no success.
  if (!this.writableFinished) observed?.recordError('DEADLINE_EXCEEDED');
  const { request, response } = bytesSince(req.socket);
  observed?.end({ request, response, status: headersSent ? statusCode : undefined });
}

/** What went over the socket since the last call that ended on it: headers and framing included. */
const bytesSince = (socket: Counted): { request: number; response: number } => {
  const { bytesRead: read, bytesWritten: written, [COUNTED]: before } = socket;
  socket[COUNTED] = { read, written };
  return { request: read - (before?.read ?? 0), response: written - (before?.written ?? 0) };
};
