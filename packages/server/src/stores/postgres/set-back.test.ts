import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { make } from '../contract/samples.contract.js';
import { clientConfig, createSql, type Sql } from './connection.js';
import { createHighWater } from './high-water.js';
import { identify } from './identity.js';
import { openPostgresStore } from './open-postgres-store.js';
import { NO_POSTGRES, POSTGRES_BIN, type ScratchCluster, startCluster } from './scratch-cluster.contract.js';

describe.skipIf(POSTGRES_BIN === null)(
  `a database that is set back${POSTGRES_BIN === null ? ` (${NO_POSTGRES})` : ''}`,
  () => {
    let cluster: ScratchCluster;
    let aside = '';
    beforeEach(async () => {
      cluster = await startCluster();
      aside = await mkdtemp(join(tmpdir(), 'rendercast-aside-'));
    });
    afterEach(async () => {
      await cluster.close();
      await rm(aside, { recursive: true, force: true });
    });
    const open = (over: { markFile?: string; onSetBack?: (epoch: string) => void } = {}) =>
      openPostgresStore({ url: cluster.url(), ...over });

    async function readDumpBack(): Promise<void> {
      // As a dump does: the tables are made anew, with what was in them.
      await cluster.query(`ALTER SCHEMA rendercast RENAME TO before; CREATE SCHEMA rendercast`);
      const tables = await cluster.query<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'before'::regnamespace AND relkind = 'r'",
      );
      for (const { name } of tables)
        await cluster.query(
          `CREATE TABLE rendercast.${name} (LIKE before.${name} INCLUDING ALL); INSERT INTO rendercast.${name} SELECT * FROM before.${name}`,
        );
    }

    it('keeps its epoch over restarts and crashes of the server', async () => {
      const store = await open();
      await make(store);
      await store.close();
      for (const how of ['fast', 'crash'] as const) {
        await cluster.stop(how);
        await cluster.start();
        const again = await open();
        expect(again.epoch).toBe(store.epoch);
        await again.close();
      }
    });

    it('keeps its epoch when commits pass the look at it on their way', async () => {
      const store = await open();
      await make(store);
      await store.close();
      const seen = createHighWater(null);
      const client = new pg.Client(
        clientConfig({ url: cluster.url(), schema: 'rendercast', connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 }),
      );
      await client.connect();
      const sql = createSql(client);
      let head = 1;
      const passed: Sql = {
        ...sql,
        async once(text, ...values) {
          const rows = await sql.once<never>(text, ...values);
          head += 1;
          seen.saw(store.epoch, head);
          return rows;
        },
      };
      seen.saw(store.epoch, head);
      const found = await identify(passed, { schema: 'rendercast', cluster: 'rendercast', seen });
      expect(found).toStrictEqual({ epoch: store.epoch, head: 1 });
      expect(seen.now()?.head).toBeGreaterThan(1);
      await client.end();
    });

    it('gets a new epoch when a standby of it takes over, as commits may be missing there', async () => {
      const store = await open();
      await make(store);
      await store.close();
      await cluster.stop('fast');
      await writeFile(join(cluster.dir, 'standby.signal'), '');
      await cluster.start();
      await expect(open()).rejects.toMatchObject({
        reason: 'unreachable',
        message: expect.stringContaining('standby'),
      });
      await cluster.query('SELECT pg_promote()');
      const after = await open();
      expect(after.epoch).not.toBe(store.epoch);
      await after.close();
      const once = await open();
      expect(once.epoch).toBe(after.epoch);
      await once.close();
    });

    it('gets a new epoch when a dump of it is read back', async () => {
      const store = await open();
      const { id } = await make(store);
      await store.close();
      await readDumpBack();
      const restored = await open();
      expect(restored.epoch).not.toBe(store.epoch);
      expect((await restored.find(id, null))?.job.id).toBe(id);
      await restored.close();
    });

    it('gets a new epoch from a node that has seen more of the log, even if nothing else betrays it', async () => {
      const markFile = join(aside, 'mark.json');
      const store = await open({ markFile });
      await make(store);
      await cluster.stop('fast');
      await cluster.copyAside();
      await cluster.start();
      const reopened = await open({ markFile });
      await make(reopened);
      await Promise.all([store.close(), reopened.close()]);
      await cluster.stop('fast');
      await cluster.putBack();
      await cluster.start();
      const after = await open({ markFile });
      expect(after.epoch).not.toBe(store.epoch);
      await after.close();
    });

    it('is noticed by a node that runs while a dump is read back', async () => {
      let told: string | null = null;
      const store = await open({ onSetBack: (epoch) => (told = epoch) });
      const { id } = await make(store);
      await readDumpBack();
      while (told === null) await store.find(id, null).catch(() => null);
      await expect(store.find(id, null)).rejects.toMatchObject({ code: 'storage_unavailable' });
      await expect(make(store)).rejects.toMatchObject({ code: 'storage_unavailable' });
      await store.close();
    });

    it('is noticed by a node that runs: it stores nothing any more, and says so', async () => {
      let told: string | null = null;
      const store = await open({ onSetBack: (epoch) => (told = epoch) });
      await make(store);
      await cluster.stop('fast');
      await cluster.copyAside();
      await cluster.start();
      for (;;) if ((await make(store).catch(() => null)) !== null) break;
      await cluster.stop('fast');
      await cluster.putBack();
      await cluster.start();
      for (;;) {
        await expect(make(store)).rejects.toMatchObject({ code: 'storage_unavailable' });
        if (told !== null) break;
      }
      const after = await open();
      expect(after.epoch).toBe(told);
      expect((await after.counts()).queued).toBe(1);
      await Promise.all([store.close(), after.close()]);
    });
  },
);
