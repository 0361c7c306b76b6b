import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { isTerminal } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

let house: House;
beforeAll(async () => {
  house = await startHouse({ maxSubscriptionsPerSocket: 20, maxMessagesPerSecond: 50 });
});
afterAll(() => house.stop());

async function submit(body: unknown): Promise<string> {
  const answer = await house.call('/v1/jobs', { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job.id;
}

describe('a native socket', () => {
  it('RC-SUBSCRIBE-3 RC-LEVEL-2 RC-FACT-1: watches a job from before it exists to its end, with place, progress and every fact once', async () => {
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', ref: 'early', job: 'not-yet', levels: true });
    const subscribed = await wire.next('subscribed');
    expect(subscribed).toMatchObject({ ref: 'early', snapshot: null });
    await submit(
      rehearsal(
        {
          steps: 6,
          fallingPercent: true,
          stages: [
            { name: 'one', steps: 3 },
            { name: 'two', steps: 3 },
          ],
        },
        { id: 'not-yet' },
      ),
    );
    await wire.next('event', ({ fact }) => isTerminal(fact));
    const facts = wire.messages.flatMap((message) => (message.type === 'event' ? [message.fact] : []));
    expect(facts.map(({ seq }) => seq)).toEqual(facts.map((_, index) => index + 1));
    expect(facts.map(({ type }) => type)).toEqual(['queued', 'started', 'stage', 'stage', 'output', 'succeeded']);
    const fractions = wire.messages.flatMap((message) =>
      message.type === 'level' && message.level.kind === 'progress' ? [message.level.fraction ?? 0] : [],
    );
    expect(fractions.length).toBeGreaterThan(2);
    expect([...fractions].sort((left, right) => left - right)).toEqual(fractions);
    wire.close();
  });

  it('RC-SUBSCRIBE-5: joins a running job late with its snapshot and levels, and a finished one with its result', async () => {
    const id = await submit(rehearsal({ hangAtStep: 3, steps: 10 }));
    const early = await openWire(house.url);
    early.send({ type: 'subscribe', job: id });
    await early.next('level', ({ level }) => level.kind === 'progress' && level.step !== null && level.step >= 2);
    const late = await openWire(house.url);
    late.send({ type: 'subscribe', job: id });
    const { snapshot } = await late.next('subscribed');
    expect(snapshot?.job.state).toBe('running');
    expect(snapshot?.levels.progress).toBeDefined();
    await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    await late.next('event', ({ fact }) => fact.type === 'canceled');
    const after = await openWire(house.url);
    after.send({ type: 'subscribe', job: id });
    expect((await after.next('subscribed')).snapshot?.job.state).toBe('canceled');
    for (const wire of [early, late, after]) wire.close();
  });

  it('RC-RESUME-1 RC-RESET-1: goes on from any position without loss or repeat', async () => {
    const id = await submit(rehearsal());
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', job: id });
    await wire.next('subscribed');
    const { position } = await wire.next('subscribed');
    const epoch = position.split(':', 1)[0];
    await until(async () => (await house.call(`/v1/jobs/${id}`)).text.includes('"succeeded"'), 'the end');
    for (const n of [0, 1, 2, 3]) {
      const again = await openWire(house.url);
      again.send({ type: 'subscribe', job: id, position: `${epoch}:${n}` });
      expect((await again.next('subscribed')).snapshot).toBeNull();
      await again.next('event', ({ fact }) => isTerminal(fact));
      const seqs = again.messages.flatMap((message) => (message.type === 'event' ? [message.fact.seq] : []));
      expect(seqs[0]).toBe(n + 1);
      expect(seqs).toEqual(seqs.map((_, index) => n + 1 + index));
      again.close();
    }
    const stale = await openWire(house.url);
    stale.send({ type: 'subscribe', job: id, position: 'another-epoch:2' });
    expect(await stale.next('reset')).toMatchObject({ reason: 'epoch', snapshot: { job: { id } } });
    stale.close();
    wire.close();
  });

  it('RC-BINARY-1 RC-LEVEL-4: brings previews as binary frames, only to those who asked', async () => {
    const [with_, without] = [await openWire(house.url), await openWire(house.url)];
    with_.send({ type: 'subscribe', job: 'with-previews', previews: 'binary' });
    without.send({ type: 'subscribe', job: 'with-previews' });
    await with_.next('subscribed');
    await without.next('subscribed');
    await submit(rehearsal({ steps: 8, stepMs: 20 }, { id: 'with-previews' }));
    for (const wire of [with_, without]) await wire.next('event', ({ fact }) => isTerminal(fact));
    expect(with_.previews.length).toBeGreaterThan(0);
    const [preview] = with_.previews;
    expect(preview?.header.level.kind).toBe('preview');
    expect(preview?.bytes.length).toBe(preview?.header.level.kind === 'preview' ? preview.header.level.sizeBytes : -1);
    expect(without.previews).toEqual([]);
    expect(without.messages.some((message) => message.type === 'level' && message.level.kind === 'preview')).toBe(
      false,
    );
    with_.close();
    without.close();
  });

  it('follows a feed with a filter, in one order, resumable by its cursor', async () => {
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', feed: { tag: 'feed-test' } });
    await wire.next('subscribed');
    const ids = await Promise.all([1, 2, 3].map(() => submit(rehearsal({}, { tags: ['feed-test'] }))));
    await submit(rehearsal({}, { tags: ['other'] }));
    const ends = () =>
      wire.messages.flatMap((message) => (message.type === 'event' && isTerminal(message.fact) ? [message] : []));
    await until(() => ends().length === 3, 'three ends');
    const events = wire.messages.flatMap((message) => (message.type === 'event' ? [message] : []));
    expect(new Set(events.map(({ jobId }) => jobId))).toEqual(new Set(ids));
    const cursors = events.map(({ cursor }) => Number(cursor.split(':')[1]));
    expect([...cursors].sort((left, right) => left - right)).toEqual(cursors);
    const middle = events[Math.floor(events.length / 2)];
    const again = await openWire(house.url);
    again.send({ type: 'subscribe', feed: { tag: 'feed-test' }, position: middle?.cursor ?? '' });
    const rest = events.slice(events.indexOf(middle as never) + 1).map(({ cursor }) => cursor);
    await until(() => again.messages.filter(({ type }) => type === 'event').length === rest.length, 'the rest');
    expect(again.messages.flatMap((message) => (message.type === 'event' ? [message.cursor] : []))).toEqual(rest);
    wire.close();
    again.close();
  });

  it('tells a waiting job its place in the line', async () => {
    const blockers = await Promise.all([1, 2, 3, 4].map(() => submit(rehearsal({ hangAtStep: 1 }))));
    const wire = await openWire(house.url);
    const waiting = await Promise.all([1, 2].map(() => submit(rehearsal())));
    for (const id of waiting) wire.send({ type: 'subscribe', job: id });
    await wire.next(
      'level',
      ({ jobId, level }) => jobId === waiting[1] && level.kind === 'place' && level.position === 2,
    );
    await house.call(`/v1/jobs/${waiting[0]}/cancel`, { method: 'POST' });
    await wire.next(
      'level',
      ({ jobId, level }) => jobId === waiting[1] && level.kind === 'place' && level.position === 1,
    );
    for (const id of [...blockers, ...waiting]) await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    wire.close();
  });

  it('tells a job that nothing here can run why it waits, within a second or so', async () => {
    const wire = await openWire(house.url);
    const id = await submit({ kind: 'image', engine: 'no-such-engine', request: { prompt: 'a' } });
    wire.send({ type: 'subscribe', job: id });
    const { level } = await wire.next('level', (message) => message.level.kind === 'place');
    expect(level).toMatchObject({ kind: 'place', reason: 'no_backend', position: null });
    await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    wire.close();
  });

  it('RC-SOCKET-2: survives garbage of every sort and answers with errors', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 64 })), { maxLength: 8 }),
        async (garbage) => {
          const wire = await openWire(house.url);
          for (const piece of garbage) wire.send(piece);
          wire.send({ type: 'ping', ref: 'still there' });
          await wire.next('pong', ({ ref }) => ref === 'still there');
          wire.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('RC-SOCKET-3: holds a socket to its limits: subscriptions, message rate, frame size', async () => {
    const wire = await openWire(house.url);
    for (let n = 0; n < 25; n += 1) wire.send({ type: 'subscribe', ref: `s${n}`, job: `unborn-${n}` });
    expect((await wire.next('error')).error.code).toBe('too_many_requests');
    expect(wire.messages.filter(({ type }) => type === 'subscribed').length).toBeLessThanOrEqual(20);
    for (let n = 0; n < 1_000; n += 1) wire.send({ type: 'ping' });
    expect((await wire.untilClosed()).code).toBe(4429);
    const big = await openWire(house.url);
    big.send('x'.repeat(1_200_000));
    expect((await big.untilClosed()).code).toBe(1009);
  });

  it('RC-HELLO-1: wants hello first', async () => {
    const wire = await openWire(house.url, { hello: false });
    wire.send({ type: 'subscribe', job: 'x' });
    expect((await wire.next('error')).error.code).toBe('invalid_request');
    wire.send({ type: 'hello' });
    await wire.next('welcome');
    wire.close();
  });
});

