/** OpenTelemetry: one server span per call, in its caller's trace, and in it a span for each phase. Nothing is global. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { isTraceparent } from '../contract/context';
import { type ErrorCode, toSkillsError } from '../contract/errors';
import type { ProtocolName } from '../contract/protocol';
import type { ObservedRequest, Phase } from '../contract/telemetry';
import { describeAtEnd, describeAtStart } from './span-names';
import type { CallTrace, EndedCall } from './telemetry';

/** With its retries: so long, at most, a collector that is down holds up our own end. */
const EXPORT_MS_MAX = 3000;

export interface Tracing {
  begin(arrival: ObservedRequest): CallTrace;
  /** Resolves when every span is sent, or given up. */
  close(): Promise<void>;
}

/** OTLP over HTTP with JSON; `endpoint` is what OTEL_EXPORTER_OTLP_ENDPOINT means: `v1/traces` is put behind it. */
export const otlpExporter = (endpoint: string): SpanExporter =>
  new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS_MAX,
  });

/** OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER and OTEL_BSP_* say the rest, as everywhere. */
export const openTracing = (exporter: SpanExporter, log: (error: unknown) => void): Tracing => {
  const processor = new BatchSpanProcessor(complaining(exporter, log));
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'api-rosetta' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('api-rosetta');
  return {
    begin: (arrival) => new TracedCall(tracer, arrival),
    // What could not be sent has been said already.
    close: () => provider.shutdown().catch(() => undefined),
  };
};

/** The SDK keeps silent about spans that it can not send: the log hears of the first, and of the first after a success. */
const complaining = (exporter: SpanExporter, log: (error: unknown) => void): SpanExporter => {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && !isFailing) log(new Error('Traces can not be sent', { cause: result.error }));
        isFailing = result.error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
};

/** Which phase the code that runs is in. Phases of one call may overlap, so that a stack would not tell. */
const current = new AsyncLocalStorage<{ readonly call: TracedCall; readonly span: Span }>();

class TracedCall implements CallTrace {
  private readonly root: Span;
  /** All times of a call by one clock: those of the SDK begin at whole milliseconds, and a phase could outlast its call. */
  private readonly clockMs = Date.now() - performance.now();

  constructor(
    private readonly tracer: Tracer,
    private readonly arrival: ObservedRequest,
  ) {
    const { name, attributes } = describeAtStart(arrival);
    this.root = tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, startTime: this.now(), attributes },
      callersContext(arrival.traceparent),
    );
  }

  get traceId(): string {
    return this.root.spanContext().traceId;
  }

  phase<T>(phase: Phase, work: () => T): T {
    // Not sampled, or over.
    if (!this.root.isRecording()) return work();
    const around = current.getStore();
    const parent = around?.call === this ? around.span : this.root;
    const options = { startTime: this.now() };
    const span = this.tracer.startSpan(phase, options, trace.setSpan(ROOT_CONTEXT, parent));
    const done = () => span.end(this.now());
    const failed = (error: unknown) => {
      setError(span, toSkillsError(error).code, this.arrival.protocol);
      done();
    };
    try {
      const result = current.run({ call: this, span }, work);
      if (types.isPromise(result)) result.then(done, failed);
      else done();
      return result;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  end(call: EndedCall, status: number | undefined): void {
    const { name, attributes } = describeAtEnd(this.arrival, call, status);
    this.root.updateName(name).setAttributes(attributes);
    if (call.code !== 'OK') setError(this.root, call.code, call.protocol);
    this.root.end(this.now());
  }

  private now(): number {
    return this.clockMs + performance.now();
  }
}

/** The caller's span, as W3C Trace Context tells of it, and whether it is sampled; nothing where it is not well formed. */
const callersContext = (traceparent: string | undefined): Context => {
  if (traceparent === undefined || !isTraceparent(traceparent)) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
};

const FAULTS: readonly ErrorCode[] = ['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'INTERNAL'];

/**
 * A span of a server is an error where the fault is the server's, and not its caller's; an operation that is not there
 * is gRPC's own case. Never the message, which may quote what was sent.
 */
const setError = (span: Span, code: ErrorCode, protocol: ProtocolName): void => {
  span.setAttribute('error.type', code);
  const isFault = FAULTS.includes(code) || (protocol === 'grpc' && code === 'UNIMPLEMENTED');
  if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
};
