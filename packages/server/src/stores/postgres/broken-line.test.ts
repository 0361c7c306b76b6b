import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AT, append, claimRequest, creation, make, newJob, succeeded } from '../contract/samples.contract.js';
import type { Store } from '../store.js';
import { openPostgresStore, type PostgresStore } from './open-postgres-store.js';
import { NO_POSTGRES, POSTGRES_BIN, type ScratchCluster, startCluster } from './scratch-cluster.contract.js';

/** What writers were told: the facts that are stored, and the requests that were refused. */
interface Told {
  facts: Set<string>;
  keys: string[];
  refusals: Map<string, number>;
}

/** Makes, claims and ends jobs without a pause until told to stop, and notes each acknowledged fact. */
async function work(store: Store, told: Told, going: () => boolean): Promise<void> {
  const note = (logged: readonly { fact: { jobId: string; seq: number; type: string } }[]) => {
    for (const { fact } of logged) told.facts.add(`${fact.jobId} ${fact.seq} ${fact.type}`);
  };
  while (going()) {
    const key = randomUUID();
    try {
      told.keys.push(key);
      const made = await store.create(creation([newJob()], { idempotencyKey: key }));
      if (made.outcome === 'created') note(made.logged);
      const claim = await store.claim(claimRequest());
      if (claim === null) continue;
      note(claim.logged);
      const { id, attempt } = claim.job;
      const result = await store.append({ jobId: id, bodies: [succeeded(attempt)], at: AT, expect: { attempt } });
      expect(result.ok).toBe(true);
      if (result.ok) note(result.logged);
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
      told.refusals.set(code, (told.refusals.get(code) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** All facts by the feed, checked to be contiguous for each job, with one end at most. */
async function stored(store: Store): Promise<Set<string>> {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (let after = 0; ; ) {
    const page = await store.feed({ owner: null, filter: {}, after, limit: 500 });
    for (const { fact, job } of page.facts) {
      expect(fact.seq).toBe((last.get(fact.jobId) ?? 0) + 1);
      expect(job.seq).toBe(fact.seq);
      last.set(fact.jobId, fact.seq);
      seen.add(`${fact.jobId} ${fact.seq} ${fact.type}`);
    }
    after = page.upTo;
    if (after >= page.head) break;
  }
  const ends = [...seen].filter((line) => line.endsWith('succeeded')).map((line) => line.split(' ')[0]);
  expect(new Set(ends).size).toBe(ends.length);
  return seen;
}

describe.skipIf(POSTGRES_BIN === null)(
  `a store whose line to PostgreSQL breaks${POSTGRES_BIN === null ? ` (${NO_POSTGRES})` : ''}`,
  () => {
    let cluster: ScratchCluster;
    let stores: PostgresStore[] = [];
    beforeAll(async () => {
      cluster = await startCluster({ durable: true });
      stores = await Promise.all([0, 1].map(() => openPostgresStore({ url: cluster.url() })));
    });
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await cluster.close();
    });

    /** Lets both stores work while something is done to the server, and compares what they were told with what is there. */
    async function duringWork(harm: () => Promise<void>): Promise<Told> {
      const told: Told = { facts: new Set(), keys: [], refusals: new Map() };
      let going = true;
      const workers = stores.flatMap((store) => Array.from({ length: 8 }, () => work(store, told, () => going)));
      const enough = async (facts: number) => {
        while (told.facts.size < facts) await new Promise((resolve) => setTimeout(resolve, 10));
      };
      await enough(100);
      await harm();
      await enough(told.facts.size + 100);
      going = false;
      await Promise.all(workers);
      const [store] = stores;
      if (store === undefined) throw new Error('not open');
      const there = await stored(store);
      expect([...told.facts].filter((line) => !there.has(line))).toStrictEqual([]);
      expect([...told.refusals.keys()].filter((code) => code !== 'storage_unavailable')).toStrictEqual([]);
      return told;
    }

    it('loses nothing and repeats nothing when its connections are killed again and again', async () => {
      await duringWork(async () => {
        for (let round = 0; round < 40; round += 1)
          await cluster.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rendercast' AND random() < 0.5",
          );
      });
    });

    it('loses nothing when the server is restarted, and goes on by itself', { timeout: 60_000 }, async () => {
      await duringWork(async () => {
        await cluster.stop('fast');
        await cluster.start();
      });
    });

    it('loses nothing when the server goes down without a word, and recovers', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 3; round += 1)
        await duringWork(async () => {
          await cluster.stop('crash');
          await cluster.start();
        });
    });

    it('refuses with storage_unavailable while the server is away, and at once', { timeout: 60_000 }, async () => {
      const [store] = stores;
      if (store === undefined) throw new Error('not open');
      // This store may still be waiting before it tries a server again that was away.
      const { id } = await vi.waitUntil(() => make(store).catch(() => null), { timeout: 30_000 });
      await cluster.stop('fast');
      try {
        for (let count = 0; count < 3; count += 1) {
          await expect(make(store)).rejects.toMatchObject({ code: 'storage_unavailable' });
          await expect(append(store, id, [{ type: 'note', data: {} }])).rejects.toMatchObject({
            code: 'storage_unavailable',
          });
          await expect(store.find(id, null)).rejects.toMatchObject({ code: 'storage_unavailable' });
        }
      } finally {
        await cluster.start();
      }
      for (;;) {
        const found = await store.find(id, null).catch(() => null);
        if (found !== null) break;
      }
      expect((await store.facts(id, 0, 10)).map(({ fact }) => fact.type)).toStrictEqual(['queued']);
    });
  },
);
