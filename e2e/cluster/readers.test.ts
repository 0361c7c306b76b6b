import { formatPosition, parsePosition } from '@rendercast/protocol';
import { jobAnswerSchema, pollPageSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, rehearsal, until } from '../support/house.js';
import { type Cluster, type ClusterNode, NO_CLUSTER, startCluster } from './cluster.js';
import { type RawReader, readAt, WAYS, type Way } from './raw-reader.js';

const KEY = 'ada-key-0123456789abcdef';
/** An end whose hint was lost is seen this much later at most, in milliseconds. */
const LATE_MS = 3_000;
const name = `readers of a house of many machines${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  let near: ClusterNode;
  let far: ClusterNode;
  let epoch = '';
  const leaving: RawReader[] = [];
  beforeAll(async () => {
    cluster = await startCluster({
      ...{ gateways: 2, workers: 1 },
      settings: {
        RENDERCAST_API_KEYS: `ada:${KEY}:operator`,
        RENDERCAST_URL_SECRET: 'one secret for all nodes of this house',
      },
    });
    const [first, second] = cluster.gateways;
    if (first === undefined || second === undefined) throw new Error('two gateways were asked for');
    [near, far] = [first, second];
    const page = (await call(near.url, '/v1/events?wait=0', { key: KEY })).as(pollPageSchema);
    epoch = parsePosition(page.position)?.epoch ?? '';
  }, 120_000);
  afterEach(async () => {
    await Promise.all(leaving.splice(0).map((reader) => reader.leave()));
    far.toDatabase.set({});
  });
  afterAll(() => cluster?.close());

  async function submit(script: Record<string, unknown>): Promise<string> {
    const answer = await call(near.url, '/v1/jobs', { body: rehearsal(script), key: KEY });
    return answer.as(jobAnswerSchema).job.id;
  }
  async function read(way: Way, node: ClusterNode, jobId: string, position = formatPosition({ epoch, n: 0 })) {
    const reader = await readAt(way, node.url, jobId, { position, key: KEY });
    leaving.push(reader);
    return reader;
  }
  const shown = async (node: ClusterNode, id: string) =>
    (await call(node.url, `/v1/jobs/${id}`, { key: KEY })).as(snapshotAnswerSchema).job;
  const numbers = (readers: readonly RawReader[]): number[] =>
    readers.flatMap(({ facts }) => facts.map(({ fact }) => fact.seq));
  const busOf = async (node: ClusterNode) =>
    (JSON.parse((await call(node.url, '/health')).text) as { bus: string }).bus;
  const metric = async (node: ClusterNode) =>
    /^rendercast_bus_up (\d)/m.exec((await call(node.url, '/metrics', { key: KEY })).text)?.[1];

  it('an end whose hint was lost is seen within 3 s on another node, over WebSocket, SSE and long-poll', async () => {
    const id = await submit({ steps: 12, stepMs: 60, hangAtStep: 12 });
    const before = await read('websocket', near, id);
    const late = await Promise.all(WAYS.map((way) => read(way, far, id)));
    for (const reader of [before, ...late]) await reader.heard(3);
    far.toBus.freeze(); // its Redis seems to be there and says nothing
    await call(near.url, `/v1/jobs/${id}/cancel`, { body: {}, key: KEY });
    const { atMs } = await before.ended();
    for (const reader of late) {
      const end = await reader.ended();
      expect(end.atMs - atMs).toBeLessThan(LATE_MS);
      expect(numbers([reader])).toEqual(numbers([before]));
    }
  });

  it('the loss of Redis is told in /health and /metrics of every node, jobs go on, and it comes back by itself', async () => {
    await Promise.all(cluster.nodes.map((node) => until(async () => (await busOf(node)) === 'ok', 'the bus')));
    await cluster.redis.kill();
    for (const node of cluster.nodes) {
      await until(async () => (await busOf(node)) === 'degraded', 'the loss to be told');
      expect(await metric(node)).toBe('0');
      expect((await call(node.url, '/ready')).status).toBe(200);
    }
    const reader = await read('sse', far, await submit({ steps: 4 }));
    expect((await reader.ended()).fact.type).toBe('succeeded');
    await cluster.redis.start();
    for (const node of cluster.nodes) {
      await until(async () => (await busOf(node)) === 'ok', 'the return of the bus');
      expect(await metric(node)).toBe('1');
    }
  });

  it.each(WAYS)(
    'RC-RESUME-1 RC-POSITION-1: a reader goes on at another gateway with its position, there and back, also where the line to the database is slow (%s)',
    async (way) => {
      far.toDatabase.set({ up: { delayMs: 100 }, down: { delayMs: 100 } });
      const stages = ['sketch', 'base', 'refine', 'finish'].map((stage) => ({ name: stage, steps: 4 }));
      const id = await submit({ steps: 16, stepMs: 80, outputs: 3, stages });
      const parts: RawReader[] = [];
      for (let at = formatPosition({ epoch, n: 0 }), turn = 0; ; turn += 1) {
        const reader = await read(way, turn % 2 === 0 ? near : far, id, at);
        parts.push(reader);
        await reader.heard(1);
        await reader.leave();
        const last = reader.facts.at(-1);
        at = last?.position ?? at;
        if (last?.fact.type === 'succeeded') break;
      }
      const seqs = numbers(parts);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect(seqs.length).toBe((await shown(near, id)).seq);
      expect(parts.flatMap(({ resets }) => resets)).toEqual([]);
      expect(parts.length).toBeGreaterThan(2);
    },
  );

  it('RC-RESET-1: a position ahead of the log is answered with reset at every gateway; one that only this gateway has not heard of is not', async () => {
    const id = await submit({ steps: 3 });
    await until(async () => (await shown(near, id)).state === 'succeeded', 'the end');
    const { seq } = await shown(near, id);
    for (const node of cluster.gateways)
      for (const way of WAYS) {
        const ahead = await read(way, node, id, formatPosition({ epoch, n: seq + 5 }));
        await until(() => ahead.resets.length > 0, `reset over ${way}`);
        expect(ahead.resets).toEqual(['ahead']);
        const other = await read(way, node, id, formatPosition({ epoch: 'another', n: 1 }));
        await until(() => other.resets.length > 0, `reset over ${way}`);
        expect(other.resets).toEqual(['epoch']);
      }
    far.toDatabase.set({ down: { delayMs: 250 } });
    const next = await submit({ steps: 30, stepMs: 40 });
    const first = await read('websocket', near, next);
    await first.heard(3);
    const late = await Promise.all(WAYS.map((way) => read(way, far, next, first.facts.at(-1)?.position)));
    for (const reader of late) {
      await reader.ended();
      expect(reader.resets).toEqual([]);
    }
  });

  it('RC-PREVIEW-1: the newest preview and every file are had from any gateway, also by addresses that another one has signed', async () => {
    const id = await submit({ steps: 1_000, stepMs: 40, previewEvery: 1 });
    const watching = new AbortController(); // previews are made and carried where somebody wants them
    const { signal } = watching;
    const stream = `${near.url}/v1/jobs/${id}/events?previews=url`;
    const watched = await fetch(stream, { signal, headers: { authorization: `Bearer ${KEY}` } });
    expect(watched.status).toBe(200);
    for (const { url } of cluster.gateways) {
      const preview = await until(async () => {
        const answer = await call(url, `/v1/jobs/${id}/preview`, { key: KEY });
        return answer.status === 200 && answer;
      }, 'the preview');
      expect(preview.headers.get('content-type')).toMatch(/^image\//);
    }
    watching.abort();
    await call(far.url, `/v1/jobs/${id}/cancel`, { body: {}, key: KEY });
    const done = await submit({ steps: 3 });
    await until(async () => (await shown(far, done)).state === 'succeeded', 'the end');
    const files = await Promise.all(
      cluster.gateways.flatMap((signer) =>
        cluster.gateways.map(async (server) => {
          const { pathname, search } = new URL((await shown(signer, done)).outputs[0]?.artifact.url ?? '', signer.url);
          expect(search).toContain('signature=');
          expect((await call(server.url, pathname)).code).toBe('unauthorized');
          const { status, bytes } = await call(server.url, `${pathname}${search}`);
          expect(status).toBe(200);
          return Buffer.from(bytes).toString('base64');
        }),
      ),
    );
    expect(new Set(files).size).toBe(1);
    expect(files[0]?.length).toBeGreaterThan(100);
  });
});
