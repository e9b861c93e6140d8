/** What becomes of an observed call: each of the three parts takes its own note of it, and none needs the others. */
import { randomUUID } from 'node:crypto';
import { isTraceparent } from '../contract/context';
import type { ErrorCode } from '../contract/errors';
import type { ProtocolName } from '../contract/protocol';
import type { Operation } from '../contract/skills-api';
import type { ObservedCall, ObservedRequest, Phase, Telemetry } from '../contract/telemetry';
import { redactTokens } from './secrets';

/** A bounded set, as each member is a time series of its own. `several` is a GraphQL request of more than one. */
export type ObservedOperation = Operation | 'several' | 'none';

/** A call that is over, as the log tells of it. */
export interface EndedCall {
  readonly protocol: ProtocolName;
  readonly operation: ObservedOperation;
  readonly code: ErrorCode | 'OK';
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The token's subject, or else the peer. */
  readonly caller: string | undefined;
  readonly requestId: string;
  readonly traceId: string | undefined;
}

export interface CallMetrics {
  begun(protocol: ProtocolName): void;
  ended(call: EndedCall): void;
}

/** The span of one call. */
export interface CallTrace {
  readonly traceId: string;
  phase<T>(phase: Phase, work: () => T): T;
  /** `status` is HTTP's. */
  end(call: EndedCall, status: number | undefined): void;
}

export interface TelemetryParts {
  readonly logCall?: (call: EndedCall) => void;
  readonly metrics?: CallMetrics;
  readonly beginTrace?: (arrival: ObservedRequest) => CallTrace;
}

/** Each part is absent when it is not enabled; with none at all, pass no Telemetry on. */
export const createTelemetry = (parts: TelemetryParts): Telemetry => ({
  begin: (arrival) => new Call(parts, arrival),
});

/** A class, as one is made for every call: its functions are not made anew. */
class Call implements ObservedCall {
  readonly requestId: string;
  private readonly startedMs = performance.now();
  private readonly trace: CallTrace | undefined;
  private operation: ObservedOperation = 'none';
  private subject: string | undefined;
  private code: ErrorCode | 'OK' = 'OK';
  private isOver = false;

  constructor(
    private readonly parts: TelemetryParts,
    private readonly arrival: ObservedRequest,
  ) {
    this.requestId = arrival.requestId ?? randomUUID();
    parts.metrics?.begun(arrival.protocol);
    this.trace = parts.beginTrace?.(arrival);
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
    if (this.isOver) return;
    this.isOver = true;
    const { protocol, peer, traceparent } = this.arrival;
    const ended: EndedCall = {
      protocol,
      operation: this.operation,
      code: this.code,
      durationMs: Math.round((performance.now() - this.startedMs) * 1000) / 1000,
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

/** Whoever keeps a trace of the call can be found by it, though we keep none. */
const traceIdOf = (traceparent: string | undefined): string | undefined =>
  traceparent !== undefined && isTraceparent(traceparent) ? traceparent.slice(3, 35) : undefined;
