import type { StoreHarness } from '../store.contract.js';
import { openPostgresStore } from './open-postgres-store.js';
import type { ScratchCluster } from './scratch-cluster.contract.js';

let schemas = 0;

/** A store in a schema of its own, with lease time that a test moves: the schema's clock is replaced by a row. */
export async function openPostgresHarness(cluster: ScratchCluster): Promise<StoreHarness> {
  schemas += 1;
  const schema = `test_${process.pid}_${schemas}`;
  const open = () => openPostgresStore({ url: cluster.url(), schema, poolSize: 4 });
  let store = await open();
  await cluster.query(`
    CREATE TABLE ${schema}.test_clock (now timestamptz NOT NULL);
    INSERT INTO ${schema}.test_clock VALUES ('2026-05-01T00:00:00Z');
    CREATE OR REPLACE FUNCTION ${schema}.lease_now() RETURNS timestamptz LANGUAGE sql VOLATILE
      AS 'SELECT now FROM ${schema}.test_clock'`);
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
      await cluster.query(`DROP SCHEMA ${schema} CASCADE`);
    },
  };
}
