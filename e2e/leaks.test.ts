import { once } from 'node:events';
import { createClient, RendercastError, type TransportName } from '@rendercast/client';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { watchLeaks } from './rules/leaks.js';
import { PATIENT } from './stories/guest.js';
import { createServerProcess, type ServerProcess } from './stories/server-process.js';
import { call, type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'poll'];
/** Times that something is opened and closed again. */
const TIMES = 200;

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openHouse(): Promise<House> {
  const house = await startHouse({ drainMs: 100 });
  closing.push(() => house.stop());
  return house;
}

const submit = async (house: House, body: unknown): Promise<string> =>
  (await house.call('/v1/jobs', { body })).as(jobAnswerSchema).job.id;

describe('a server that stops', () => {
  it('leaves nothing open, whatever it was used for and whoever is still connected', async () => {
    const leaks = watchLeaks();
    const house = await startHouse({ drainMs: 100 });
    const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await house.call('/v1/files', { body: new Uint8Array(picture), headers: { 'content-type': 'image/png' } });
    const done = await submit(house, { kind: 'image', request: { prompt: 'a fox', steps: 2, width: 64, height: 64 } });
    await submit(house, rehearsal({ hangAtStep: 2 }));
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', feed: {}, previews: 'binary' });
    wire.send({ type: 'subscribe', job: 'not-yet' });
    await wire.next('event', ({ jobId, fact }) => jobId === done && fact.type === 'succeeded');
    const stream = await fetch(`${house.url}/v1/events`);
    const poll = house.call('/v1/jobs/not-yet/events?wait=55000').catch(() => null);
    await until(() => house.server.followed().ids === 1, 'the poll and the socket to wait for the same id');
    await house.stop();
    await stream.text();
    await poll;
    await wire.untilClosed();
    expect(await leaks.settled()).toEqual([]);
  });

  it('leaves nothing open where it could not start', async () => {
    const house = await openHouse();
    const leaks = watchLeaks();
    await expect(startHouse({ dataDir: house.dataDir })).rejects.toThrow(/Another server/);
    const port = Number(new URL(house.url).port);
    await expect(startHouse({ port })).rejects.toThrow(/in use/);
    expect(await leaks.settled()).toEqual([]);
  });
});

describe('a client that closes', () => {
  // In a process of its own: the server keeps idle connections open for those who come back, which is no leak of the client.
  let server: ServerProcess;
  beforeAll(async () => {
    server = await createServerProcess();
    await server.start();
  });
  afterAll(() => server.close());

  it.each(TRANSPORTS)('over %s, leaves nothing open, whatever was under way', async (transport) => {
    const submitted = await call(server.url, '/v1/jobs', { body: rehearsal({ hangAtStep: 2 }) });
    const { id } = submitted.as(jobAnswerSchema).job;
    const leaks = watchLeaks();
    const client = createClient({ url: server.url, transports: [transport], webSocket: WebSocket, timing: PATIENT });
    const seen: string[] = [];
    const follow = async (events: AsyncIterable<{ type: string }>, what: string): Promise<void> => {
      for await (const { type } of events) seen.push(`${what} ${type}`);
    };
    const following = [
      follow(client.job(id).events({ from: 'start', previews: 'url' }), 'job'),
      follow(client.job('not-yet').events(), 'unborn'),
      follow(client.feed(), 'feed'),
      client.job(id).result(),
      client.job('not-yet').snapshot(),
    ].map((each) => each.catch((error: unknown) => error));
    await until(() => seen.includes('job fact') && seen.includes('feed page'), 'the first events');
    const submitting = client.generate('a fox', { engine: 'rehearsal' }).catch((error: unknown) => error);
    client.close();
    for (const ended of await Promise.all(following)) expect(ended).toBeInstanceOf(RendercastError);
    await submitting;
    expect(await leaks.settled()).toEqual([]);
    await until(async () => {
      const { text } = await call(server.url, '/v1/stats');
      return text.includes('"connections":{"sockets":0,"streams":0');
    }, 'the server to let go');
  });
});

describe(`${TIMES} readers that come and go`, () => {
  it('leave nothing followed: sockets, streams and polls, of jobs, feeds and ids not taken yet, cut at any moment', async () => {
    const house = await openHouse();
    const id = await submit(house, rehearsal({ hangAtStep: 2 }));
    const paths = [`/v1/jobs/${id}/events`, '/v1/events', '/v1/jobs/not-yet/events'];

    const socket = async (turn: number): Promise<void> => {
      const web = new WebSocket(`${house.url.replace('http', 'ws')}/v1/stream`, 'rendercast.v1');
      let heard = 0;
      web.on('message', () => {
        heard += 1;
      });
      await once(web, 'open');
      web.send(JSON.stringify({ type: 'hello' }));
      web.send(JSON.stringify({ type: 'subscribe', job: id, previews: 'binary' }));
      web.send(JSON.stringify({ type: 'subscribe', feed: {} }));
      web.send(JSON.stringify({ type: 'subscribe', job: `not-yet-${turn}` }));
      // Before the answers, between them, after them; cut or closed in good form.
      await until(() => heard >= turn % 4, 'the answers');
      if (turn % 2 === 0) web.terminate();
      else web.close();
      await once(web, 'close');
    };
    const stream = async (turn: number): Promise<void> => {
      const leaving = new AbortController();
      const answer = fetch(`${house.url}${paths[turn % 3]}`, { signal: leaving.signal });
      if (turn % 2 === 0) await (await answer).body?.getReader().read();
      leaving.abort();
      await answer.catch(() => null);
    };
    const poll = async (turn: number): Promise<void> => {
      const leaving = new AbortController();
      const wait = turn % 2 === 0 ? 0 : 50_000;
      const answer = fetch(`${house.url}${paths[turn % 3]}?wait=${wait}`, { signal: leaving.signal });
      if (turn % 4 === 0) await (await answer).text();
      leaving.abort();
      await answer.catch(() => null);
    };
    for (let turn = 0; turn < TIMES; turn += 10)
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          Promise.all([socket(turn + index), stream(turn + index), poll(turn + index)]),
        ),
      );
    await until(() => Object.values(house.server.followed()).every((count) => count === 0), 'everything to be let go');
    const { text } = await house.call('/v1/stats');
    expect(text).toContain('"connections":{"sockets":0,"streams":0');
    await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
  });

  it('RC-WATCH-1: stop no job by leaving', async () => {
    const house = await openHouse();
    const id = await submit(house, rehearsal({ steps: 20, stepMs: 20 }));
    for (let turn = 0; turn < 20; turn += 1) {
      const wire = await openWire(house.url);
      wire.send({ type: 'subscribe', job: id, previews: 'binary' });
      wire.socket.terminate();
      const leaving = new AbortController();
      const answer = fetch(`${house.url}/v1/jobs/${id}/events`, { signal: leaving.signal });
      leaving.abort();
      await answer.catch(() => null);
    }
    await until(async () => (await house.call(`/v1/jobs/${id}`)).text.includes('"state":"succeeded"'), 'the end');
  });
});
