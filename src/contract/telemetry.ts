/** Telemetry of a call: a line in the log, spans of a trace, metrics. */
import type { ErrorCode } from './errors';
import type { ProtocolName } from './protocol-names';

/** The phases of a call. Adapters report `decode` and `encode`; policies and the domain report the others. */
export type Phase = 'decode' | 'policy' | 'domain' | 'store' | 'encode';

export interface ObservedRequest {
  readonly protocol: ProtocolName;
  readonly requestId?: string;
  readonly traceparent?: string;
  readonly peer?: string;
  /** The method of an HTTP request; absent in gRPC. */
  readonly method?: string;
  readonly url?: string;
}

/** One request, from its arrival to its response. A GraphQL request may contain several operations, or none. */
export interface ObservedCall {
  /** The client's id, or a generated one. */
  readonly requestId: string;
  /** The policies set the operation and the subject of the token. */
  setOperation(operation: string): void;
  setSubject(subject: string): void;
  /** Records the code of an error response. The first code counts. */
  recordError(code: ErrorCode): void;
  phase<T>(phase: Phase, work: () => T): T;
  /** Called once, when the response is sent or the client disconnected: bytes, and the HTTP status. */
  end(answer: { readonly request: number; readonly response: number; readonly status?: number }): void;
}

export interface Telemetry {
  begin(arrival: ObservedRequest): ObservedCall;
}

/** Runs `work` in a phase if telemetry is enabled; otherwise just runs it. */
export const inPhase = <T>(observed: ObservedCall | undefined, phase: Phase, work: () => T): T =>
  observed ? observed.phase(phase, work) : work();
