import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { type Fact, reduce } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT, artifact, LATER, output, queued, succeeded } from '../contract/samples.contract.js';
import { openSqliteStore } from './open-sqlite-store.js';

const FIRST = new URL('../../../migrations/sqlite/0001-jobs-and-facts.sql', import.meta.url);
const RCST = 0x72637374;

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-migrate-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A database as the first version of the schema left it, with one ended job that started from an upload. */
async function writeFirst(upload: string, made: string): Promise<void> {
  const raw = new DatabaseSync(join(dir, 'rendercast.db'));
  raw.exec(await readFile(FIRST, 'utf8'));
  raw.exec(`PRAGMA application_id = ${RCST}; PRAGMA user_version = 1`);
  raw.exec("INSERT INTO meta (key, value) VALUES ('epoch', 'first-epoch'), ('horizon', '0')");
  raw.exec("INSERT INTO creations (n, owner, idempotency_key, digest) VALUES (1, 'ann', 'k', 'd')");
  const request = { prompt: 'fox', inputs: [{ artifactId: upload, role: 'init' as const }] };
  const file = artifact({ id: made, jobId: 'job-1', sizeBytes: 40 });
  const bodies = [
    queued({ request }),
    { type: 'started', attempt: 1, engine: 'e', backend: 'b' },
    output(1, 0, file),
    succeeded(1),
  ];
  const facts = bodies.map((body, index) => ({ ...body, jobId: 'job-1', seq: index + 1, at: AT }) as Fact);
  const job = facts.reduce<ReturnType<typeof reduce> | null>(reduce, null);
  const insert = raw.prepare(
    `INSERT INTO jobs (n, id, owner, kind, engine, creation, holds_client_id, state, priority, canceling, favorite, tags, attempt, seq, job)
     VALUES (1, 'job-1', 'ann', 'image', 'auto', 1, 0, 'succeeded', 0, 0, 0, '[]', 1, 4, ?)`,
  );
  insert.run(JSON.stringify(job));
  const fact = raw.prepare("INSERT INTO facts (job, seq, owner, type, fact) VALUES (1, ?, 'ann', ?, ?)");
  for (const each of facts) fact.run(each.seq, each.type, JSON.stringify(each));
  const store = raw.prepare("INSERT INTO artifacts (id, owner, job, slot, artifact) VALUES (?, 'ann', ?, ?, ?)");
  store.run(made, 1, 0, JSON.stringify(file));
  store.run(upload, null, null, JSON.stringify(artifact({ id: upload })));
  raw.close();
}

describe('a database of an earlier schema', () => {
  it('is brought up to date when it is opened, with everything that is in it', async () => {
    await writeFirst('art-upload', 'art-made');
    const store = await openSqliteStore({ dir });
    expect(store.epoch).toBe('first-epoch');
    expect((await store.find('job-1', 'ann'))?.job).toMatchObject({ state: 'succeeded', endedAt: AT });
    expect(await store.pruneUploads(LATER, 10)).toStrictEqual([]);
    const heavy = { endedBefore: null, favorites: true, limit: 10 };
    expect((await store.prune({ ...heavy, maxBytes: 40 })).jobIds).toStrictEqual([]);
    expect(await store.prune({ ...heavy, maxBytes: 39 })).toStrictEqual({
      jobIds: ['job-1'],
      artifactIds: ['art-made'],
      horizon: 4,
    });
    expect(await store.counts()).toMatchObject({ succeeded: 0 });
    expect(await store.pruneUploads(LATER, 10)).toStrictEqual(['art-upload']);
    await store.close();
  });
});
