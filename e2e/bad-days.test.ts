import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal, type Job } from '@rendercast/protocol';
import { jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canTrace, mountSmallDisk, traceSyncs } from './proof/disk-faults.js';
import { type HouseProcess, HouseRefusal, type HouseSettings, startHouseProcess } from './proof/house-process.js';
import { openReader, percentile } from './proof/readers.js';
import { recordProof } from './proof/record.js';
import { readLog } from './stories/log-over-http.js';
import { type Answer, call, rehearsal, until } from './support/house.js';
import { openWire } from './support/socket.js';

let dir = '';
let closing: (() => unknown)[] = [];
let days = 0;
beforeEach(async () => {
  days += 1;
  dir = await mkdtemp(join(tmpdir(), 'rendercast-days-'));
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  await rm(dir, { recursive: true, force: true });
});
afterAll(() => recordProof({ name: 'bad days', count: days, wrong: 0 }));

async function serve(settings: HouseSettings = {}): Promise<HouseProcess> {
  const house = await startHouseProcess({ dataDir: join(dir, 'data'), ...settings });
  closing.push(() => house.kill());
  return house;
}

/** What a start that must fail says. */
async function refusal(settings: HouseSettings = {}): Promise<HouseRefusal> {
  const thrown = await serve(settings).catch((error: unknown) => error);
  if (!(thrown instanceof HouseRefusal)) throw new Error('the server started');
  expect(thrown.message).not.toMatch(/\n\s+at /);
  return thrown;
}

