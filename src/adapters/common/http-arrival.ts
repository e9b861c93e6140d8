/** What is known of an HTTP request before any adapter looks at it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isRequestId } from '../../contract/context';
import type { ProtocolName } from '../../contract/protocol';
import type { ObservedCall, Telemetry } from '../../contract/telemetry';

export interface HttpArrival {
  readonly peer?: string;
  readonly observed?: ObservedCall;
}

const NOTHING: HttpArrival = {};
const arrivals = new WeakMap<IncomingMessage, HttpArrival>();

export const arrivalOf = (request: IncomingMessage): HttpArrival => arrivals.get(request) ?? NOTHING;

export const arrive = (
  request: IncomingMessage,
  response: ServerResponse,
  protocol: ProtocolName,
  peer: string | undefined,
  telemetry: Telemetry | undefined,
): void => {
  if (!telemetry) {
    arrivals.set(request, { peer });
    return;
  }
  const { headers, method, url, socket } = request;
  const { 'x-request-id': requestId, traceparent } = headers;
  const observed = telemetry.begin({
    protocol,
    peer,
    method,
    url,
    requestId: typeof requestId === 'string' && isRequestId(requestId) ? requestId : undefined,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  });
  arrivals.set(request, { peer, observed });
  response.once('close', () => {
    // The caller is gone, and so heard of no success.
    if (!response.writableFinished) observed.failed('DEADLINE_EXCEEDED');
    const { headersSent, statusCode } = response;
    const { request, response: written } = bytesSince(socket);
    observed.end({ request, response: written, status: headersSent ? statusCode : undefined });
  });
};

const counted = new WeakMap<Socket, { read: number; written: number }>();

/** What went over the socket since the last call that ended on it: headers and framing included. */
const bytesSince = (socket: Socket): { request: number; response: number } => {
  const { bytesRead: read, bytesWritten: written } = socket;
  const before = counted.get(socket) ?? { read: 0, written: 0 };
  counted.set(socket, { read, written });
  return { request: read - before.read, response: written - before.written };
};
