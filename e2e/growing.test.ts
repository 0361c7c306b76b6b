import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Growing } from '@rendercast/protocol';
import { jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { createSilentLogger, defineEngine, loadConfig, type RunningServer, startServer } from '@rendercast/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSound } from './support/growing-sound.js';
import { type CallOptions, call, until } from './support/house.js';

const ADA = 'ada-key-0123456789abcdef';
const EVE = 'eve-key-0123456789abcdef';
const SONG = randomBytes(400_000);
const GROWN = SONG.subarray(0, 150_000);

/** Sings a song by half, and on when its gate is opened: by the prompt of its job. */
const gates = new Map<string, () => void>();
const singer = defineEngine({
  name: 'singer',
  kinds: ['music'],
  slots: 8,
  auto: false,
  async run({ request }, context) {
    const opened = new Promise<void>((resolve, reject) => {
      gates.set(request.prompt ?? '', resolve);
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
    });
    await context.stage({ stage: 'singing' });
    if (request.prompt !== 'silence first') await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes: GROWN });
    await opened;
    const rest = { name: 'song.mp3', durationMs: 3_000, parameters: {} };
    await context.output({ slot: 0, mediaType: 'audio/mpeg', body: SONG, ...rest });
  },
});

let server: RunningServer;
let url = '';
let dataDir = '';
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rendercast-growing-'));
  const apiKeys = `ada:${ADA},eve:${EVE}`;
  const config = loadConfig({ port: 0, imageThreads: 1, dataDir, apiKeys, drainMs: 100 }, {});
  server = await startServer({ config, logger: createSilentLogger(), studioDir: null, engines: [singer] });
  url = (server.urls[0] ?? '').replace('localhost', '127.0.0.1');
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = (path: string, options: CallOptions = {}) => call(url, path, { key: ADA, ...options });
async function order(prompt: string): Promise<string> {
  const body = { kind: 'music', engine: 'singer', request: { prompt, lengthMs: 3_000 } };
  return (await ask('/v1/jobs', { body })).as(jobAnswerSchema).job.id;
}
const shown = async (id: string) => (await ask(`/v1/jobs/${id}`)).as(snapshotAnswerSchema);
/** What progress tells of the growing output, once all of the first half is there. */
const told = (id: string): Promise<Growing> =>
  until(async () => {
    const { progress } = (await shown(id)).levels;
    const growing = progress?.kind === 'progress' ? progress.growing?.[0] : undefined;
    return growing?.sizeBytes === GROWN.length && growing;
  }, 'the song to grow');

describe('a song that is being made', () => {
  it('RC-OUTPUT-1 RC-OUTPUT-4: is heard at the address that progress tells, from its beginning to its end, byte for byte', async () => {
    const id = await order('a long one');
    const { slot, mediaType, url: address = '' } = await told(id);
    expect([slot, mediaType]).toEqual([0, 'audio/mpeg']);
    const sound = await openSound(`${url}${address}`);
    expect(sound.status).toBe(200);
    await sound.heard(GROWN.length);
    expect((await shown(id)).job).toMatchObject({ state: 'running', outputs: [] });
    gates.get('a long one')?.();
    expect(Buffer.from(await sound.whole()).equals(SONG)).toBe(true);
    const { job } = await until(async () => {
      const now = await shown(id);
      return now.job.state === 'succeeded' && now;
    }, 'the end');
    const file = await call(url, job.outputs[0]?.artifact.url ?? '');
    expect(Buffer.from(file.bytes).equals(SONG)).toBe(true);
  });

  it('RC-OUTPUT-3: has no length, ranges or ETag yet, and is the file as any other once it is whole', async () => {
    const id = await order('ranges');
    const { url: address = '' } = await told(id);
    const head = await call(url, address, { method: 'HEAD' });
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    const sound = await openSound(`${url}${address}`, { range: 'bytes=1000-', 'if-none-match': '*' });
    expect(sound.status).toBe(200);
    for (const headers of [head.headers, sound.headers]) {
      expect(headers.get('content-type')).toBe('audio/mpeg');
      expect(headers.get('accept-ranges')).toBe('none');
      expect(headers.get('cache-control')).toContain('no-store');
      expect([headers.get('etag'), headers.get('content-length')]).toEqual([null, null]);
    }
    gates.get('ranges')?.();
    expect(Buffer.from(await sound.whole()).equals(SONG)).toBe(true);

    const part = await call(url, address, { headers: { range: 'bytes=1000-1999' } });
    expect([part.status, Buffer.from(part.bytes).equals(SONG.subarray(1_000, 2_000))]).toEqual([206, true]);
    expect(part.headers.get('cache-control')).toBe('private, no-cache');
    const again = { 'if-none-match': part.headers.get('etag') ?? '' };
    expect((await call(url, address, { headers: again })).status).toBe(304);
  });

  it('RC-OUTPUT-4 RC-AUTH-2: is not found before there is anything of it, under a slot that is none, and for strangers', async () => {
    const id = await order('silence first');
    await until(async () => (await shown(id)).job.stage === 'singing', 'the stage');
    expect((await ask(`/v1/jobs/${id}/outputs/0`)).code).toBe('not_found');
    const other = await order('for ada alone');
    await told(other);
    for (const path of [`/v1/jobs/${other}/outputs/1`, '/v1/jobs/nobody/outputs/0'])
      expect((await ask(path)).code, path).toBe('not_found');
    expect((await ask(`/v1/jobs/${other}/outputs/first`)).code).toBe('invalid_field');
    expect((await ask(`/v1/jobs/${other}/outputs/0`, { key: EVE })).code).toBe('not_found');
    expect((await call(url, `/v1/jobs/${other}/outputs/0`)).code).toBe('unauthorized');
    for (const prompt of ['silence first', 'for ada alone']) gates.get(prompt)?.();
  });

  it('RC-OUTPUT-2: is cut short when its job is canceled, and when the server goes down', async () => {
    const [canceled, left] = [await order('to be canceled'), await order('to be left')];
    const addresses = await Promise.all([told(canceled), told(left)]);
    const sounds = await Promise.all(addresses.map(({ url: address = '' }) => openSound(`${url}${address}`)));
    for (const sound of sounds) await sound.heard(GROWN.length);
    await ask(`/v1/jobs/${canceled}/cancel`, { body: {} });
    await expect(sounds[0]?.whole()).rejects.toThrow();
    expect((await ask(`/v1/jobs/${canceled}/outputs/0`)).code).toBe('not_found');
    const cut = expect(sounds[1]?.whole()).rejects.toThrow();
    await server.stop();
    await cut;
  });
});
