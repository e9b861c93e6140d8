/** Traces by OpenTelemetry: one server span per call, in the client's trace, with a child span per phase. Nothing is global. */
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

/** Limit of an export with its retries; a collector that is down delays the stop at most this long. */
const EXPORT_MS_MAX = 3000;

export interface Tracing {
  startTrace(request: ObservedRequest): CallTrace;
  /** Resolves when every span is sent or dropped. */
  close(): Promise<void>;
}

/** OTLP over HTTP with JSON. `endpoint` is a base URL, as in OTEL_EXPORTER_OTLP_ENDPOINT; `v1/traces` is appended. */
export const otlpExporter = (endpoint: string): SpanExporter =>
  new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS_MAX,
  });

/** The standard variables OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER and OTEL_BSP_* apply too. */
export const openTracing = (exporter: SpanExporter, log: (error: unknown) => void): Tracing => {
  const processor = new BatchSpanProcessor(reportFailures(exporter, log));
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'api-rosetta' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('api-rosetta');
  return {
    startTrace: (request) => new TracedCall(tracer, request),
    // `reportFailures` has logged the error already.
    close: () => provider.shutdown().catch(() => undefined),
  };
};

/** Logs the first failed export, and the first one after a success: the SDK itself reports no failure. */
const reportFailures = (exporter: SpanExporter, log: (error: unknown) => void): SpanExporter => {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && !isFailing)
          log(new Error('Traces cannot be sent to the collector', { cause: result.error }));
        isFailing = result.error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
};

/** The phase of the running code. Phases of one call may overlap, so a stack of phases is not enough. */
const currentPhase = new AsyncLocalStorage<{ readonly call: TracedCall; readonly span: Span }>();

class TracedCall implements CallTrace {
  private readonly root: Span;
  /** One clock for all times of a call: the SDK's starts at whole milliseconds, so a phase could outlast its call. */
  private readonly clockMs = Date.now() - performance.now();

  constructor(
    private readonly tracer: Tracer,
    private readonly request: ObservedRequest,
  ) {
    const { name, attributes } = describeAtStart(request);
    this.root = tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, startTime: this.now(), attributes },
      parentContext(request.traceparent),
    );
  }

  get traceId(): string {
    return this.root.spanContext().traceId;
  }

  phase<T>(phase: Phase, work: () => T): T {
    // The call is not sampled, or has ended.
    if (!this.root.isRecording()) return work();
    const outer = currentPhase.getStore();
    const parent = outer?.call === this ? outer.span : this.root;
    const options = { startTime: this.now() };
    const span = this.tracer.startSpan(phase, options, trace.setSpan(ROOT_CONTEXT, parent));
    const endSpan = () => span.end(this.now());
    const endWithError = (error: unknown) => {
      setError(span, toSkillsError(error).code, this.request.protocol);
      endSpan();
    };
    try {
      const result = currentPhase.run({ call: this, span }, work);
      if (types.isPromise(result)) result.then(endSpan, endWithError);
      else endSpan();
      return result;
    } catch (error) {
      endWithError(error);
      throw error;
    }
  }

  end(call: EndedCall, status: number | undefined): void {
    const { name, attributes } = describeAtEnd(this.request, call, status);
    this.root.updateName(name).setAttributes(attributes);
    if (call.code !== 'OK') setError(this.root, call.code, call.protocol);
    this.root.end(this.now());
  }

  private now(): number {
    return this.clockMs + performance.now();
  }
}

/** The client's span and its sampling flag, from W3C Trace Context; a malformed header is ignored. */
const parentContext = (traceparent: string | undefined): Context => {
  if (traceparent === undefined || !isTraceparent(traceparent)) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
};

const SERVER_ERRORS: readonly ErrorCode[] = ['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'INTERNAL'];

/**
 * Sets the status of a server's span: an error only if the server caused it, or, for gRPC, if the operation does not
 * exist. The error's message is left out, because it may quote the input.
 */
const setError = (span: Span, code: ErrorCode, protocol: ProtocolName): void => {
  span.setAttribute('error.type', code);
  const isServerError = SERVER_ERRORS.includes(code) || (protocol === 'grpc' && code === 'UNIMPLEMENTED');
  if (isServerError) span.setStatus({ code: SpanStatusCode.ERROR });
};
