/** Telemetry of a call: distributes it to the log, the metrics and the trace, which do not depend on each other. */
import { randomUUID } from 'node:crypto';
import { isTraceparent } from '../contract/context';
import type { ErrorCode } from '../contract/errors';
import type { ProtocolName } from '../contract/protocol';
import type { Operation } from '../contract/skills-api';
import type { ObservedCall, ObservedRequest, Phase, Telemetry } from '../contract/telemetry';
import { redactTokens } from './secrets';

/** A bounded set, because each member is a time series. `several` is a GraphQL request with more than one operation. */
export type ObservedOperation = Operation | 'several' | 'none';

/** A call that has ended, with the fields of its log line. */
export interface EndedCall {
  readonly protocol: ProtocolName;
  readonly operation: ObservedOperation;
  readonly code: ErrorCode | 'OK';
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The token's subject, or the client's address for a call without a token. */
  readonly caller: string | undefined;
  readonly requestId: string;
  readonly traceId: string | undefined;
}

export interface CallMetrics {
  started(protocol: ProtocolName): void;
  ended(call: EndedCall): void;
}

/** The span of one call. */
export interface CallTrace {
  readonly traceId: string;
  phase<T>(phase: Phase, work: () => T): T;
  /** `status` is the HTTP status. */
  end(call: EndedCall, status: number | undefined): void;
}

export interface TelemetryParts {
  readonly logCall?: (call: EndedCall) => void;
  readonly metrics?: CallMetrics;
  readonly startTrace?: (request: ObservedRequest) => CallTrace;
}

/** A part that is not enabled is absent. Without any part, pass no Telemetry to the servers. */
export const createTelemetry = (parts: TelemetryParts): Telemetry => ({
  begin: (request) => new Call(parts, request),
});

/** A class and not closures: one is created for every call, and its methods are shared. */
class Call implements ObservedCall {
  readonly requestId: string;
  private readonly startMs = performance.now();
  private readonly trace: CallTrace | undefined;
  private operation: ObservedOperation = 'none';
  private subject: string | undefined;
  private code: ErrorCode | 'OK' = 'OK';
  private hasEnded = false;

  constructor(
    private readonly parts: TelemetryParts,
    private readonly observedRequest: ObservedRequest,
  ) {
    this.requestId = observedRequest.requestId ?? randomUUID();
    parts.metrics?.started(observedRequest.protocol);
    this.trace = parts.startTrace?.(observedRequest);
  }

  setOperation(operation: Operation): void {
    this.operation = this.operation === 'none' ? operation : 'several';
  }

  setSubject(subject: string): void {
    this.subject = subject;
  }

  recordError(code: ErrorCode): void {
    if (this.code === 'OK') this.code = code;
  }

  phase<T>(phase: Phase, work: () => T): T {
    return this.trace ? this.trace.phase(phase, work) : work();
  }

  end({ request, response, status }: Parameters<ObservedCall['end']>[0]): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { protocol, peer, traceparent } = this.observedRequest;
    const ended: EndedCall = {
      protocol,
      operation: this.operation,
      code: this.code,
      durationMs: Math.round((performance.now() - this.startMs) * 1000) / 1000,
      requestBytes: request,
      responseBytes: response,
      caller: this.subject ?? peer,
      requestId: redactTokens(this.requestId),
      traceId: this.trace?.traceId ?? traceIdOf(traceparent),
    };
    this.parts.metrics?.ended(ended);
    this.parts.logCall?.(ended);
    this.trace?.end(ended, status);
  }
}

/** Logs the client's trace id even if this service records no traces. */
const traceIdOf = (traceparent: string | undefined): string | undefined =>
  traceparent !== undefined && isTraceparent(traceparent) ? traceparent.slice(3, 35) : undefined;
