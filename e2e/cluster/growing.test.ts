import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Growing } from '@rendercast/protocol';
import { jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSound } from '../support/growing-sound.js';
import { call, until } from '../support/house.js';
import { type Cluster, type ClusterNode, NO_CLUSTER, startCluster } from './cluster.js';

const PROGRAM = fileURLToPath(new URL('./singer-program.mjs', import.meta.url));
const KEY = 'ada-key-0123456789abcdef';
const HALF_BYTES = 300_000;
const name = `a song that is being made on one machine${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  let near: ClusterNode;
  let far: ClusterNode;
  let singer: ClusterNode;
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rendercast-singer-'));
    cluster = await startCluster({
      ...{ gateways: 2, workers: 0 },
      settings: {
        RENDERCAST_API_KEYS: `ada:${KEY}`,
        RENDERCAST_URL_SECRET: 'one secret for all nodes of this house',
        RENDERCAST_LEASE_MS: '5000',
        RENDERCAST_MAX_ATTEMPTS: '1',
        SINGER_GATE: join(dir, 'gate-'),
      },
    });
    const [first, second] = cluster.gateways;
    if (first === undefined || second === undefined) throw new Error('two gateways were asked for');
    [near, far] = [first, second];
    singer = await cluster.add('singer-1', 'worker', { program: PROGRAM });
    const engines = async () => (await call(near.url, '/v1/engines', { key: KEY })).text;
    await until(async () => (await engines()).includes('"singer"'), 'the word of the worker');
  }, 120_000);
  afterAll(async () => {
    await cluster?.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function order(prompt: string): Promise<string> {
    const body = { kind: 'music', engine: 'singer', request: { prompt, lengthMs: 3_000 } };
    return (await call(near.url, '/v1/jobs', { body, key: KEY })).as(jobAnswerSchema).job.id;
  }
  const shown = async (node: ClusterNode, id: string) =>
    (await call(node.url, `/v1/jobs/${id}`, { key: KEY })).as(snapshotAnswerSchema);
  const told = (id: string): Promise<Growing> =>
    until(async () => {
      const { progress } = (await shown(near, id)).levels;
      const growing = progress?.kind === 'progress' ? progress.growing?.[0] : undefined;
      return growing?.sizeBytes === HALF_BYTES && growing;
    }, 'the song to grow');

  it('RC-OUTPUT-1: is heard from its beginning on all others while it grows, by the address that one of them told, byte for byte as the finished file', async () => {
    const id = await order('aria');
    const { url: address = '' } = await told(id);
    const sounds = await Promise.all(cluster.gateways.map((node) => openSound(`${node.url}${address}`)));
    for (const sound of sounds) await sound.heard(HALF_BYTES);
    expect((await shown(far, id)).job).toMatchObject({ state: 'running', outputs: [] });
    await writeFile(join(dir, 'gate-aria'), '');
    const heard = await Promise.all(sounds.map((sound) => sound.whole()));
    const { job } = await until(async () => {
      const now = await shown(far, id);
      return now.job.state === 'succeeded' && now;
    }, 'the end');
    const file = await call(far.url, job.outputs[0]?.artifact.url ?? '', { key: KEY });
    expect(file.bytes.length).toBe(2 * HALF_BYTES);
    for (const bytes of heard) expect(Buffer.from(bytes).equals(file.bytes)).toBe(true);
  });

  it('RC-OUTPUT-2: is cut short on all others when that machine dies', async () => {
    const id = await order('requiem');
    const { url: address = '' } = await told(id);
    const sounds = await Promise.all(cluster.gateways.map((node) => openSound(`${node.url}${address}`)));
    for (const sound of sounds) await sound.heard(HALF_BYTES);
    const cut = sounds.map((sound) => expect(sound.whole()).rejects.toThrow());
    await singer.kill();
    await Promise.all(cut);
    const { job } = await shown(far, id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'worker_lost' }, outputs: [] });
    await singer.start();
  }, 60_000);
});
