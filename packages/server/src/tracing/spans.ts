import {
  type Attributes,
  ProxyTracerProvider,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Fact, Job } from '@rendercast/protocol';
import type { Logger } from '../logger.js';
import { VERSION } from '../version.js';

/** What a span of a job says of it: ids and names, never prompts, owners or addresses. */
export function ofJob(job: Job): Attributes {
  return { 'rendercast.job.id': job.id, 'rendercast.job.kind': job.kind, 'rendercast.job.via': job.via };
}

/** What the span of the present attempt says. */
export function ofAttempt(job: Job): Attributes {
  return {
    'rendercast.job.id': job.id,
    'rendercast.attempt': job.attempt,
    ...(job.ranOn === null ? {} : { 'rendercast.engine': job.ranOn.engine, 'rendercast.backend': job.ranOn.backend }),
  };
}

/** What an event of an attempt says. */
export function ofEvent(fact: Extract<Fact, { type: 'stage' | 'output' }>): Attributes {
  if (fact.type === 'stage') return { 'rendercast.stage': fact.stage };
  const { sizeBytes = 0, mediaType = '' } = fact.artifact ?? {};
  return { 'rendercast.slot': fact.slot, sizeBytes, mediaType };
}

export function endOf(span: Span | null, at: Date, errorCode: string | null): void {
  if (errorCode !== null) span?.setStatus({ code: SpanStatusCode.ERROR, message: errorCode });
  span?.end(at);
}

/** The tracer of the SDK that the process has loaded; says once in the log when there is none. */
export function ownTracer(logger: Logger): Tracer {
  const provider = trace.getTracerProvider();
  if (provider instanceof ProxyTracerProvider && provider.getDelegateTracer('rendercast') === undefined)
    logger.warn(
      'tracing is on, but this process has loaded no OpenTelemetry SDK: no spans are made; see docs/operate.md',
    );
  return trace.getTracer('rendercast', VERSION);
}
