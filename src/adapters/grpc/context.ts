/** gRPC has a deadline of its own, which the library sends and keeps; the rest of the context is metadata. */
import { type CallOptions, Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import { type CallContext, checkedRequestId, isRequestId } from '../../contract/context';
import { boundedMs } from '../common/http-context';
import type { Message } from './schema';

const REQUEST_ID = 'x-request-id';

export const encodeContext = (
  { requestId, timeoutMs }: CallContext,
  defaultTimeoutMs: number,
): { metadata: Metadata; options: CallOptions } => {
  const metadata = new Metadata();
  if (requestId !== undefined) metadata.set(REQUEST_ID, checkedRequestId(requestId));
  return { metadata, options: { deadline: Date.now() + boundedMs(timeoutMs ?? defaultTimeoutMs) } };
};

export const decodeContext = (call: ServerUnaryCall<Message, Message>): CallContext => {
  const requestId = call.metadata.get(REQUEST_ID)[0];
  const deadline = call.getDeadline();
  return {
    ...(requestId !== undefined && { requestId: checkedRequestId(String(requestId)) }),
    ...(deadline !== Number.POSITIVE_INFINITY && { timeoutMs: Number(deadline) - Date.now() }),
  };
};

/** The caller's request id goes back in the initial metadata, also with an error. */
export const answerMetadata = (call: ServerUnaryCall<Message, Message>): Metadata | undefined => {
  const requestId = call.metadata.get(REQUEST_ID)[0];
  if (typeof requestId !== 'string' || !isRequestId(requestId)) return undefined;
  const metadata = new Metadata();
  metadata.set(REQUEST_ID, requestId);
  return metadata;
};
