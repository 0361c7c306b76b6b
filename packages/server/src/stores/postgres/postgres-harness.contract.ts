import type { StoreHarness } from '../store.contract.js';
import { openPostgresStore } from './open-postgres-store.js';
import type { ScratchCluster } from './scratch-cluster.contract.js';

/** Schemas that are empty again: making one takes longer than most tests. */
const emptied = new WeakMap<ScratchCluster, string[]>();
let made = 0;

/** A store in a schema of its own, with lease time that a test moves: the schema's clock is replaced by a row. */
export async function openPostgresHarness(cluster: ScratchCluster): Promise<StoreHarness> {
  const free = emptied.get(cluster) ?? [];
  emptied.set(cluster, free);
  const schema = free.pop() ?? (await makeSchema(cluster));
  const open = () => openPostgresStore({ url: cluster.url(), schema, poolSize: 4 });
  let store = await open();
  return {
    voidsInProcess: false,
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    async advance(ms) {
      await cluster.query(`UPDATE ${schema}.test_clock SET now = now + $1::float8 * interval '1 millisecond'`, [ms]);
    },
    async close() {
      await store.close();
      await empty(cluster, schema);
      free.push(schema);
    },
  };
}

async function makeSchema(cluster: ScratchCluster): Promise<string> {
  made += 1;
  const schema = `test_${made}`;
  const store = await openPostgresStore({ url: cluster.url(), schema });
  await store.close();
  await cluster.query(`
    CREATE TABLE ${schema}.test_clock (now timestamptz NOT NULL);
    CREATE OR REPLACE FUNCTION ${schema}.lease_now() RETURNS timestamptz LANGUAGE sql VOLATILE
      AS 'SELECT now FROM ${schema}.test_clock'`);
  await empty(cluster, schema);
  return schema;
}

/** Brings a schema to where its migrations left it, with nothing known of any epoch. */
async function empty(cluster: ScratchCluster, schema: string): Promise<void> {
  const tables = await cluster.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r'
     AND relname NOT IN ('migrations', 'feed', 'totals')`,
  );
  await cluster.query(`
    SET search_path = ${schema};
    ${tables.map(({ name }) => `DELETE FROM ${name};`).join('\n')}
    UPDATE feed SET head = 0;
    UPDATE totals SET jobs = 0;
    INSERT INTO meta (key, value) VALUES ('horizon', '0');
    INSERT INTO test_clock VALUES ('2026-05-01T00:00:00Z')`);
}
