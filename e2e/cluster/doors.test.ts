import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createClient } from '@rendercast/client';
import { pageSchema } from '@rendercast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PATIENT } from '../stories/guest.js';
import { judge } from '../stories/judge.js';
import { type Watcher, watchJob } from '../stories/watchers.js';
import { call, until } from '../support/house.js';
import { startNginx } from '../support/nginx.js';
import { type Cluster, type ClusterNode, NO_CLUSTER, startCluster } from './cluster.js';
import { LEASE_MS } from './fault-kinds.js';

const NGINX = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'nginx'))
  .find((path) => existsSync(path));
const name = `doors of a house of many machines${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;
const TRANSPORTS = ['websocket', 'sse', 'poll'] as const;
/** About two seconds of work. */
const SCRIPT = { stepMs: 80 };
const plan = (title: string) => ({ title, sections: [{ section_name: 'Intro', duration_ms: 3_000 }] });

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    const dialects = ['image-task', 'artist-session', 'progress-feed', 'music-render'];
    cluster = await startCluster({
      ...{ gateways: 2, workers: 2 },
      settings: {
        RENDERCAST_LEASE_MS: String(LEASE_MS),
        RENDERCAST_DIALECT_ENGINES: dialects.map((dialect) => `${dialect}=rehearsal`).join(','),
      },
    });
  }, 120_000);
  afterAll(() => cluster?.close());

  const jobs = async (search: string) =>
    (await call(cluster.door.url, `/v1/jobs?limit=50&${search}`)).as(pageSchema).jobs;
  const running = async (): Promise<number> => (await jobs('state=running')).length;
  const task = (id: string) => ({ prompt: 'a red fox', task_id: id, num_inference_steps: 30, rehearsal: SCRIPT });
  const revive = async (node: ClusterNode): Promise<void> => {
    await node.kill();
    await node.start();
  };

  it('calls that wait for their result outlive the loss of Redis and of the worker that had begun', async () => {
    const { url } = cluster.door;
    const calls = [
      call(url, '/api/media/generate', { body: task('outlives') }),
      call(url, '/render', { body: plan('Outlives') }),
      call(url, '/v1/generation/generate', { body: { prompt: 'a red fox', steps: 30, rehearsal: SCRIPT } }),
    ];
    await until(async () => (await running()) === 3, 'three jobs to run');
    await Promise.all([cluster.redis.restart(), ...cluster.workers.map(revive)]);
    for (const answer of await Promise.all(calls)) expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    const attempts = (await jobs('state=succeeded')).map(({ attempt }) => attempt);
    expect(attempts).toHaveLength(3);
    expect(Math.max(...attempts)).toBe(2);
  });

  it('a call whose gateway is killed is made again through the door and gets the result of the same job', async () => {
    const [doomed] = cluster.gateways;
    if (doomed === undefined) throw new Error('no gateway');
    const made = [
      { path: '/api/media/generate', body: task('made-again') },
      { path: '/render', body: plan('Made again') },
    ];
    const before = (await jobs('')).length;
    const broken = made.map(({ path, body }) =>
      call(doomed.url, path, { body }).then(
        () => null,
        () => 'broken',
      ),
    );
    await until(async () => (await running()) === 2, 'two jobs to run');
    await doomed.kill();
    expect(await Promise.all(broken)).toEqual(['broken', 'broken']);
    // Connections that were kept open may still lead to the one that is gone: then it is said once more.
    const answers = await Promise.all(
      made.map(({ path, body }) => until(() => call(cluster.door.url, path, { body }).catch(() => null), 'an answer')),
    );
    for (const answer of answers) expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    expect((await jobs('')).length).toBe(before + 2);
    await doomed.start();
  });

  it.skipIf(NGINX === undefined)(
    'deploy/nginx.conf: sockets, streams, polls and calls that wait go through it, also while a gateway is killed',
    async () => {
      const [first, second] = cluster.gateways;
      if (first === undefined || second === undefined) throw new Error('two gateways were asked for');
      const lines = readFileSync(new URL('../../deploy/nginx.conf', import.meta.url), 'utf8')
        .replace('gateway-1:8000', `127.0.0.1:${first.port}`)
        .replace('gateway-2:8000', `127.0.0.1:${second.port}`);
      const { url, stop } = await startNginx(NGINX ?? '', lines, first.url);
      const clients = TRANSPORTS.map((transport) =>
        createClient({ url, transports: [transport], webSocket: WebSocket, timing: PATIENT }),
      );
      try {
        const watchers: Watcher[] = [];
        for (const client of clients) {
          const job = await client.generate('a red fox', {
            engine: 'rehearsal',
            steps: 40,
            extra: { rehearsal: SCRIPT },
          });
          for (const [at, each] of clients.entries())
            watchers.push(watchJob(`client ${at} at ${job.id}`, each, job.id, { from: 'start' }));
        }
        const waiting = [
          call(url, '/api/media/generate', { body: task('through-nginx') }),
          call(url, '/render', { body: plan('Through nginx') }),
        ].map((answer) => answer.then(({ status }) => status));
        await Promise.all(watchers.map((watcher) => watcher.reached(2)));
        await revive(first);
        // A call that this gateway held is broken, and its caller makes it again; the others never notice.
        const broken = (await Promise.all(waiting)).filter((status) => status !== 200);
        expect(broken.every((status) => status === 502 || status === 504)).toBe(true);
        const again = await call(url, '/api/media/generate', { body: task('through-nginx') });
        expect(again.status, again.text).toBe(200);
        await Promise.all(watchers.map(({ done }) => done));
        await judge(url, watchers);
      } finally {
        for (const client of clients) client.close();
        await stop();
      }
    },
  );
});
