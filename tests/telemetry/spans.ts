import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

export const parentOf = (span: ReadableSpan, spans: readonly ReadableSpan[]): ReadableSpan | undefined =>
  spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);

export const nanosecondsOf = ([seconds, nanoseconds]: HrTime): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
