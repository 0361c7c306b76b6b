import { type Context, context, type Span, type Tracer, trace } from '@opentelemetry/api';
import type { LoggedFact } from '@rendercast/protocol';
import type { Logger } from '../logger.js';
import { createTracedDoor, type TracedDoor } from './door.js';
import { endOf, ofAttempt, ofEvent, ofJob, ownTracer } from './spans.js';

/**
 * Spans of each job, made of its facts:
 *
 *   submit ─▶ job ─┬─ queued    until an attempt starts, also between tries
 *                  ├─ attempt   one each, with stages and outputs as events
 *                  └─ delivery  from the stored end to the first reader that has it
 *
 * The SDK is the program's (`node --import`, or the one that embeds this); without one all of it does nothing. What hangs
 * together is kept beside the jobs in memory, so after a restart a job goes on in a trace of its own. Spans carry ids and
 * names of engines, never prompts, owners or addresses.
 */
export interface Tracing extends Pick<TracedDoor, 'within' | 'queue'> {
  /** Takes facts that were stored. */
  stored(logged: readonly LoggedFact[]): void;
  /** A reader was handed the end of a job. */
  endTold(end: LoggedFact): void;
  /** Ends what is open, so that it is exported. */
  close(): void;
}

/** What is open of one job. */
interface JobTrace {
  job: Span;
  context: Context;
  waiting: Span | null;
  attempt: Span | null;
}

/** Ends whose first delivery is still to come; beyond this the oldest are forgotten: nobody watches those. */
const MAX_UNTOLD = 1_000;

/** @param tracer default: the one of the SDK that the process has loaded. */
export function createTracing({ logger, tracer = ownTracer(logger) }: { logger: Logger; tracer?: Tracer }): Tracing {
  const door = createTracedDoor(tracer);
  const jobs = new Map<string, JobTrace>();
  const untold = new Map<string, { context: Context; endedAt: Date }>();

  function openJob({ fact, job }: LoggedFact, startTime: Date, parent: Context): JobTrace {
    const attributes = { ...ofJob(job), ...(fact.type === 'queued' ? {} : { 'rendercast.job.resumed': true }) };
    const span = tracer.startSpan('job', { startTime, attributes }, parent);
    const opened = { job: span, context: trace.setSpan(parent, span), waiting: null, attempt: null };
    jobs.set(fact.jobId, opened);
    return opened;
  }

  function follow(entry: LoggedFact): void {
    const { fact } = entry;
    const at = new Date(fact.at);
    const known = jobs.get(fact.jobId);
    if (fact.type === 'queued') {
      const opened = openJob(entry, at, door.present());
      opened.waiting = tracer.startSpan('queued', { startTime: at }, opened.context);
    } else if (fact.type === 'started') {
      start(known ?? openJob(entry, at, context.active()), entry, at);
    } else if (known !== undefined) goOn(known, entry, at);
  }

  function start(open: JobTrace, { job }: LoggedFact, startTime: Date): void {
    open.waiting?.end(startTime);
    open.waiting = null;
    open.attempt = tracer.startSpan('attempt', { startTime, attributes: ofAttempt(job) }, open.context);
  }

  function goOn(open: JobTrace, { fact }: LoggedFact, at: Date): void {
    switch (fact.type) {
      case 'stage':
      case 'output':
        open.attempt?.addEvent(fact.type, ofEvent(fact), at);
        return;
      case 'canceling':
        open.job.addEvent('canceling', {}, at);
        return;
      case 'retrying':
        endOf(open.attempt, at, fact.error.code);
        open.attempt = null;
        open.waiting = tracer.startSpan('queued', { startTime: at }, open.context);
        return;
      case 'succeeded':
      case 'canceled':
        return finish(fact.jobId, open, fact.type, at, null);
      case 'failed':
        return finish(fact.jobId, open, fact.type, at, fact.error.code);
      default:
    }
  }

  function finish(jobId: string, open: JobTrace, state: string, endedAt: Date, errorCode: string | null): void {
    open.waiting?.end(endedAt);
    endOf(open.attempt, endedAt, errorCode);
    open.job.setAttribute('rendercast.job.state', state);
    endOf(open.job, endedAt, errorCode);
    jobs.delete(jobId);
    untold.set(jobId, { context: open.context, endedAt });
    if (untold.size <= MAX_UNTOLD) return;
    for (const oldest of untold.keys()) {
      untold.delete(oldest);
      return;
    }
  }

  return {
    within: door.within,
    queue: door.queue,
    stored: (logged) => logged.forEach(follow),
    endTold({ fact }) {
      const end = untold.get(fact.jobId);
      if (end === undefined) return;
      untold.delete(fact.jobId);
      tracer.startSpan('delivery', { startTime: end.endedAt }, end.context).end(new Date());
    },
    close() {
      for (const { job, waiting, attempt } of jobs.values())
        for (const span of [attempt, waiting, job]) {
          span?.addEvent('the server stopped');
          span?.end();
        }
      jobs.clear();
      untold.clear();
    },
  };
}
