import { propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const exporter = new InMemorySpanExporter();
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

let house: House;
beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterAll(() => {
  trace.disable();
  propagation.disable();
});
beforeEach(async () => {
  house = await startHouse({ tracing: true, drainMs: 100 });
  exporter.reset();
});
afterEach(() => house.stop());

const named = (name: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.name === name);
const untilNamed = (name: string, count = 1) =>
  until(() => named(name).length >= count && named(name), `${count} spans "${name}"`);

async function submit(body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const answer = await house.call('/v1/jobs', { body, headers });
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job.id;
}

/** The one span of a name. */
function one(name: string): ReadableSpan {
  const [span, ...more] = named(name);
  if (span === undefined || more.length > 0) throw new Error(`${more.length + 1} spans "${name}"`);
  return span;
}

it("follows a job in the caller's trace, from the request to the first reader that has its end", async () => {
  const wires = await Promise.all([openWire(house.url), openWire(house.url)]);
  for (const wire of wires) {
    wire.send({ type: 'subscribe', job: 'traced' });
    await wire.next('subscribed');
  }
  const id = await submit(rehearsal({}, { id: 'traced' }), { traceparent: TRACEPARENT });
  for (const wire of wires) await wire.next('event', ({ fact }) => fact.type === 'succeeded');
  await untilNamed('delivery');

  const [submitted, job, queued, attempt, delivery] = ['submit', 'job', 'queued', 'attempt', 'delivery'].map(one);
  const parents = [submitted, job, queued, attempt, delivery].map((span) => span?.parentSpanContext?.spanId);
  const jobSpanId = job?.spanContext().spanId;
  expect(parents).toEqual([CALLER.spanId, submitted?.spanContext().spanId, jobSpanId, jobSpanId, jobSpanId]);
  for (const span of exporter.getFinishedSpans()) expect(span.spanContext().traceId).toBe(CALLER.traceId);
  expect(job?.attributes).toEqual({
    'rendercast.job.id': id,
    'rendercast.job.kind': 'image',
    'rendercast.job.via': 'native',
    'rendercast.job.state': 'succeeded',
  });
  expect(attempt?.attributes).toMatchObject({ 'rendercast.attempt': 1, 'rendercast.engine': 'rehearsal' });
  expect(attempt?.events.map(({ name }) => name)).toContain('output');
  expect(delivery?.startTime).toEqual(job?.endTime);
  for (const wire of wires) wire.close();
});

it('shows every attempt and every wait of a job that is tried again, with the codes of what went wrong', async () => {
  await submit(rehearsal({ transient: { attempts: 1, atStep: 1 } }));
  await untilNamed('job');
  expect(named('queued')).toHaveLength(2);
  const attempts = named('attempt');
  expect(attempts.map(({ attributes }) => attributes['rendercast.attempt'])).toEqual([1, 2]);
  expect(attempts.map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
  expect(attempts[0]?.status.message).toMatch(/^[a-z_]+$/);

  exporter.reset();
  await submit(rehearsal({ fail: { atStep: 1, code: 'out_of_memory', retryable: false } }));
  await untilNamed('job');
  expect(one('job').status).toEqual({ code: SpanStatusCode.ERROR, message: 'out_of_memory' });
});

it('ends the spans of jobs that go on after the server, and goes on in a new trace', async () => {
  const { dataDir } = house;
  await submit(rehearsal({ hangAtStep: 1 }));
  await house.call('/v1/jobs', { body: { ...rehearsal(), engine: 'nowhere' } });
  await until(async () => (await house.call('/v1/jobs?state=running')).text.includes('"running"'), 'the start');
  await house.server.stop();
  expect(named('job')).toHaveLength(2);
  exporter.reset();
  const again = await startHouse({ tracing: true, drainMs: 100, dataDir });
  await until(async () => (await again.call('/v1/jobs?state=running')).text.includes('"running"'), 'the next start');
  await again.stop();
  expect(one('job').attributes).toMatchObject({ 'rendercast.job.resumed': true });
  expect(one('attempt').attributes).toMatchObject({ 'rendercast.attempt': 2 });
});

it('tells nobody what was asked for, or by whom', async () => {
  await submit(rehearsal({}, { tags: ['my-secret'] }));
  await untilNamed('job');
  const told = exporter
    .getFinishedSpans()
    .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
  expect(JSON.stringify(told)).not.toMatch(/my-secret|a rehearsal|local|127\.0\.0\.1/);
});

it('makes no spans unless it is asked to', async () => {
  const quiet = await startHouse();
  const answer = await quiet.call('/v1/jobs', { body: rehearsal() });
  const { id } = answer.as(jobAnswerSchema).job;
  await until(async () => (await quiet.call(`/v1/jobs/${id}`)).text.includes('"succeeded"'), 'the end');
  expect(exporter.getFinishedSpans()).toEqual([]);
  await quiet.stop();
});
