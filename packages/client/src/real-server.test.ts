import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLogger, loadConfig, type RunningServer, startServer } from '@rendercast/server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FeedEvent } from './feed.js';
import type { JobEvent } from './job-channel.js';
import type { TransportName } from './options.js';
import type { GenerateOptions } from './requests.js';
import { createHouse, gatherLive } from './testing/house.js';
import { until } from './testing/until.js';

const house = createHouse();
let dataDir: string;
let server: RunningServer;
let url: string;

async function start(settings: Record<string, unknown> = {}): Promise<void> {
  const config = loadConfig({ port: 0, imageThreads: 1, drainMs: 200, host: '127.0.0.1', dataDir, ...settings }, {});
  server = await startServer({ config, logger: createSilentLogger(), studioDir: null });
  url = server.urls[0] ?? '';
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rendercast-client-'));
  await start();
});
afterEach(() => house.close());
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

const rehearsal = (script: Record<string, unknown> = {}): GenerateOptions => ({
  engine: 'rehearsal',
  width: 128,
  height: 128,
  extra: { rehearsal: { stepMs: 10, steps: 8, ...script } as never },
});

const numbers = (events: (JobEvent | FeedEvent)[]): number[] =>
  events.flatMap((event) => (event.type === 'fact' ? [event.fact.seq] : []));
const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each<TransportName>(['websocket', 'sse', 'poll'])('the real server over %s', (transport) => {
  it('makes a picture while every step is followed, and gives its bytes', async () => {
    const client = house.client(url, { transports: [transport] });
    const handle = await client.generate('a red fox', rehearsal());
    const { all, done } = gatherLive(handle.events({ previews: 'binary' }));
    const [output] = await handle.result();
    await done;
    const end = all.at(-1)?.snapshot?.job;
    expect(end?.state).toBe('succeeded');
    expect(numbers(all)).toEqual(oneTo(end?.seq ?? 0));
    expect(all.filter(({ type }) => type === 'reset')).toEqual([]);
    if (output === undefined) throw new Error('there is no output');
    const bytes = await (await client.download(output)).arrayBuffer();
    expect(bytes.byteLength).toBe(output.artifact.sizeBytes);
    const part = await client.download(output, { range: { start: 0, end: 7 } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 8]);
  });

  it('brings previews: bytes on a socket, addresses elsewhere, which can be downloaded', async () => {
    const client = house.client(url, { transports: [transport] });
    const handle = await client.generate('a red fox', rehearsal({ stepMs: 40, steps: 30 }));
    for await (const event of handle.events({ previews: 'binary' })) {
      if (event.type !== 'preview') continue;
      const bytes = event.picture ?? new Uint8Array(await (await client.download(event.level)).arrayBuffer());
      expect(event.picture === null).toBe(event.level.url !== undefined);
      expect(bytes.length).toBeGreaterThan(50);
      // A snapshot's preview has only an address, so go on until one came along.
      if (transport !== 'websocket' || event.picture !== null) break;
    }
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ code: 'canceled' });
  });

  it('waits for a job by the caller’s own id before it exists', async () => {
    const client = house.client(url, { transports: [transport] });
    const { all, done } = gatherLive(client.job(`mine-${transport}`).events());
    await until(() => all.length === 1, 'it is known that there is none');
    expect(all[0]).toEqual({ type: 'snapshot', snapshot: null });
    await client.generate('a red fox', { ...rehearsal(), id: `mine-${transport}` });
    await done;
    expect(numbers(all)).toEqual(oneTo(all.at(-1)?.snapshot?.job.seq ?? 0));
  });

  it('follows the feed of a tag, and resumes it from a cursor', async () => {
    const client = house.client(url, { transports: [transport] });
    const { all } = gatherLive(client.feed({ tag: transport }));
    await until(() => client.connection.get().status === 'open', 'it is followed');
    const handle = await client.generate('a red fox', { ...rehearsal(), tags: [transport] });
    await handle.result();
    const ends = (events: FeedEvent[]): boolean =>
      events.some((event) => event.type === 'fact' && event.snapshot?.job.state === 'succeeded');
    await until(() => ends(all), 'the end came');
    const facts = all.filter((event) => event.type === 'fact');
    expect(numbers(facts)).toEqual(oneTo(facts.length));
    const again = gatherLive(client.feed({ tag: transport }, { cursor: facts[0]?.cursor }));
    await until(() => ends(again.all), 'the end came again');
    expect(numbers(again.all)).toEqual(oneTo(facts.length).slice(1));
  });

  it('goes on over a restart of the server in the middle of a job', async () => {
    const client = house.client(url, { transports: [transport], timing: { retryMaxMs: 300 } });
    const handle = await client.generate('a red fox', rehearsal({ stepMs: 40, steps: 40 }));
    const { all, done } = gatherLive(handle.events());
    await until(() => all.some(({ snapshot }) => snapshot?.job.state === 'running'), 'it runs');
    const { port } = new URL(url);
    await server.stop();
    await start({ port: Number(port) });
    await done;
    const end = all.at(-1)?.snapshot?.job;
    expect(end?.state).toBe('succeeded');
    expect(end?.attempt).toBe(2);
    expect(numbers(all)).toEqual(oneTo(end?.seq ?? 0));
    expect(all.filter(({ type }) => type === 'reset')).toEqual([]);
  });
});

describe('the real server', () => {
  it('takes uploads, edits, notes, retries, lists and removal', async () => {
    const client = house.client(url);
    const [output] = await (await client.generate('a red fox', rehearsal())).result();
    if (output === undefined) throw new Error('there is no output');
    const picture = await (await client.download(output)).blob();
    const input = await client.upload(picture.stream(), { name: 'füchse.png', mediaType: output.artifact.mediaType });
    expect([input.name, input.digest]).toEqual(['füchse.png', output.artifact.digest]);
    await client.removeArtifact(input.id);
    await expect(client.download(input)).rejects.toMatchObject({ code: 'not_found' });
    const handle = await client.generate('a red fox', rehearsal({ fail: { atStep: 2 } }));
    await expect(handle.result()).rejects.toMatchObject({ code: 'out_of_memory' });
    expect((await handle.edit({ favorite: true, tags: ['kept'] })).favorite).toBe(true);
    expect((await client.list({ tag: 'kept' })).jobs.map(({ id }) => id)).toEqual([handle.id]);
    const again = await handle.retry();
    expect(again.submitted?.retryOf).toBe(handle.id);
    await again.note({ seen: true });
    await expect(again.result()).rejects.toMatchObject({ code: 'out_of_memory' });
    await handle.remove();
    expect((await client.list({ tag: 'kept' })).jobs.map(({ id }) => id)).toEqual([again.id]);
    const { jobs } = await client.submitBatch({
      jobs: [{ kind: 'image', engine: 'rehearsal', request: { prompt: 'one', width: 64, height: 64, steps: 1 } }],
    });
    expect(await jobs[0]?.result()).toHaveLength(1);
    expect((await client.engines()).map(({ name }) => name)).toContain('rehearsal');
    expect((await client.stats()).jobs.failed).toBeGreaterThan(0);
  });

  it('finds the same job for the same key', async () => {
    const client = house.client(url);
    const [one, two] = await Promise.all([
      client.generate('a red fox', { ...rehearsal(), idempotencyKey: 'k1' }),
      client.generate('a red fox', { ...rehearsal(), idempotencyKey: 'k1' }),
    ]);
    expect(two.id).toBe(one.id);
  });
});
