/** gRPC has a deadline and a cancellation of its own, which the library sends and keeps; the rest is metadata. */
import { type CallOptions, Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  type CallContext,
  checkedIdempotencyKey,
  checkedRequestId,
  isRequestId,
  isTraceparent,
} from '../../contract/context';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { ServeOptions } from '../../contract/protocol';
import type { ObservedCall } from '../../contract/telemetry';
import { peerAddress } from '../../runtime/client-address';
import { clampTimeoutMs, clientDisconnected, decodeToken, encodeToken } from '../common/http-context';
import type { Message } from './schema';

const REQUEST_ID = 'x-request-id';

export const encodeContext = (
  { requestId, timeoutMs, token, traceparent }: CallContext,
  defaultTimeoutMs: number,
): { metadata: Metadata; options: CallOptions } => {
  const metadata = new Metadata();
  if (requestId !== undefined) metadata.set(REQUEST_ID, checkedRequestId(requestId));
  if (token !== undefined) metadata.set('authorization', encodeToken(token));
  if (traceparent !== undefined && isTraceparent(traceparent)) metadata.set('traceparent', traceparent);
  return { metadata, options: { deadline: Date.now() + clampTimeoutMs(timeoutMs ?? defaultTimeoutMs) } };
};

/** The idempotency key is a field of the message: `request_id` (AIP-155). */
export const encodeRequestId = ({ idempotencyKey: key }: CallContext): { requestId?: string } =>
  key === undefined ? {} : { requestId: checkedIdempotencyKey(key) };

type Call = ServerUnaryCall<Buffer, Buffer>;

/** What is known of a call before its message is read. */
export interface Arrival {
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly peer?: string;
  readonly observed?: ObservedCall;
}

export const arrivals = ({ trustedProxies, telemetry }: ServeOptions): ((call: Call) => Arrival) => {
  const peerOf = peerAddress(trustedProxies);
  return (call) => {
    // Those whose names end in -bin are buffers; none of ours does.
    const headers = call.metadata.getMap() as Record<string, string>;
    const peer = peerOf({ headers, socket: { remoteAddress: addressOf(call.getPeer()) } });
    const { [REQUEST_ID]: given, traceparent } = headers;
    const requestId = given !== undefined && isRequestId(given) ? given : undefined;
    const observed = telemetry?.begin({
      protocol: 'grpc',
      peer,
      requestId,
      traceparent,
    });
    return { headers, peer, observed, requestId: requestId ?? observed?.requestId };
  };
};

/** An address goes without its port; that of a caller who is gone is not known. */
const addressOf = (peer: string): string | undefined => {
  const colon = peer.lastIndexOf(':');
  return colon < 0 ? undefined : peer.slice(0, colon);
};

/** Every field, as in the others. Throws what is wrong with the metadata, or with the key. */
export const decodeContext = (
  call: Call,
  { headers, peer, observed, requestId }: Arrival,
  { requestId: idempotencyKey }: Message,
): CallContext => {
  const { [REQUEST_ID]: given, authorization, traceparent } = headers;
  checkSize(headers);
  if (given !== undefined) checkedRequestId(given);
  const deadline = call.getDeadline();
  return {
    requestId,
    signal: undefined,
    timeoutMs: deadline === Number.POSITIVE_INFINITY ? undefined : Number(deadline) - Date.now(),
    token: authorization === undefined ? undefined : decodeToken(authorization),
    idempotencyKey: idempotencyKey ? checkedIdempotencyKey(idempotencyKey) : undefined,
    traceparent: traceparent !== undefined && isTraceparent(traceparent) ? traceparent : undefined,
    disconnected: () => goneSignal(call),
    peer,
    caller: undefined,
    observed,
  };
};

const goneSignal = (call: Call): AbortSignal => {
  const controller = new AbortController();
  const abort = () => controller.abort(clientDisconnected());
  if (call.cancelled) abort();
  else call.once('cancelled', abort);
  return controller.signal;
};

/** As HTTP/2 counts it (RFC 9113, section 6.5.2). The library has no limit; Node's own is at 64 KiB. */
const checkSize = (headers: Arrival['headers']): void => {
  let bytes = 0;
  for (const name in headers) bytes += name.length + headers[name]!.length + 32;
  if (bytes <= LIMITS.headerBytesMax) return;
  const text = `The metadata are over ${LIMITS.headerBytesMax} bytes.`;
  throw new SkillsError('RESOURCE_EXHAUSTED', 'HEADERS_TOO_LARGE', text);
};

/** The request's id goes back in the initial metadata, also with an error. */
export const answerMetadata = ({ requestId }: Arrival): Metadata | undefined => {
  if (requestId === undefined) return undefined;
  const metadata = new Metadata();
  metadata.set(REQUEST_ID, requestId);
  return metadata;
};