const submit = (house: HouseProcess, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  call(house.url, '/v1/jobs', { body, headers });

async function taken(house: HouseProcess, body: unknown): Promise<string> {
  const answer = await submit(house, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job.id;
}

const jobOf = async (house: HouseProcess, id: string): Promise<Job> =>
  (await call(house.url, `/v1/jobs/${id}`)).as(snapshotAnswerSchema).job;

const untilState = (house: HouseProcess, id: string, state: Job['state']): Promise<Job> =>
  until(
    async () => {
      const job = await jobOf(house, id);
      return job.state === state ? job : null;
    },
    `${id} ${state}`,
    30_000,
  );

/** Each job has one end, and its facts are numbered without gaps. */
async function expectSoundLog(house: HouseProcess): Promise<void> {
  const { entries } = await readLog(house.url, true);
  const seqs = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const { fact } of entries) {
    expect(fact.seq).toBe((seqs.get(fact.jobId) ?? 0) + 1);
    seqs.set(fact.jobId, fact.seq);
    if (isTerminal(fact)) ends.set(fact.jobId, (ends.get(fact.jobId) ?? 0) + 1);
  }
  expect([...ends.values()].every((count) => count === 1)).toBe(true);
}

describe('a disk that', { timeout: 90_000 }, () => {
  it('is full: new jobs are refused, reading goes on, finished work is held and stored when there is room', async ({
    skip,
  }) => {
    const disk = await mountSmallDisk(join(dir, 'disk'), 8);
    if (disk === null) return skip('needs leave to mount a small disk');
    closing.push(() => disk.unmount());
    const house = await serve({ dataDir: disk.path });
    const id = await taken(house, rehearsal({ steps: 100, stepMs: 50 }));
    await untilState(house, id, 'running');
    await disk.fill();
    const key = { 'idempotency-key': 'asked-twice' };
    const refused = await until(async () => {
      const answer = await submit(house, rehearsal({}, { tags: ['x'.repeat(60)] }), key);
      return answer.status === 201 ? null : answer;
    }, 'a refusal');
    expect([refused.status, refused.code]).toEqual([503, 'storage_unavailable']);
    const ready = await call(house.url, '/ready');
    expect([ready.status, (await call(house.url, '/alive')).status]).toEqual([503, 200]);
    expect(ready.text).not.toContain(disk.path);
    await disk.fill();
    await until(async () => {
      const { levels } = (await call(house.url, `/v1/jobs/${id}`)).as(snapshotAnswerSchema);
      return levels.progress?.kind === 'progress' && levels.progress.step === 100;
    }, 'the last step');
    // Its run is over; what it made cannot be stored.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await jobOf(house, id)).state).toBe('running');
    await disk.clear();
    const job = await untilState(house, id, 'succeeded');
    expect(job.attempt).toBe(1);
    const file = await call(house.url, `/v1/artifacts/${job.outputs[0]?.artifact.id}`);
    expect([file.status, file.bytes.length]).toEqual([200, job.outputs[0]?.artifact.sizeBytes]);
    const again = await submit(house, rehearsal({}, { tags: ['x'.repeat(60)] }), key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect((await call(house.url, '/ready')).status).toBe(200);
    await untilState(house, again.as(jobAnswerSchema).job.id, 'succeeded');
    await expectSoundLog(house);
  });

  it('cannot sync (EIO): nothing is acknowledged that is not on disk, and all goes on when it can', async ({
    skip,
  }) => {
    if (!canTrace()) return skip('needs strace, and leave to trace');
    const house = await serve();
    const id = await taken(house, rehearsal());
    await untilState(house, id, 'succeeded');
    const fault = await traceSyncs(house.pid, 'error=EIO');
    closing.push(() => fault.stop());
    const refused = await until(async () => {
      const answer = await submit(house, rehearsal());
      return answer.status === 201 ? null : answer;
    }, 'a refusal');
    expect([refused.status, refused.code]).toEqual([503, 'storage_unavailable']);
    expect((await call(house.url, '/ready')).status).toBe(503);
    await fault.stop();
    const next = await until(async () => {
      const answer = await submit(house, rehearsal());
      return answer.status === 201 ? answer.as(jobAnswerSchema).job.id : null;
    }, 'a job taken');
    await untilState(house, next, 'succeeded');
    expect((await call(house.url, '/ready')).status).toBe(200);
    await house.kill();
    const reborn = await serve();
    for (const kept of [id, next]) expect((await jobOf(reborn, kept)).state).toBe('succeeded');
    await expectSoundLog(reborn);
  });

  it('syncs slowly (200 ms): levels arrive all the same, at once', async ({ skip }) => {
    if (!canTrace()) return skip('needs strace, and leave to trace');
    const house = await serve({ ticksPerSecond: 20 });
    await taken(house, { kind: 'image', engine: 'metronome', request: { prompt: 'tick' } });
    const reader = await openReader(house.port);
    closing.push(() => reader.close());
    const slow = await traceSyncs(house.pid, 'delay_exit=200000');
    closing.push(() => slow.stop());
    reader.takeDelays();
    const startedMs = performance.now();
    let stored = 0;
    for (; stored < 8; stored += 1) await taken(house, { ...rehearsal(), engine: 'none-here' });
    const eachMs = (performance.now() - startedMs) / stored;
    const delays = reader.takeDelays();
    expect(eachMs, 'a submission waits for its sync').toBeGreaterThan(200);
    expect(delays.length).toBeGreaterThan(10);
    expect(percentile(delays, 0.9)).toBeLessThan(150);
  });
});

describe('a database that', { timeout: 60_000 }, () => {
  const file = () => join(dir, 'data', 'rendercast.db');

  it('ends in a torn record, after a kill: what was acknowledged is there', async () => {
    const house = await serve();
    const ids = [await taken(house, rehearsal()), await taken(house, rehearsal())];
    await untilState(house, ids[1] ?? '', 'succeeded');
    await house.kill();
    const wal = await readFile(`${file()}-wal`);
    await appendFile(`${file()}-wal`, wal.subarray(-2_000, -7));
    const reborn = await serve();
    for (const id of ids) await untilState(reborn, id, 'succeeded');
    await untilState(reborn, await taken(reborn, rehearsal()), 'succeeded');
    await expectSoundLog(reborn);
  });

  it('is corrupt: the server does not start, says what to do, and leaves the file as it is', async () => {
    await (await serve()).stop();
    const broken = await open(file(), 'r+');
    await broken.write(Buffer.alloc(3_000, 0xa7), 0, 3_000, 0);
    await broken.close();
    const before = await readFile(file());
    expect(await refusal()).toMatchObject({ code: 'damaged', message: expect.stringContaining('Restore a backup') });
    expect((await readFile(file())).equals(before)).toBe(true);
  });

  it('is of a newer version: the server does not start and leaves the file as it is', async () => {
    await (await serve()).stop();
    const newer = await open(file(), 'r+');
    // `user_version` is a big-endian number at byte 60 of the file.
    await newer.write(Buffer.from([0, 0, 0x23, 0x28]), 0, 4, 60);
    await newer.close();
    const before = await readFile(file());
    expect(await refusal()).toMatchObject({ code: 'newer', message: expect.stringContaining('9000') });
    expect((await readFile(file())).equals(before)).toBe(true);
  });

  it('is an older copy put back by hand: a reader that is ahead of it is reset, and nothing is told twice', async () => {
    const house = await serve();
    const first = await taken(house, rehearsal());
    await untilState(house, first, 'succeeded');
    await house.stop();
    await cp(join(dir, 'data'), join(dir, 'copy'), { recursive: true });
    const later = await serve();
    await untilState(later, await taken(later, rehearsal()), 'succeeded');
    const log = await readLog(later.url, true);
    const head = `${log.epoch}:${log.entries.at(-1)?.cursor}`;
    await later.stop();
    const old = await serve({ dataDir: join(dir, 'copy') });
    const wire = await openWire(old.url);
    closing.push(() => wire.close());
    wire.send({ type: 'subscribe', feed: {}, position: head });
    expect(await wire.next('reset')).toMatchObject({ reason: 'ahead' });
    expect((await jobOf(old, first)).state).toBe('succeeded');
    const page = await call(old.url, `/v1/events?wait=0&position=${head}`);
    expect(JSON.parse(page.text)).toMatchObject({ reset: 'ahead' });
  });
});

describe('a start where', { timeout: 60_000 }, () => {
  it('another server has the data directory is refused, and the other is not disturbed', async () => {
    const house = await serve();
    const refused = await refusal();
    expect(refused).toMatchObject({ code: 'in_use', message: expect.stringContaining('Another server') });
    await untilState(house, await taken(house, rehearsal()), 'succeeded');
  });

  it('the port is in use is refused with what to do, and leaves the data directory to the next', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    closing.push(() => other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refusal({ port })).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('RENDERCAST_PORT'),
    });
    await serve();
  });

  it('the data directory cannot be written is refused with what to do', async () => {
    await writeFile(join(dir, 'in-the-way'), 'a file');
    for (const dataDir of [join(dir, 'in-the-way'), join(dir, 'in-the-way', 'below')])
      expect(await refusal({ dataDir })).toMatchObject({
        code: 'storage_unavailable',
        message: expect.stringContaining('RENDERCAST_DATA_DIR'),
      });
  });

  it('the data directory lies where nothing can be made (/proc) is refused as well, at once', async ({ skip }) => {
    if (!existsSync('/proc/self')) return skip('needs /proc');
    for (const dataDir of ['/proc/rendercast/data', '/proc/self', '/proc'])
      expect(await refusal({ dataDir }), dataDir).toMatchObject({
        code: 'storage_unavailable',
        message: expect.stringContaining('RENDERCAST_DATA_DIR'),
      });
  });

  it('a setting makes no sense is refused with its name', async () => {
    expect(await refusal({ maxBodyBytes: 'plenty' })).toMatchObject({
      code: 'invalid_field',
      message: expect.stringContaining('RENDERCAST_MAX_BODY_BYTES'),
    });
  });
});