describe('the upgrade', () => {
  const offering = (protocols: string[]): WebSocket =>
    new WebSocket(`${house.url.replace('http', 'ws')}/v1/stream`, protocols);

  it('RC-SOCKET-5: speaks the native protocol with a peer that offers it, among others or not by name', async () => {
    for (const [offered, chosen] of [
      [['rendercast.v1'], 'rendercast.v1'],
      [['other.v9', 'rendercast.v1'], 'rendercast.v1'],
      [[], ''],
    ] as const) {
      const socket = offering([...offered]);
      const first = once(socket, 'message');
      await once(socket, 'open');
      expect(socket.protocol).toBe(chosen);
      socket.send('{"type":"hello"}');
      expect(String((await first)[0])).toContain('"protocol":"rendercast.v1"');
      socket.close();
    }
  });

  it('RC-SOCKET-5: refuses a peer that speaks only other protocols', async () => {
    const socket = offering(['other.v9']);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(400);
    response.resume();
  });
});

it('RC-PING-2: is pinged at every heartbeat, and cut off when it is silent for as long again', async () => {
  const own = await startHouse({ heartbeatMs: 60 });
  const deaf = new WebSocket(`${own.url.replace('http', 'ws')}/v1/stream`, 'rendercast.v1', { autoPong: false });
  const pinged = once(deaf, 'ping');
  const closed = once(deaf, 'close');
  await once(deaf, 'open');
  const alive = await openWire(own.url);
  let pings = 0;
  alive.socket.on('ping', () => {
    pings += 1;
  });
  await pinged;
  expect((await closed)[0]).toBe(1006);
  await until(() => pings >= 5, 'five heartbeats');
  expect(alive.closed).toBeNull();
  alive.close();
  await own.stop();
});

it('RC-DRAIN-1 RC-SSE-4: says goodbye when the server goes down, and when to come back', async () => {
  const own = await startHouse();
  const wire = await openWire(own.url);
  const stream = await fetch(`${own.url}/v1/events`);
  await own.stop();
  expect((await wire.next('draining')).retryAfterMs).toBeGreaterThan(0);
  expect((await wire.untilClosed()).code).toBe(1012);
  expect(await stream.text()).toContain('retry:');
});
