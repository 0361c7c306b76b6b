import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { type Context, context, propagation, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { Queue } from '../queue/queue.js';

/** Where callers' traces come in: the spans of their submissions. */
export interface TracedDoor {
  /** Runs a request's work as part of the trace that its `traceparent` names, where the SDK reads such headers. */
  within<T>(headers: IncomingHttpHeaders, work: () => Promise<T>): Promise<T>;
  /** The same queue, with a span around every submission. */
  queue(queue: Queue): Queue;
  /** The trace that the work under way belongs to. */
  present(): Context;
}

export function createTracedDoor(tracer: Tracer): TracedDoor {
  const carried = new AsyncLocalStorage<Context>();
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

  return {
    present,
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
  };
}

/** The caller's trace: what an instrumented server found already, else what the headers say. */
function callerOf(headers: IncomingHttpHeaders): Context {
  const active = context.active();
  return trace.getSpan(active) === undefined ? propagation.extract(active, headers) : active;
}
