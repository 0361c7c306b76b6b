import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Snapshot, snapshotSchema, statsSchema } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

async function open(settings: Parameters<typeof startHouse>[0]): Promise<House> {
  const house = await startHouse(settings);
  houses.push(house);
  return house;
}

const submit = async (house: House, body: unknown) =>
  (await house.call('/v1/jobs', { body })).as(jobAnswerSchema).job.id;
const stats = async (house: House) => (await house.call('/v1/stats')).as(statsSchema);

async function failure(house: House, id: string): Promise<NonNullable<Snapshot['job']['error']>> {
  return await until(
    async () => (await house.call(`/v1/jobs/${id}`)).as(snapshotSchema).job.error,
    `the error of ${id}`,
  );
}

/** A request whose answer stays open. */
async function hold(house: House, path: string, headers: Record<string, string> = {}) {
  const asked: ClientRequest = request(`${house.url}${path}`, { headers, agent: false });
  asked.on('error', () => undefined);
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  answer.resume();
  return { status: answer.statusCode, close: () => asked.destroy() };
}

/** Sends a body in parts, without saying how long it will be. */
async function* trickle(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += 1_000) yield Buffer.alloc(1_000, 0x20);
}

async function sendUnannounced(house: House, path: string, bytes: number, type: string) {
  const response = await fetch(`${house.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: trickle(bytes),
    duplex: 'half',
  } as unknown as RequestInit);
  return response.status;
}

describe('what is sent', () => {
  it('maxBodyBytes: refuses a larger body, announced or not', async () => {
    const house = await open({ maxBodyBytes: 5_000 });
    const announced = await house.call('/v1/jobs', { method: 'POST', body: ' '.repeat(5_001) });
    expect([announced.status, announced.code]).toEqual([413, 'too_large']);
    expect(await sendUnannounced(house, '/v1/jobs', 20_000, 'application/json')).toBe(413);
    expect((await house.call('/v1/jobs', { body: rehearsal() })).status).toBe(201);
  });

  it('maxFileBytes: refuses a larger file, announced or not, and keeps nothing of it', async () => {
    const house = await open({ maxFileBytes: 5_000 });
    const upload = (bytes: number) =>
      house.call('/v1/files', {
        method: 'POST',
        body: Buffer.alloc(bytes),
        headers: { 'content-type': 'application/octet-stream' },
      });
    expect((await upload(5_001)).code).toBe('too_large');
    expect(await sendUnannounced(house, '/v1/files', 20_000, 'application/octet-stream')).toBe(413);
    expect(await readdir(join(house.dataDir, 'files', 'aside'))).toEqual([]);
    expect(await readdir(join(house.dataDir, 'files', 'files'))).toEqual([]);
    expect((await upload(5_000)).status).toBe(201);
  });

  it('maxFrameBytes: closes a socket that sends a larger frame', async () => {
    const house = await open({ maxFrameBytes: 2_000 });
    const wire = await openWire(house.url);
    wire.send({ type: 'ping', ref: 'small' });
    await wire.next('pong');
    wire.send('x'.repeat(2_001));
    expect((await wire.untilClosed()).code).toBe(1009);
  });

  it('maxNesting: refuses deeper JSON in a body and on a socket', async () => {
    const house = await open({ maxNesting: 8 });
    const deep = `{"type":"ping","extra":${'['.repeat(8)}${']'.repeat(8)}}`;
    const headers = { 'content-type': 'application/json' };
    const refused = await house.call('/v1/jobs', { method: 'POST', body: deep, headers });
    expect([refused.status, refused.code]).toEqual([400, 'invalid_request']);
    const wire = await openWire(house.url);
    wire.send(deep);
    expect((await wire.next('error')).error.code).toBe('invalid_request');
    wire.send({ type: 'ping', ref: 'still open' });
    await wire.next('pong', ({ ref }) => ref === 'still open');
    wire.close();
  });

  it('requestTimeoutMs: hangs up on a request that trickles in', async () => {
    const house = await open({ requestTimeoutMs: 1_000 });
    const { hostname, port } = new URL(house.url);
    const socket = connect(Number(port), hostname);
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString();
    });
    socket.on('error', () => undefined);
    socket.write('POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{');
    const drip = setInterval(() => socket.write(' '), 100);
    await once(socket, 'close');
    clearInterval(drip);
    expect(heard).toMatch(/^HTTP\/1\.1 (400|408)/);
  });

  it('maxMessagesPerSecond: closes a socket that sends more over ten seconds, pings of the protocol too', async () => {
    const house = await open({ maxMessagesPerSecond: 5 });
    const talker = await openWire(house.url);
    for (let count = 0; count < 60; count += 1) talker.send({ type: 'ping' });
    expect((await talker.untilClosed()).code).toBe(4429);
    const pinger = await openWire(house.url);
    pinger.socket.ping('still answered');
    const [payload] = (await once(pinger.socket, 'pong')) as [Buffer];
    expect(payload.toString()).toBe('still answered');
    for (let count = 0; count < 60; count += 1) pinger.socket.ping();
    expect((await pinger.untilClosed()).code).toBe(4429);
  });
});

describe('what is held open', () => {
  it('maxConnectionsPerAddress: counts sockets, streams and polls together, and gives places back', async () => {
    const house = await open({ maxConnectionsPerAddress: 3 });
    const wire = await openWire(house.url);
    const stream = await hold(house, '/v1/events');
    const poll = house.call('/v1/events?wait=20000&levels=false&position=');
    await until(async () => (await stats(house)).connections.polls === 1, 'the poll to wait');
    const refused = await house.call('/v1/events?wait=1000');
    expect([refused.status, refused.code]).toEqual([429, 'too_many_requests']);
    expect((await hold(house, '/v1/events')).status).toBe(429);
    const late = new WebSocket(`${house.url.replace('http', 'ws')}/v1/stream`, 'rendercast.v1');
    expect(((await once(late, 'close')) as [number])[0]).toBe(4429);
    expect((await house.call('/v1/jobs')).status, 'short requests are no connections').toBe(200);

    await submit(house, rehearsal());
    expect((await poll).status).toBe(200);
    stream.close();
    wire.close();
    await until(async () => {
      const { sockets, streams, polls } = (await stats(house)).connections;
      return sockets + streams + polls === 0;
    }, 'all places given back');
    const again = await hold(house, '/v1/events');
    expect(again.status).toBe(200);
    again.close();
  });

  it('counts callers behind a trusted proxy by themselves, and believes nobody else about it', async () => {
    const trusting = await open({
      maxConnectionsPerAddress: 1,
      trustedProxies: 'loopback',
      apiKeys: 'ada:ada-key-0123456789',
    });
    const from = (address: string) => ({ 'x-forwarded-for': address, authorization: 'Bearer ada-key-0123456789' });
    const first = await hold(trusting, '/v1/events', from('198.51.100.1'));
    const other = await hold(trusting, '/v1/events', from('198.51.100.2'));
    const liar = await hold(trusting, '/v1/events', from('203.0.113.7, 198.51.100.1'));
    expect([first.status, other.status, liar.status]).toEqual([200, 200, 429]);
    const ignoring = await open({ maxConnectionsPerAddress: 1 });
    const held = await hold(ignoring, '/v1/events', { 'x-forwarded-for': '198.51.100.1' });
    const spoofed = await hold(ignoring, '/v1/events', { 'x-forwarded-for': '198.51.100.2' });
    expect([held.status, spoofed.status]).toEqual([200, 429]);
    for (const { close } of [first, other, held]) close();
  });

  it('maxConnections: counts all addresses together', async () => {
    const house = await open({ maxConnections: 2, trustedProxies: 'loopback', apiKeys: 'ada:ada-key-0123456789' });
    const statuses: (number | undefined)[] = [];
    const held = [];
    for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      const headers = { 'x-forwarded-for': address, authorization: 'Bearer ada-key-0123456789' };
      const stream = await hold(house, '/v1/events', headers);
      statuses.push(stream.status);
      held.push(stream);
    }
    expect(statuses).toEqual([200, 200, 429]);
    for (const { close } of held) close();
  });

  it('maxSubscriptionsPerSocket: refuses one more, while those that stand go on', async () => {
    const house = await open({ maxSubscriptionsPerSocket: 2 });
    const wire = await openWire(house.url);
    for (const job of ['one', 'two', 'three']) wire.send({ type: 'subscribe', job, ref: job });
    const refused = await wire.next('error');
    expect(refused).toMatchObject({ ref: 'three', error: { code: 'too_many_requests' } });
    await submit(house, rehearsal({}, { id: 'two' }));
    await wire.next('event', ({ fact }) => fact.type === 'succeeded');
    wire.close();
  });

  it('heartbeatMs: drops a peer that says nothing any more, and keeps one that answers', async () => {
    const house = await open({ heartbeatMs: 200 });
    const alive = await openWire(house.url);
    const silent = new WebSocket(`${house.url.replace('http', 'ws')}/v1/stream`, 'rendercast.v1', { autoPong: false });
    silent.on('open', () => silent.send('{"type":"hello"}'));
    silent.on('error', () => undefined);
    const [code] = (await once(silent, 'close')) as [number];
    expect(code).toBe(1006);
    alive.send({ type: 'ping' });
    await alive.next('pong');
    alive.close();
  });

  it('windowBytes: a reader that stops reading is behind alone, costs no memory, and misses no fact', async () => {
    const house = await open({ windowBytes: 2_048 });
    const [slow, quick] = await Promise.all([openWire(house.url), openWire(house.url)]);
    for (const wire of [slow, quick]) wire.send({ type: 'subscribe', job: 'watched' });
    await Promise.all([slow.next('subscribed'), quick.next('subscribed')]);
    slow.socket.pause();
    await submit(house, rehearsal({ steps: 60, stepMs: 10 }, { id: 'watched' }));
    await until(async () => (await stats(house)).readersBehind === 1, 'the slow reader to be behind');
    await quick.next('event', ({ fact }) => fact.type === 'succeeded');
    slow.socket.resume();
    await slow.next('event', ({ fact }) => fact.type === 'succeeded');
    await until(async () => (await stats(house)).readersBehind === 0, 'the slow reader to have caught up');
    const facts = (wire: typeof slow) =>
      wire.messages.flatMap((message) => (message.type === 'event' ? [message.fact.seq] : []));
    expect(facts(slow)).toEqual(facts(quick));
    expect(facts(slow)).toEqual(facts(slow).map((_, index) => index + 1));
    const levels = (wire: typeof slow) => wire.messages.filter(({ type }) => type === 'level').length;
    expect(levels(slow)).toBeLessThan(levels(quick));
    for (const wire of [slow, quick]) wire.close();
  });
});

describe('what waits and runs', () => {
  const endless = rehearsal({ hangAtStep: 1 });

  it('maxWaiting: refuses one more of whomever, and says when to come back', async () => {
    const apiKeys = 'ada:ada-key-0123456789,bob:bob-key-0123456789';
    const house = await open({ maxWaiting: 2, apiKeys });
    const nowhere = { ...endless, engine: 'nowhere' };
    const ask = (owner: string) => house.call('/v1/jobs', { body: nowhere, key: `${owner}-key-0123456789` });
    expect([(await ask('ada')).status, (await ask('bob')).status]).toEqual([201, 201]);
    const refused = await ask('bob');
    expect([refused.status, refused.code]).toEqual([429, 'queue_full']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('maxWaitingPerOwner: refuses one more of this owner, and takes others', async () => {
    const house = await open({ maxWaitingPerOwner: 1, apiKeys: 'ada:ada-key-0123456789,bob:bob-key-0123456789' });
    const nowhere = { ...endless, engine: 'nowhere' };
    const ask = (owner: string) => house.call('/v1/jobs', { body: nowhere, key: `${owner}-key-0123456789` });
    const codes = [await ask('ada'), await ask('ada'), await ask('bob')].map(({ code }) => code);
    expect(codes).toEqual(['none', 'queue_full', 'none']);
  });

  it('queueTimeoutMs, runTimeoutMs: end a job that waits or runs longer', async () => {
    const house = await open({ queueTimeoutMs: 200, runTimeoutMs: 300 });
    const waiting = await submit(house, { ...endless, engine: 'nowhere' });
    const running = await submit(house, endless);
    expect((await failure(house, running)).code).toBe('run_timeout');
    expect((await failure(house, waiting)).code).toBe('queue_timeout');
  });

  it('silentTimeoutMs, maxAttempts: end an attempt that says nothing, and the job after so many', async () => {
    const house = await open({ silentTimeoutMs: 300, maxAttempts: 1 });
    const id = await submit(house, endless);
    expect((await failure(house, id)).code).toBe('silent_timeout');
  });
});
