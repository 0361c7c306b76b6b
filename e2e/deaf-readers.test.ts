import { type Fact, formatPosition, parsePosition } from '@rendercast/protocol';
import { batchAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { checkHistory, describeViolations, type Observation } from '@rendercast/protocol/history';
import { afterEach, expect, it } from 'vitest';
import { type HouseProcess, startHouseProcess } from './proof/house-process.js';
import { openDeaf, openReader, percentile, type Reader } from './proof/readers.js';
import { recordProof } from './proof/record.js';
import { timesOfRun } from './stories/chance.js';
import { readLog } from './stories/log-over-http.js';
import { call, rehearsal, until } from './support/house.js';
import { openWire, type Wire } from './support/socket.js';

const DEAF = timesOfRun('RENDERCAST_PROOF_DEAF', 60);
const READERS = timesOfRun('RENDERCAST_PROOF_READERS', 30);
/** Jobs that tick all the while, and reports of each a second. */
const JOBS = 10;
const TICKS_PER_SECOND = 10;
const WINDOW_BYTES = 64 * 1024;
/** What a socket costs beside what is on its way to it: its own objects, and buffers of the runtime. */
const SOCKET_BYTES = 48 * 1024;
const MEASURE_MS = DEAF >= 1_000 ? 15_000 : 1_500;
const KIB = 1024;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function house(settings: Parameters<typeof startHouseProcess>[0] = {}): Promise<HouseProcess> {
  const started = await startHouseProcess(settings);
  closing.push(() => started.kill());
  return started;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it(`RC-LEVEL-3: ${DEAF} sockets that never read cost the ${READERS} that do nothing, and the server no more than its window for each`, {
  timeout: 300_000,
}, async () => {
  // Without heartbeats nobody deaf is cut off: they stay for the whole run, which is the worst of it.
  const server = await house({
    windowBytes: WINDOW_BYTES,
    heartbeatMs: 600_000,
    maxConnectionsPerAddress: 5_000,
    ticksPerSecond: TICKS_PER_SECOND,
  });
  for (let job = 0; job < JOBS; job += 1)
    await call(server.url, '/v1/jobs', { body: { kind: 'image', engine: 'metronome', request: { prompt: 'tick' } } });
  const readers = await inRows(READERS, () => openReader(server.port));
  closing.push(() => readers.map((reader) => reader.close()));

  const before = [await measure(readers)];
  const alone = await server.memory();
  const deaf = await inRows(DEAF, () => openDeaf(server.port));
  closing.push(() => deaf.map(({ socket }) => socket.destroy()));
  // Until the windows are full the deaf are sent what everybody is sent; from then on nothing.
  await pause((WINDOW_BYTES / (JOBS * TICKS_PER_SECOND * 250)) * 1_500);
  const beside = [await measure(readers), await measure(readers)];
  const together = await server.memory();
  const stillThere = deaf.filter(({ closed }) => !closed).length;
  for (const { socket } of deaf) socket.destroy();
  await until(async () => (await sockets(server)) === READERS, 'the deaf gone');
  before.push(await measure(readers));

  const heldBytes = together.heapUsed + together.external - alone.heapUsed - alone.external;
  const boundBytes = DEAF * (WINDOW_BYTES + SOCKET_BYTES);
  const p99 = { without: Math.max(...before), with: Math.min(...beside) };
  const harmed = p99.with > Math.max(p99.without * 2, p99.without + 25);
  recordProof({
    name: 'deaf readers',
    count: DEAF + READERS,
    wrong: Number(harmed) + Number(heldBytes > boundBytes) + (DEAF - stillThere),
    note:
      `p99 ${p99.without.toFixed(1)} ms without, ${p99.with.toFixed(1)} ms with them; ` +
      `${(heldBytes / DEAF / KIB).toFixed(1)} KiB for each of the deaf, bound ${(boundBytes / DEAF / KIB).toFixed(0)}; ` +
      `rss ${(alone.rss / KIB / KIB).toFixed(0)} → ${(together.rss / KIB / KIB).toFixed(0)} MiB`,
  });
  expect(server.errors).toEqual([]);
  expect(stillThere).toBe(DEAF);
  expect(heldBytes).toBeLessThan(boundBytes);
  expect(harmed, `p99 ${JSON.stringify(p99)}`).toBe(false);
});

/** The p99 of all levels that reach all readers in a while, in milliseconds. */
async function measure(readers: readonly Reader[]): Promise<number> {
  for (const reader of readers) reader.takeDelays();
  await pause(MEASURE_MS);
  const delays = readers.map((reader) => reader.takeDelays());
  const least = (JOBS * TICKS_PER_SECOND * MEASURE_MS) / 1_000 / 4;
  for (const own of delays) expect(own.length, 'levels that reached one reader').toBeGreaterThan(least);
  return percentile(delays.flat(), 0.99);
}

/** Opens so many, some at a time. */
async function inRows<T>(count: number, open: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count)
    made.push(...(await Promise.all(Array.from({ length: Math.min(50, count - made.length) }, open))));
  return made;
}

async function sockets(server: HouseProcess): Promise<number> {
  const stats = JSON.parse((await call(server.url, '/v1/stats')).text) as { connections: { sockets: number } };
  return stats.connections.sockets;
}

it('RC-PING-2: a socket that never reads is cut off once two heartbeats have passed', { timeout: 60_000 }, async () => {
  const server = await house({ heartbeatMs: 500 });
  await openDeaf(server.port);
  await until(async () => (await sockets(server)) === 1, 'the deaf one let in');
  await until(async () => (await sockets(server)) === 0, 'the deaf one gone', 5_000);
});

it('10,000 subscriptions on one socket: the limit stands, each one too many is refused, and the socket serves on', {
  timeout: 60_000,
}, async () => {
  const server = await house({ maxMessagesPerSecond: 100_000 });
  const wire = await openWire(server.url);
  closing.push(() => wire.close());
  const answers = (): Wire['messages'] => wire.messages.filter(({ type }) => type === 'subscribed' || type === 'error');
  for (let n = 0; n < 10_000; n += 1) {
    wire.send({ type: 'subscribe', ref: String(n), job: `unborn-${n}` });
    if (n % 500 === 499) await until(() => answers().length === n + 1, `${n + 1} answers`);
  }
  const codes = answers().flatMap((message) => (message.type === 'error' ? [message.error.code] : []));
  expect(codes).toHaveLength(9_000);
  expect(new Set(codes)).toEqual(new Set(['too_many_requests']));
  await call(server.url, '/v1/jobs', { body: rehearsal({}, { id: 'unborn-7' }) });
  await wire.next('event', ({ fact }) => fact.type === 'succeeded');
  expect(server.errors).toEqual([]);
});

it('RC-LEVEL-3 RC-SUBSCRIBE-2: 400 jobs with long prompts, asked for in one flight and each from its first fact, are more than the window and all arrive', {
  timeout: 60_000,
}, async () => {
  const server = await house();
  const job = { kind: 'image', engine: 'none-here', request: { prompt: 'x'.repeat(9_000) } };
  const ids: string[] = [];
  for (let batch = 0; batch < 4; batch += 1) {
    const answer = await call(server.url, '/v1/batches', { body: { jobs: Array.from({ length: 100 }, () => job) } });
    ids.push(...answer.as(batchAnswerSchema).jobs.map(({ id }) => id));
  }
  const wire = await openWire(server.url);
  closing.push(() => wire.close());
  const { epoch } = await wire.next('welcome');
  for (const id of ids) wire.send({ type: 'subscribe', job: id });
  await until(() => wire.messages.filter(({ type }) => type === 'subscribed').length === 400, '400 snapshots');
  for (const id of ids) wire.send({ type: 'subscribe', job: id, position: `${epoch}:0` });
  const events = (): Set<string> => new Set(wire.messages.flatMap((one) => (one.type === 'event' ? [one.jobId] : [])));
  await until(() => events().size === 400, '400 first facts');
  wire.send({ type: 'subscribe', feed: {}, position: `${epoch}:0` });
  const ofFeed = () => wire.messages.filter((one) => one.type === 'event' && one.topic.startsWith('feed:'));
  await until(() => ofFeed().length === 400, '400 facts of the feed');
  expect(wire.closed).toBeNull();
});

it('10,000 messages at once are more than a socket may send: it is closed with 4429', async () => {
  const server = await house();
  const wire = await openWire(server.url);
  for (let n = 0; n < 10_000; n += 1) wire.send({ type: 'subscribe', job: `unborn-${n}` });
  expect(await wire.untilClosed()).toMatchObject({ code: 4429, reason: 'too_many_requests' });
  await until(async () => (await sockets(server)) === 0, 'the socket gone');
});

it('RC-LEVEL-3 RC-FACT-1: a reader that stops half way gets every fact from the log when it reads on, and only the newest levels', {
  timeout: 60_000,
}, async () => {
  const server = await house({ windowBytes: 16 * KIB, ticksPerSecond: 200 });
  const wire = await openWire(server.url);
  closing.push(() => wire.close());
  const order = {
    kind: 'image',
    engine: 'metronome',
    id: 'long',
    request: { prompt: 'tick', extra: { ticks: 1_000 } },
  };
  wire.send({ type: 'subscribe', job: 'long' });
  await wire.next('subscribed');
  const { job } = (await call(server.url, '/v1/jobs', { body: order })).as(jobAnswerSchema);
  await wire.next('level', ({ level }) => level.kind === 'progress' && (level.step ?? 0) >= 20);
  wire.socket.pause();
  const facts = 150;
  for (let n = 0; n < facts; n += 1)
    await call(server.url, `/v1/jobs/${job.id}/notes`, { body: { n, text: 'x'.repeat(1_000) } });
  await until(
    async () => (await call(server.url, `/v1/jobs/${job.id}`)).text.includes('"succeeded"'),
    'the end',
    40_000,
  );
  wire.socket.resume();
  await wire.next('event', ({ fact }) => fact.type === 'succeeded');

  const log = await readLog(server.url, true);
  const observations = observationsOf(wire, job.id);
  const reader = { name: 'the one that stopped', owner: null, target: { job: job.id }, observations, wire: true };
  expect(describeViolations(checkHistory({ log, readers: [reader] }))).toBe('');
  const seqs = observations.flatMap((seen) => (seen.saw === 'fact' ? [seen.fact.seq] : []));
  expect(seqs.length).toBeGreaterThan(facts);
  const levels = observations.filter(({ saw }) => saw === 'level').length;
  expect(levels, 'levels shown of 1,000 reported').toBeLessThan(500);
});

/** What a socket that followed one job from before it existed was shown. */
function observationsOf(wire: Wire, jobId: string): Observation[] {
  const epoch = epochOf(wire);
  const seen: Observation[] = [{ saw: 'connected', position: formatPosition({ epoch, n: 0 }) }];
  for (const message of wire.messages) {
    if (message.type === 'event')
      seen.push({ saw: 'fact', fact: message.fact satisfies Fact, position: message.position });
    if (message.type === 'level') seen.push({ saw: 'level', jobId, level: message.level });
  }
  return [...seen, { saw: 'finished' }];
}

function epochOf(wire: Wire): string {
  const subscribed = wire.messages.find(({ type }) => type === 'subscribed');
  return subscribed?.type === 'subscribed' ? (parsePosition(subscribed.position)?.epoch ?? '') : '';
}
