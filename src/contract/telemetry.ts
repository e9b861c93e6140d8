/** What a call leaves behind for those who run the service: a line in the log, spans of a trace, counts. */
import type { ErrorCode } from './errors';
import type { ProtocolName } from './protocol-names';

/** Where a call's time goes: adapters bracket the first and the last, the guard and the domain the others. */
export type Phase = 'decode' | 'policy' | 'domain' | 'store' | 'encode';

export interface ObservedRequest {
  readonly protocol: ProtocolName;
  readonly requestId?: string;
  readonly traceparent?: string;
  readonly peer?: string;
  /** Of an HTTP request, where its adapter is one of HTTP: gRPC has its own words. */
  readonly method?: string;
  readonly url?: string;
}

/** One request, from its arrival to its answer. A GraphQL request may ask for several operations, or for none. */
export interface ObservedCall {
  /** The caller's own, or one that was made for it. */
  readonly requestId: string;
  /** Said by the guard: which operation was asked for, and by whom. */
  setOperation(operation: string): void;
  setSubject(subject: string): void;
  /** Said by whoever answers with an error; the first one counts. */
  recordError(code: ErrorCode): void;
  phase<T>(phase: Phase, work: () => T): T;
  /** Once, when the answer is out or its caller gone: its bytes, and HTTP's status. */
  end(answer: { readonly request: number; readonly response: number; readonly status?: number }): void;
}

export interface Telemetry {
  begin(arrival: ObservedRequest): ObservedCall;
}

/** Runs `work` in a phase where somebody watches, and as it is where nobody does. */
export const inPhase = <T>(observed: ObservedCall | undefined, phase: Phase, work: () => T): T =>
  observed ? observed.phase(phase, work) : work();
