import { once } from 'node:events';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { make } from '../contract/samples.contract.js';
import { lockKey } from './advisory-keys.js';
import { clientConfig } from './connection.js';
import { migrate } from './migrate.js';
import { requireFit, toOpenError } from './open-failures.js';
import { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store.js';
import { NO_POSTGRES, POSTGRES_BIN, type ScratchCluster, startCluster } from './scratch-cluster.contract.js';

const PASSWORD = 'correct-horse';
let schemas = 0;

describe.skipIf(POSTGRES_BIN === null)(`openPostgresStore${POSTGRES_BIN === null ? ` (${NO_POSTGRES})` : ''}`, () => {
  let cluster: ScratchCluster;
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.query(`CREATE ROLE guarded LOGIN PASSWORD '${PASSWORD}'`);
  });
  afterAll(() => cluster.close());

  const fresh = (): string => `opening_${(schemas += 1)}`;
  const open = (schema: string, over: Partial<PostgresStoreOptions> = {}) =>
    openPostgresStore({ url: cluster.url(), schema, connectTimeoutMs: 2_000, ...over });

  /** The error of an opening that must fail, checked to give no password away. */
  async function refusal(opening: Promise<unknown>): Promise<Error & { reason?: string }> {
    const error = await opening.then(
      () => new Error('it was opened'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error.message).not.toContain(PASSWORD);
    expect(error.message).not.toContain('wrong-horse');
    return error;
  }

  it('makes a schema of its own epoch, which stays', async () => {
    const [one, two] = [fresh(), fresh()];
    const first = await open(one);
    const [again, other] = [await open(one), await open(two)];
    expect(first.epoch).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(again.epoch).toBe(first.epoch);
    expect(other.epoch).not.toBe(first.epoch);
    const { id } = await make(first);
    expect((await again.find(id, null))?.job.id).toBe(id);
    expect(await other.find(id, null)).toBeNull();
    await Promise.all([first.close(), again.close(), other.close()]);
  });

  it('is opened by many nodes at once', async () => {
    const schema = fresh();
    const stores = await Promise.all(Array.from({ length: 5 }, () => open(schema)));
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('leaves no connection behind when it closes, nor when it is refused', async () => {
    const schema = fresh();
    await (await open(schema)).close();
    await refusal(open(schema, { cluster: 'another' }));
    for (;;) {
      const [row] = await cluster.query<{ count: string }>(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rendercast'",
      );
      if (row?.count === '0') break;
    }
  });

  it('says that user or password are wrong', async () => {
    const url = cluster.url('guarded', 'wrong-horse');
    expect(await refusal(open(fresh(), { url }))).toMatchObject({ name: 'StoreOpenError', reason: 'credentials' });
  });

  it('says that the user may not make the schema, and how to let it', async () => {
    const schema = fresh();
    const url = cluster.url('guarded', PASSWORD);
    expect(await refusal(open(schema, { url }))).toMatchObject({
      reason: 'rights',
      message: expect.stringContaining(`CREATE SCHEMA "${schema}" AUTHORIZATION`),
    });
    await cluster.query(`CREATE SCHEMA ${schema} AUTHORIZATION guarded`);
    const store = await open(schema, { url });
    await make(store);
    await store.close();
  });

  it('says that the user may not look into a schema that another user has made', async () => {
    const schema = fresh();
    await (await open(schema)).close();
    const url = cluster.url('guarded', PASSWORD);
    expect(await refusal(open(schema, { url }))).toMatchObject({ reason: 'rights' });
  });

  it('says that nobody answers, or nobody who speaks PostgreSQL', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `postgres://root:${PASSWORD}@127.0.0.1:${port}/postgres`;
    expect(await refusal(open(fresh(), { url, connectTimeoutMs: 200 }))).toMatchObject({ reason: 'unreachable' });
    silent.close();
    expect(await refusal(open(fresh(), { url }))).toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining(`127.0.0.1:${port}/postgres`),
    });
  });

  it('says that the database is not there, or not encoded as UTF-8', async () => {
    const url = cluster.url().replace(/postgres$/, 'nowhere');
    expect(await refusal(open(fresh(), { url }))).toMatchObject({ reason: 'unreachable' });
    await cluster.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    const latin = cluster.url().replace(/postgres$/, 'latin');
    expect(await refusal(open(fresh(), { url: latin }))).toMatchObject({ reason: 'foreign' });
  });

  it('says that the server is too old', () => {
    const old = { version: 130_012, encoding: 'UTF8', standby: false };
    expect(() => requireFit(old, cluster.url())).toThrow(
      expect.objectContaining({ reason: 'too_old', message: expect.stringContaining('version 13. Use 14') }),
    );
  });

  it('refuses a schema of another program, and names that are none', async () => {
    const schema = fresh();
    await cluster.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.recipes (name text)`);
    expect(await refusal(open(schema))).toMatchObject({ reason: 'foreign' });
    for (const name of ['', 'a"b', 'a b', 'pg_mine', '-c x=1', 'Größe'])
      expect(await refusal(open(name))).toMatchObject({ reason: 'foreign' });
  });

  it('keeps clusters apart: the schema of one is refused to another', async () => {
    const schema = fresh();
    await (await open(schema, { cluster: 'blue' })).close();
    expect(await refusal(open(schema, { cluster: 'green' }))).toMatchObject({
      reason: 'in_use',
      message: expect.stringContaining('blue'),
    });
    await (await open(schema, { cluster: 'blue' })).close();
  });

  it('waits for a node that changes the schema, but not for ever', async () => {
    const schema = fresh();
    const reach = { url: cluster.url(), schema, connectTimeoutMs: 2_000, statementTimeoutMs: 2_000 };
    const [busy, late] = [new pg.Client(clientConfig(reach)), new pg.Client(clientConfig(reach))];
    await Promise.all([busy.connect(), late.connect()]);
    await busy.query('SELECT pg_advisory_lock($1::bigint)', [lockKey(schema, 'migrate')]);
    const thrown = await migrate(late, schema, 50).catch((error: unknown) => error);
    expect(toOpenError(thrown, reach)).toMatchObject({ reason: 'in_use' });
    await busy.end();
    await migrate(late, schema);
    await late.end();
    await (await open(schema)).close();
  });

  it('works on a schema that a newer version has only added to, and refuses one that it broke', async () => {
    const schema = fresh();
    await (await open(schema)).close();
    const [row] = await cluster.query<{ max: number }>(`SELECT max(version) FROM ${schema}.migrations`);
    const next = (row?.max ?? 0) + 1;
    await cluster.query(`ALTER TABLE ${schema}.jobs ADD COLUMN later text NOT NULL DEFAULT 'x'`);
    await cluster.query(`INSERT INTO ${schema}.migrations VALUES (${next}, 'later', false)`);
    const older = await open(schema);
    await make(older);
    await older.close();
    await cluster.query(`INSERT INTO ${schema}.migrations VALUES (${next + 1}, 'broken', true)`);
    expect(await refusal(open(schema))).toMatchObject({ reason: 'newer' });
  });

  it('finds out that a schema is there in part only', async () => {
    const [gap, missing, half] = [fresh(), fresh(), fresh()];
    for (const schema of [gap, missing, half]) await (await open(schema)).close();
    await cluster.query(`INSERT INTO ${gap}.migrations VALUES (9, 'ninth', false)`);
    await cluster.query(`DROP TABLE ${missing}.handles`);
    await cluster.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${half}.jobs_waiting'::regclass`);
    for (const schema of [gap, missing, half]) expect(await refusal(open(schema))).toMatchObject({ reason: 'damaged' });
  });
});
