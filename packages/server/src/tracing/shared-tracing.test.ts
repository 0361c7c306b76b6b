import { propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Fact, type FactBody, type Job, type LoggedFact, reduce } from '@rendercast/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createSilentLogger } from '../logger.js';
import { createSharedTracing } from './shared-tracing.js';

const exporter = new InMemorySpanExporter();
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const progress = { fraction: 1, stage: null, step: null, steps: null, etaMs: null, elapsedMs: 10 };
const timings = { queuedMs: 5, runMs: 10, totalMs: 15 };
const error = { code: 'backend_error', message: 'no', retryable: true } as const;

beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterAll(() => {
  trace.disable();
  propagation.disable();
});
beforeEach(() => exporter.reset());

const node = () => createSharedTracing({ logger: createSilentLogger() });
const named = (name: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.name === name);

/** The facts of one job as they are stored, a few milliseconds apart and just now. */
function life(jobId: string, ...bodies: FactBody[]): LoggedFact[] {
  let job: Job | null = null;
  const startMs = Date.now() - 1_000;
  return bodies.map((body, index) => {
    const fact = { ...body, jobId, seq: index + 1, at: new Date(startMs + index * 10).toISOString() } as Fact;
    job = reduce(job, fact);
    return { fact, cursor: index + 1, job };
  });
}

const queued: FactBody = {
  ...{ type: 'queued', kind: 'image', engine: 'auto', request: { prompt: 'a fox' }, seed: 1, owner: 'ann' },
  ...{ clientId: null, via: 'native', priority: 0, tags: [], batch: null, retryOf: null, startBy: null },
};
const started = (attempt: number): FactBody => ({ type: 'started', attempt, engine: 'one', backend: 'one-1' });
const retrying: FactBody = {
  type: 'retrying',
  attempt: 1,
  error,
  counted: true,
  notBefore: '2030-01-01T00:00:00.000Z',
  progress: null,
};
const succeeded = (attempt: number): FactBody => ({ type: 'succeeded', attempt, progress, timings });

it("one trace, made from the job's id, holds what three processes did for it", () => {
  const [gateway, first, second] = [node(), node(), node()];
  const [a, b, c, d, e] = life('job_1', queued, started(1), retrying, started(2), succeeded(2)) as [
    ...[LoggedFact, LoggedFact, LoggedFact, LoggedFact, LoggedFact],
  ];
  gateway.stored([a]);
  first.stored([b, c]);
  second.stored([d, e]);
  gateway.endTold(e);

  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name }) => name)).toEqual(['accepted', 'queued', 'attempt', 'attempt', 'job', 'delivery']);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  expect(new Set(spans.map((span) => span.parentSpanContext?.spanId)).size).toBe(1);
  expect(named('attempt').map(({ attributes, status }) => [attributes['rendercast.attempt'], status.message])).toEqual([
    [1, 'backend_error'],
    [2, undefined],
  ]);
  expect(named('job')[0]?.attributes['rendercast.job.state']).toBe('succeeded');
});

it("the trace is linked to the caller's", async () => {
  const gateway = node();
  const [entry] = life('job_2', queued) as [LoggedFact];
  const headers = { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` };
  await gateway.within(headers, async () => gateway.stored([entry]));
  expect(named('accepted')[0]?.links.map(({ context }) => context.traceId)).toEqual([CALLER.traceId]);
});

it('an end that is told to many, or read again much later, is delivered once', () => {
  const gateway = node();
  const end = life('job_3', queued, started(1), succeeded(1)).at(-1) as LoggedFact;
  gateway.endTold(end);
  gateway.endTold(end);
  const old = { ...end, fact: { ...end.fact, jobId: 'job_4', at: '2020-01-01T00:00:00.000Z' } };
  gateway.endTold(old);
  expect(named('delivery')).toHaveLength(1);
});

it('what still runs when the process goes is ended, so that it is exported', () => {
  const worker = node();
  worker.stored(life('job_5', queued, started(1)).slice(1));
  expect(named('attempt')).toEqual([]);
  worker.close();
  expect(named('attempt')[0]?.events.map(({ name }) => name)).toEqual(['the server stopped']);
});
