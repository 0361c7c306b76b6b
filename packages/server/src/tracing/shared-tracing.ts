import { createHash } from 'node:crypto';
import { type Context, context, type Span, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import type { Job, LoggedFact } from '@rendercast/protocol';
import type { Logger } from '../logger.js';
import { createTracedDoor } from './door.js';
import { endOf, ofAttempt, ofEvent, ofJob, ownTracer } from './spans.js';
import type { Tracing } from './tracing.js';

/** Ends that were told here already; beyond this the oldest are forgotten. */
const MAX_TOLD = 10_000;
/** An end that is told later than this is read again, not delivered, in milliseconds. */
const DELIVERY_MS = 60_000;

/**
 * The same spans where several processes work on one job. Its trace is made from its id, so that all of them find it
 * without a word to each other; each makes the spans that it can begin and end by itself:
 *
 *   accepted    where it was taken, linked to the caller's `submit`
 *   queued      before the first attempt, made by the process that claimed it
 *   attempt     by that process
 *   job         by the process that stored its end
 *   delivery    by every process that tells it for the first time
 */
export function createSharedTracing({
  logger,
  tracer = ownTracer(logger),
}: {
  logger: Logger;
  tracer?: Tracer;
}): Tracing {
  const door = createTracedDoor(tracer);
  const attempts = new Map<string, Span>();
  const told = new Set<string>();

  function follow({ fact, job }: LoggedFact): void {
    const at = new Date(fact.at);
    const attempt = attempts.get(job.id) ?? null;
    switch (fact.type) {
      case 'queued':
        accept(job, at);
        return;
      case 'started':
        begin(job, at);
        return;
      case 'stage':
      case 'output':
        attempt?.addEvent(fact.type, ofEvent(fact), at);
        return;
      case 'canceling':
        attempt?.addEvent(fact.type, {}, at);
        return;
      case 'retrying':
        endAttempt(job.id, at, fact.error.code);
        return;
      case 'succeeded':
      case 'failed':
      case 'canceled':
        end(job, at, fact.type === 'failed' ? fact.error.code : null);
        return;
      default:
    }
  }

  function accept(job: Job, at: Date): void {
    const caller = trace.getSpanContext(door.present());
    const links = caller === undefined ? [] : [{ context: caller }];
    tracer.startSpan('accepted', { startTime: at, attributes: ofJob(job), links }, traceOf(job.id)).end(at);
  }

  function begin(job: Job, startTime: Date): void {
    const parent = traceOf(job.id);
    // When a later wait began stands in the log only; the attempts before it show it.
    if (job.attempt === 1) tracer.startSpan('queued', { startTime: new Date(job.createdAt) }, parent).end(startTime);
    attempts.set(job.id, tracer.startSpan('attempt', { startTime, attributes: ofAttempt(job) }, parent));
  }

  function endAttempt(jobId: string, at: Date, errorCode: string | null): void {
    endOf(attempts.get(jobId) ?? null, at, errorCode);
    attempts.delete(jobId);
  }

  function end(job: Job, at: Date, errorCode: string | null): void {
    endAttempt(job.id, at, errorCode);
    const attributes = { ...ofJob(job), 'rendercast.job.state': job.state };
    const span = tracer.startSpan('job', { startTime: new Date(job.createdAt), attributes }, traceOf(job.id));
    endOf(span, at, errorCode);
  }

  return {
    within: door.within,
    queue: door.queue,
    stored: (logged) => logged.forEach(follow),
    endTold({ fact }) {
      const startTime = new Date(fact.at);
      if (told.has(fact.jobId) || Date.now() - startTime.getTime() > DELIVERY_MS) return;
      told.add(fact.jobId);
      for (const oldest of told) {
        if (told.size <= MAX_TOLD) break;
        told.delete(oldest);
      }
      tracer.startSpan('delivery', { startTime }, traceOf(fact.jobId)).end(new Date());
    },
    close() {
      for (const attempt of attempts.values()) {
        attempt.addEvent('the server stopped');
        attempt.end();
      }
      attempts.clear();
    },
  };
}

/** The trace of a job, the same in every process. */
function traceOf(jobId: string): Context {
  const digest = createHash('sha256').update(jobId).digest('hex');
  const spanContext = { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48), isRemote: true };
  return trace.setSpanContext(context.active(), { ...spanContext, traceFlags: TraceFlags.SAMPLED });
}
