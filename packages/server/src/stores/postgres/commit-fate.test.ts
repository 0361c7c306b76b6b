import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AT, creation, make, newJob, offer, succeeded, take } from '../contract/samples.contract.js';
import { openPostgresStore, type PostgresStore } from './open-postgres-store.js';
import { NO_POSTGRES, POSTGRES_BIN, type ScratchCluster, startCluster } from './scratch-cluster.contract.js';

/** What becomes of the next commit that passes: it goes through and its answer does not come back, or neither. */
type Cut = 'answer' | 'commit' | null;

/** A line to the server that breaks at a commit. */
interface Line {
  url: string;
  cutNext(cut: Cut): void;
  /** How often it broke. */
  readonly cuts: number;
  close(): Promise<void>;
}

async function openLine(cluster: ScratchCluster): Promise<Line> {
  let next: Cut = null;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(cluster.port, '127.0.0.1');
    let deaf = false;
    let heard = '';
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      if (next === null || !data.includes('COMMIT')) {
        upstream.write(data);
        return;
      }
      const cut = next;
      next = null;
      cuts += 1;
      if (cut === 'commit') client.destroy();
      else {
        deaf = true;
        upstream.write(data);
      }
    });
    upstream.on('data', (data) => {
      if (!deaf) {
        client.write(data);
        return;
      }
      // Answers to what was sent before the commit come first. With its own the server has committed: now the line is gone.
      heard = (heard + data.toString('latin1')).slice(-100);
      if (heard.includes('COMMIT')) client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: cluster.url().replace(String(cluster.port), String(port)),
    get cuts() {
      return cuts;
    },
    cutNext(cut) {
      next = cut;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe.skipIf(POSTGRES_BIN === null)(
  `a commit whose answer never comes${POSTGRES_BIN === null ? ` (${NO_POSTGRES})` : ''}`,
  () => {
    let cluster: ScratchCluster;
    let line: Line;
    let store: PostgresStore;
    beforeAll(async () => {
      cluster = await startCluster();
    });
    afterAll(() => cluster.close());
    beforeEach(async () => {
      line = await openLine(cluster);
      store = await openPostgresStore({ url: line.url });
    });
    afterEach(async () => {
      await store.close();
      await line.close();
    });

    it('is found in the log, and its callers get what they asked for', async () => {
      const other = await make(store);
      line.cutNext('answer');
      const results = await Promise.all([
        store.create(creation([newJob(), newJob()])),
        store.append({ jobId: other.id, bodies: [{ type: 'note', data: {} }], at: AT, expect: { seq: 1 } }),
      ]);
      expect(line.cuts).toBe(1);
      const [made, noted] = results;
      if (made.outcome !== 'created' || !noted.ok) throw new Error('refused');
      const feed = await store.feed({ owner: null, filter: {}, after: (noted.logged[0]?.cursor ?? 0) - 3, limit: 10 });
      expect([...made.logged, ...noted.logged]).toStrictEqual(feed.facts);
    });

    it('of a claim gives the job to its claimant, once', async () => {
      const { id } = await make(store, { engine: 'lost' });
      const offers = [offer({ engine: 'lost', auto: false })];
      line.cutNext('answer');
      const claim = await take(store, { offers });
      expect(line.cuts).toBe(1);
      expect(claim.job).toMatchObject({ id, attempt: 1, state: 'running' });
      expect(await store.renew([{ jobId: id, attempt: 1 }], 1_000)).toStrictEqual([id]);
    });

    it('of a handle, which makes no fact, is simply kept again', async () => {
      const { id } = await make(store, { engine: 'handle' });
      await take(store, { offers: [offer({ engine: 'handle', auto: false })] });
      line.cutNext('answer');
      expect(await store.saveHandle(id, 1, 'kept')).toBe(true);
      expect(line.cuts).toBe(1);
    });

    it('is refused when it never reached the server, and nothing of it stays', async () => {
      const running = await make(store, { engine: 'swallowed' });
      await take(store, { offers: [offer({ engine: 'swallowed', auto: false })] });
      const before = await store.heads([running.id]);
      line.cutNext('commit');
      const asked = creation([newJob()], { idempotencyKey: 'swallowed' });
      const results = await Promise.allSettled([
        store.create(asked),
        store.append({ jobId: running.id, bodies: [succeeded(1)], at: AT, expect: { attempt: 1 } }),
      ]);
      expect(line.cuts).toBe(1);
      for (const result of results)
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'storage_unavailable' } });
      expect(await store.heads([running.id])).toStrictEqual(before);
      expect((await store.create(asked)).outcome).toBe('created');
    });
  },
);
