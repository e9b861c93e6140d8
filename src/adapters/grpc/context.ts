/** gRPC has its own deadline and cancellation. The idempotency key is a field of the message, and the rest is metadata. */
import { type CallOptions, Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import type { ServeOptions } from '../../contract/protocol';
import { streamInfoOf } from '../../runtime/http2-admission';
import { beginRequest, type RequestInfo, requestIdOf } from '../../runtime/request-info';
import { rejectLargeHeaders } from '../../runtime/transport-errors';
import { clampTimeoutMs, clientDisconnected, decodeHeaders, encodeHttpContext } from '../common/http-context';
import type { Message } from './schema';

export interface EncodedContext {
  readonly metadata: Metadata;
  readonly options: CallOptions;
  /** The idempotency key is the field `request_id` (AIP-155) of the message, and not X-Request-Id. Reads have no such field. */
  readonly fields: { readonly requestId?: string };
}

export const encodeContext = (
  { timeoutMs, idempotencyKey: key, ...headers }: CallContext,
  defaultTimeoutMs: number,
): EncodedContext => ({
  metadata: metadataOf(encodeHttpContext(headers)),
  options: { deadline: Date.now() + clampTimeoutMs(timeoutMs ?? defaultTimeoutMs) },
  fields: key === undefined ? {} : { requestId: checkedIdempotencyKey(key) },
});

const metadataOf = (headers: Record<string, string>): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
};

type UnaryCall = ServerUnaryCall<Buffer, Buffer>;
/** Only metadata whose name ends in -bin is a buffer, and the service reads none of that. */
type Headers = Readonly<Record<string, string>>;

export type GrpcRequestInfo = RequestInfo & { readonly headers: Headers };

export const requestInfoReader =
  ({ telemetry }: ServeOptions) =>
  (call: UnaryCall): GrpcRequestInfo => {
    const headers = call.metadata.getMap() as Headers;
    // grpc-js has the stream of a call, but no type for it.
    const { peer, charge } = streamInfoOf((call as unknown as { call: { stream: object } }).call.stream);
    return { headers, charge, ...beginRequest(telemetry, headers, { protocol: 'grpc', peer }) };
  };

/** Throws INVALID_ARGUMENT, UNAUTHENTICATED or RESOURCE_EXHAUSTED for invalid metadata or an invalid idempotency key. */
export const decodeContext = (
  call: UnaryCall,
  info: GrpcRequestInfo,
  { requestId: key }: Message,
): CallContext => {
  rejectLargeHeaders('metadata', info.headers);
  const deadline = call.getDeadline();
  const timeoutMs = deadline === Number.POSITIVE_INFINITY ? undefined : Number(deadline) - Date.now();
  return {
    ...decodeHeaders(info.headers, info, () => timeoutMs),
    idempotencyKey: key ? checkedIdempotencyKey(key) : undefined,
    disconnected: () => disconnectSignal(call),
  };
};

const disconnectSignal = (call: UnaryCall): AbortSignal => {
  const controller = new AbortController();
  const abort = () => controller.abort(clientDisconnected());
  if (call.cancelled) abort();
  else call.once('cancelled', abort);
  return controller.signal;
};

/** X-Request-Id is in the initial metadata of every response, also of an error. */
export const responseMetadata = (info: GrpcRequestInfo): Metadata | undefined => {
  const requestId = requestIdOf(info.headers['x-request-id'], info);
  return requestId === undefined ? undefined : metadataOf({ 'x-request-id': requestId });
};
