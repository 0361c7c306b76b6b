import type { Job } from '@rendercast/protocol';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AT,
  appended,
  claimRequest,
  creation,
  make,
  newJob,
  offer,
  onlyJob,
  stage,
  succeeded,
  take,
} from '../contract/samples.contract.js';
import { openPostgresStore, type PostgresStore } from './open-postgres-store.js';
import { NO_POSTGRES, POSTGRES_BIN, type ScratchCluster, startCluster } from './scratch-cluster.contract.js';

const NODES = 4;

describe.skipIf(POSTGRES_BIN === null)(
  `several nodes on one PostgreSQL${POSTGRES_BIN === null ? ` (${NO_POSTGRES})` : ''}`,
  () => {
    let cluster: ScratchCluster;
    let stores: PostgresStore[] = [];
    beforeAll(async () => {
      cluster = await startCluster();
      stores = await Promise.all(Array.from({ length: NODES }, () => openPostgresStore({ url: cluster.url() })));
    });
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await cluster.close();
    });
    const node = (index: number): PostgresStore => {
      const store = stores[index % NODES];
      if (store === undefined) throw new Error('not open');
      return store;
    };

    it('gives each job to one of twenty claimants on four nodes, in the order of the line', async () => {
      const jobs = 2_000;
      for (let made = 0; made < jobs; made += 100)
        await node(made).create(creation(Array.from({ length: 100 }, () => newJob())));
      const startedMs = performance.now();
      const taken: string[][] = await Promise.all(
        Array.from({ length: 20 }, async (_, claimant) => {
          const mine: string[] = [];
          for (;;) {
            const claim = await node(claimant).claim(claimRequest({ claimant: `c${claimant}` }));
            if (claim === null) return mine;
            mine.push(claim.job.id);
          }
        }),
      );
      const perSecond = Math.round((jobs / (performance.now() - startedMs)) * 1_000);
      console.log(`claimed ${jobs} jobs by 20 claimants over ${NODES} nodes: ${perSecond} a second`);
      const all = taken.flat();
      expect(all).toHaveLength(jobs);
      expect(new Set(all).size).toBe(jobs);
      for (const mine of taken) expect(mine).toStrictEqual([...mine].sort());
      expect(await node(0).counts()).toMatchObject({ queued: 0, running: jobs });
    });

    it('never skips a commit that comes late: a feed waits for the one that has its cursor already', async () => {
      const { feed: start } = await node(0).heads([]);
      const slow = await make(node(0));
      const fast = await make(node(0));
      // A commit of another node that has taken the counter and then stands still before its end.
      const late = await standStill(cluster, slow.id);
      const after = node(1).append({ jobId: fast.id, bodies: [{ type: 'note', data: {} }], at: AT, expect: {} });
      // Until it has ended, nothing later is to be seen, so nobody can read past it.
      await cluster.query('SELECT pg_sleep(0.2)');
      const before = await node(2).feed({ owner: null, filter: {}, after: start, limit: 10 });
      expect(before.facts.map(({ fact }) => [fact.jobId, fact.seq])).toStrictEqual([
        [slow.id, 1],
        [fast.id, 1],
      ]);
      expect(before.head).toBe(before.upTo);
      await late.commit();
      expect((await after).ok).toBe(true);
      const then = await node(2).feed({ owner: null, filter: {}, after: before.upTo, limit: 10 });
      expect(then.facts.map(({ fact }) => [fact.jobId, fact.seq])).toStrictEqual([
        [slow.id, 2],
        [fast.id, 2],
      ]);
    });

    it('reads what is committed at once while a transaction stands open that has written and not taken the counter', async () => {
      const idle = await make(node(0));
      const busy = await make(node(0));
      const { feed: start } = await node(0).heads([]);
      const open = await openTransaction(cluster);
      await open.query('SELECT * FROM rendercast.jobs WHERE id = $1 FOR UPDATE', [idle.id]);
      await open.query('UPDATE rendercast.jobs SET priority = 1 WHERE id = $1', [idle.id]);
      await appended(node(1), busy.id, { type: 'note', data: {} });
      const page = await node(2).feed({ owner: null, filter: {}, after: start, limit: 10 });
      expect(page.facts.map(({ fact }) => fact.jobId)).toStrictEqual([busy.id]);
      await open.query('ROLLBACK');
      await open.end();
    });

    it('makes one job of one key that all nodes are asked with at once', async () => {
      for (let round = 0; round < 20; round += 1) {
        const over = { idempotencyKey: `key-${round}`, requestDigest: 'd' };
        const results = await Promise.all(
          Array.from({ length: 16 }, (_, index) =>
            node(index).create(creation([newJob({ clientId: `id-${round}` })], over)),
          ),
        );
        expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
        expect(new Set(results.map((result) => onlyJob(result).id)).size).toBe(1);
      }
    });

    it('lets no more wait than may, whatever nodes race for the last places', async () => {
      const owner = 'crowd';
      const results = await Promise.all(
        Array.from({ length: 80 }, (_, index) =>
          node(index).create(creation([newJob({ owner })], { maxWaitingPerOwner: 11 })),
        ),
      );
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(11);
      expect(results.filter(({ outcome }) => outcome === 'full')).toHaveLength(69);
    });

    it('leases no more of a backend than it has slots, whatever nodes race for them', async () => {
      const shared = offer({ engine: 'shared', backend: 'one', slots: 3, auto: false });
      for (let count = 0; count < 12; count += 1) await make(node(count), { engine: 'shared' });
      const claims = await Promise.all(
        Array.from({ length: 24 }, (_, index) => node(index).claim(claimRequest({ offers: [shared] }))),
      );
      const taken = claims.filter((claim) => claim !== null);
      expect(taken).toHaveLength(3);
      await appended(node(1), taken[0]?.job.id ?? '', succeeded(1));
      const next = await Promise.all(
        Array.from({ length: 8 }, (_, index) => node(index).claim(claimRequest({ offers: [shared] }))),
      );
      expect(next.filter((claim) => claim !== null)).toHaveLength(1);
    });

    it('renews leases while every connection for reading is busy', async () => {
      const { id } = await make(node(0), { engine: 'slow' });
      const { job } = await take(node(0), { offers: [offer({ engine: 'slow', auto: false })] });
      expect(job.id).toBe(id);
      const lock = await openTransaction(cluster);
      await lock.query('LOCK TABLE rendercast.search IN ACCESS EXCLUSIVE MODE');
      const search = { owner: null, filter: {}, search: 'fox', limit: 10, before: null };
      const searches = Promise.all(Array.from({ length: 12 }, () => node(0).list(search)));
      for (let waiting = 0; waiting < 8; ) {
        const [row] = await cluster.query<{ count: string }>(
          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
        );
        waiting = Number(row?.count);
      }
      expect(await node(0).renew([{ jobId: id, attempt: 1 }], 60_000)).toStrictEqual([id]);
      await lock.query('ROLLBACK');
      await lock.end();
      expect(await searches).toHaveLength(12);
    });

    it('goes on while renewals, reports and ends of all nodes cross each other', async () => {
      await Promise.all(Array.from({ length: 64 }, (_, index) => make(node(index), { engine: 'cross' })));
      const offers = [offer({ engine: 'cross', auto: false })];
      const claims = await Promise.all(Array.from({ length: 64 }, (_, index) => take(node(index), { offers })));
      const leases = claims.map(({ job }) => ({ jobId: job.id, attempt: 1 }));
      const renewals = Array.from({ length: 30 }, (_, index) =>
        node(index).renew(index % 2 === 0 ? leases : leases.toReversed(), 60_000),
      );
      const reports = claims.flatMap(({ job }, index) => [
        node(index).append({ jobId: job.id, bodies: [stage(1)], at: AT, expect: { attempt: 1 } }),
        node(index + 1).append({ jobId: job.id, bodies: [stage(1, 'next')], at: AT, expect: { attempt: 1 } }),
        node(index + 2).saveHandle(job.id, 1, { index }),
      ]);
      const ends = claims
        .toReversed()
        .map(({ job }, index) => node(index).append({ jobId: job.id, bodies: [succeeded(1)], at: AT, expect: {} }));
      await Promise.all([...renewals, ...reports]);
      expect((await Promise.all(ends)).every(({ ok }) => ok)).toBe(true);
      expect(await node(0).renew(leases, 60_000)).toStrictEqual([]);
    });

    it('rings at the other nodes when something may be claimed', async () => {
      const heard = new Set<number>();
      const rung = Promise.all(
        [1, 2, 3].map(
          (index) =>
            new Promise<void>((resolve) => {
              const end = node(index).onRing(() => {
                heard.add(index);
                end();
                resolve();
              });
            }),
        ),
      );
      await make(node(0), { engine: 'bell' });
      await rung;
      expect(heard).toStrictEqual(new Set([1, 2, 3]));
    });

    it('hears again after the line was cut, and counts the cut as a ring', async () => {
      const rung = () =>
        new Promise<void>((resolve) => {
          const end = node(1).onRing(() => {
            end();
            resolve();
          });
        });
      const afterCut = rung();
      await cluster.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rendercast'",
      );
      await afterCut;
      const afterJob = rung();
      await make(node(0), { engine: 'bell' });
      await afterJob;
    });
  },
);

