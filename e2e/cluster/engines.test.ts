import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, until } from '../support/house.js';
import { type Cluster, type ClusterNode, NO_CLUSTER, startCluster } from './cluster.js';
import { LEASE_MS } from './fault-kinds.js';

const PROGRAM = fileURLToPath(new URL('./kiln-program.mjs', import.meta.url));
const name = `an engine that is one for all workers${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  let dir = '';
  let url = '';
  const kilns: ClusterNode[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rendercast-kiln-'));
    cluster = await startCluster({
      ...{ gateways: 1, workers: 1 },
      settings: { RENDERCAST_LEASE_MS: String(LEASE_MS), KILN_BOOK: join(dir, 'book') },
    });
    url = cluster.door.url;
    kilns.push(
      ...(await Promise.all(
        ['kiln-1', 'kiln-2', 'kiln-3'].map((node) => cluster.add(node, 'worker', { program: PROGRAM })),
      )),
    );
    await until(async () => (await call(url, '/v1/engines')).text.includes('"kiln"'), 'the word of the workers');
  }, 120_000);
  afterAll(async () => {
    await cluster?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const book = async (): Promise<{ what: string; job: string }[]> =>
    (await readFile(join(dir, 'book'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { what: string; job: string });
  async function submit(steps: number): Promise<string> {
    const body = { kind: 'image', engine: 'kiln', request: { prompt: 'a bowl', steps } };
    return (await call(url, '/v1/jobs', { body })).as(jobAnswerSchema).job.id;
  }
  const shown = async (id: string) => (await call(url, `/v1/jobs/${id}`)).as(snapshotAnswerSchema).job;

  it('is never given more work than it has slots, counted over all of them, and is shown with those slots', async () => {
    expect((await call(url, '/v1/engines')).text).toMatch(/"backend":"kiln"[^}]*"slots":1\b/);
    expect((await call(url, '/metrics')).text).toMatch(/^rendercast_backend_slots\{engine="kiln",backend="kiln"\} 1$/m);
    const ids = await Promise.all(Array.from({ length: 12 }, () => submit(1)));
    for (const id of ids) await until(async () => (await shown(id)).state === 'succeeded', `the end of ${id}`, 60_000);
    const lines = await book();
    expect(lines.map(({ what }) => what)).toEqual(ids.flatMap(() => ['lit', 'out']));
    for (let at = 0; at < lines.length; at += 2) expect(lines[at + 1]?.job).toBe(lines[at]?.job);
    expect(
      lines
        .filter(({ what }) => what === 'lit')
        .map(({ job }) => job)
        .sort(),
    ).toEqual([...ids].sort());
  });

  it('an attempt that must not be repeated ends outcome_unknown, though nobody with that engine is left', async () => {
    const id = await submit(100);
    await until(async () => (await shown(id)).state === 'running', 'the start');
    await until(async () => (await book()).some(({ what, job }) => what === 'lit' && job === id), 'the fire');
    for (const kiln of kilns) await kiln.kill();
    const ended = await until(
      async () => {
        const job = await shown(id);
        return job.state === 'failed' && job;
      },
      'the end',
      30_000,
    );
    expect(ended).toMatchObject({ attempt: 1, error: { code: 'outcome_unknown', retryable: false } });
    for (const kiln of kilns) await kiln.start();
    expect((await shown(id)).state).toBe('failed');
    expect((await book()).filter(({ what, job }) => what === 'lit' && job === id)).toHaveLength(1);
  });
});