describe('time that', { timeout: 60_000 }, () => {
  it.each([
    ['forward by an hour', 3_600_000],
    ['back by a day', -24 * 3_600_000],
  ])(
    'jumps %s: what runs goes on under its lease, what waits waits, and no duration is negative',
    async (_name, ms) => {
      const house = await serve({ leaseMs: 2_000 });
      const running = await taken(house, rehearsal({ steps: 30, stepMs: 100 }));
      const waiting = await taken(house, { ...rehearsal(), engine: 'none-here' });
      await untilState(house, running, 'running');
      await house.shiftClock(ms);
      const ended = await untilState(house, running, 'succeeded');
      expect([ended.attempt, ended.failures]).toEqual([1, 0]);
      expect(Object.values(ended.timings ?? {}).filter((part) => typeof part === 'number' && part < 0)).toEqual([]);
      expect((await jobOf(house, waiting)).state).toBe('queued');
      await untilState(house, await taken(house, rehearsal()), 'succeeded');
      await house.shiftClock(0);
      await untilState(house, await taken(house, rehearsal()), 'succeeded');
      await expectSoundLog(house);
      expect(house.errors).toEqual([]);
    },
  );

  it('is set back while a job waits for its next try: it is tried when its own wait is over', async () => {
    const house = await serve();
    const script = { steps: 2, transient: { attempts: 1, atStep: 1, retryAfterMs: 2_000 } };
    const id = await taken(house, rehearsal(script));
    await until(async () => (await jobOf(house, id)).failures === 1, 'the first try to fail');
    await house.shiftClock(-24 * 3_600_000);
    expect((await untilState(house, id, 'succeeded')).attempt).toBe(2);
    await expectSoundLog(house);
    expect(house.errors).toEqual([]);
  });

  it('jumps forward beyond the longest wait: what waited ends as queue_timeout, once, and the rest goes on', async () => {
    const house = await serve({ leaseMs: 2_000 });
    const running = await taken(house, rehearsal({ steps: 30, stepMs: 100 }));
    const waiting = await taken(house, { ...rehearsal(), engine: 'none-here' });
    await untilState(house, running, 'running');
    await house.shiftClock(25 * 3_600_000);
    expect((await untilState(house, waiting, 'failed')).error).toMatchObject({
      code: 'queue_timeout',
      retryable: true,
    });
    expect((await untilState(house, running, 'succeeded')).attempt).toBe(1);
    await expectSoundLog(house);
  });

  it('stands still for longer than a lease (SIGSTOP): the job ends once, and watchers go on', async () => {
    const house = await serve({ leaseMs: 1_000 });
    const wire = await openWire(house.url);
    closing.push(() => wire.close());
    wire.send({ type: 'subscribe', job: 'frozen' });
    await wire.next('subscribed');
    const id = await taken(house, rehearsal({ steps: 20, stepMs: 50 }, { id: 'frozen' }));
    await wire.next('level', ({ level }) => level.kind === 'progress' && (level.step ?? 0) >= 3);
    house.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    house.signal('SIGCONT');
    await wire.next('event', ({ fact }) => isTerminal(fact));
    await untilState(house, id, 'succeeded');
    const seqs = wire.messages.flatMap((message) => (message.type === 'event' ? [message.fact.seq] : []));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    await expectSoundLog(house);
  });
});