/** A client of a test's own within a transaction. */
async function openTransaction(cluster: ScratchCluster): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: cluster.url() });
  await client.connect();
  await client.query('BEGIN');
  return client;
}

/** Does what a group does for one note, and stands still between its last write and its commit. */
async function standStill(cluster: ScratchCluster, jobId: string): Promise<{ commit(): Promise<void> }> {
  const client = await openTransaction(cluster);
  await client.query('SET search_path = rendercast');
  const { rows } = await client.query<{ n: string; job: string }>('SELECT n, job FROM jobs WHERE id = $1 FOR UPDATE', [
    jobId,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('there is no such job');
  const job = JSON.parse(row.job) as Job;
  const fact = { type: 'note', data: {}, jobId, seq: job.seq + 1, at: AT };
  const next = JSON.stringify({ ...job, seq: fact.seq });
  await client.query('UPDATE jobs SET seq = $2, job = $3 WHERE n = $1', [row.n, fact.seq, next]);
  await client.query('UPDATE feed SET head = head + 1');
  await client.query(
    'INSERT INTO facts (cursor, job, seq, owner, type, fact) SELECT head, $1, $2, $3, $4, $5 FROM feed',
    [row.n, fact.seq, job.owner, fact.type, JSON.stringify(fact)],
  );
  return {
    async commit() {
      await client.query('COMMIT');
      await client.end();
    },
  };
}
