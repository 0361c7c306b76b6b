import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Attributes,
  type Context,
  context,
  ProxyTracerProvider,
  propagation,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { LoggedFact } from '@rendercast/protocol';
import type { Logger } from './logger.js';
import type { Queue } from './queue/queue.js';
import { VERSION } from './version.js';

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
export interface Tracing {
  /** Runs a request's work as part of the trace that its `traceparent` names, where the SDK reads such headers. */
  within<T>(headers: IncomingHttpHeaders, work: () => Promise<T>): Promise<T>;
  /** The same queue, with a span around every submission. */
  queue(queue: Queue): Queue;
  /** Takes facts that were stored. */
  stored(logged: readonly LoggedFact[]): void;
  /** A reader was handed the end of a job. */
  endTold(jobId: string): void;
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
  const carried = new AsyncLocalStorage<Context>();
  const jobs = new Map<string, JobTrace>();
  const untold = new Map<string, { context: Context; endedAt: Date }>();
  const present = (): Context => carried.getStore() ?? context.active();

  async function submission<T>(name: string, work: () => Promise<T>): Promise<T> {
    const parent = present();
    const span = tracer.startSpan(name, {}, parent);
    try {
      return await carried.run(trace.setSpan(parent, span), work);
    } catch (thrown) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: thrown instanceof Error ? thrown.name : 'unknown' });
      throw thrown;
    } finally {
      span.end();
    }
  }

  function openJob({ fact, job }: LoggedFact, startTime: Date, parent: Context): JobTrace {
    const attributes: Attributes = {
      'rendercast.job.id': fact.jobId,
      'rendercast.job.kind': job.kind,
      'rendercast.job.via': job.via,
      ...(fact.type === 'queued' ? {} : { 'rendercast.job.resumed': true }),
    };
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
      const opened = openJob(entry, at, present());
      opened.waiting = tracer.startSpan('queued', { startTime: at }, opened.context);
    } else if (fact.type === 'started') {
      start(known ?? openJob(entry, at, context.active()), entry, at);
    } else if (known !== undefined) goOn(known, entry, at);
  }

  function start(open: JobTrace, { fact, job }: LoggedFact, startTime: Date): void {
    open.waiting?.end(startTime);
    open.waiting = null;
    const attributes: Attributes = {
      'rendercast.job.id': fact.jobId,
      'rendercast.attempt': job.attempt,
      ...(job.ranOn === null ? {} : { 'rendercast.engine': job.ranOn.engine, 'rendercast.backend': job.ranOn.backend }),
    };
    open.attempt = tracer.startSpan('attempt', { startTime, attributes }, open.context);
  }

  function goOn(open: JobTrace, { fact }: LoggedFact, at: Date): void {
    switch (fact.type) {
      case 'stage':
        open.attempt?.addEvent('stage', { 'rendercast.stage': fact.stage }, at);
        return;
      case 'output': {
        const { sizeBytes = 0, mediaType = '' } = fact.artifact ?? {};
        open.attempt?.addEvent('output', { 'rendercast.slot': fact.slot, sizeBytes, mediaType }, at);
        return;
      }
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
    within: (headers, work) => carried.run(callerOf(headers), work),
    queue: (queue) => ({
      ...queue,
      get taking() {
        return queue.taking;
      },
      submit: (...args) => submission('submit', () => queue.submit(...args)),
      submitBatch: (...args) => submission('submit batch', () => queue.submitBatch(...args)),
      retry: (...args) => submission('submit retry', () => queue.retry(...args)),
    }),
    stored: (logged) => logged.forEach(follow),
    endTold(jobId) {
      const end = untold.get(jobId);
      if (end === undefined) return;
      untold.delete(jobId);
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

/** The caller's trace: what an instrumented server found already, else what the headers say. */
function callerOf(headers: IncomingHttpHeaders): Context {
  const active = context.active();
  return trace.getSpan(active) === undefined ? propagation.extract(active, headers) : active;
}

function endOf(span: Span | null, at: Date, errorCode: string | null): void {
  if (errorCode !== null) span?.setStatus({ code: SpanStatusCode.ERROR, message: errorCode });
  span?.end(at);
}

function ownTracer(logger: Logger): Tracer {
  const provider = trace.getTracerProvider();
  if (provider instanceof ProxyTracerProvider && provider.getDelegateTracer('rendercast') === undefined)
    logger.warn(
      'tracing is on, but this process has loaded no OpenTelemetry SDK: no spans are made; see docs/operate.md',
    );
  return trace.getTracer('rendercast', VERSION);
}
