import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from './open-sqlite-store.js';

const BUILT = new URL('../../../dist/stores/sqlite/open-sqlite-store.js', import.meta.url).href;

/** Makes job after job, and writes down for each whether it was taken. */
const PROGRAM = `
  import { openSqliteStore } from ${JSON.stringify(BUILT)};
  const store = await openSqliteStore({ dir: process.argv[2] });
  const at = new Date().toISOString();
  const outcomes = [];
  for (let count = 0; count < 60; count += 1) {
    const id = 'job-' + String(count).padStart(3, '0');
    const body = { type: 'queued', kind: 'image', engine: 'auto', request: { prompt: 'fox' }, seed: 1, owner: 'ann',
      clientId: null, via: 'native', priority: 0, tags: [], batch: null, retryOf: null, startBy: null };
    const creation = { jobs: [{ id, body }], owner: 'ann', at, idempotencyKey: id, requestDigest: id,
      onExistingId: 'same', maxWaitingPerOwner: 1000, maxWaiting: 1000 };
    outcomes.push([id, await store.create(creation).then((made) => made.outcome, (error) => error.code)]);
  }
  const { queued } = await store.counts();
  await store.close();
  console.log(JSON.stringify({ outcomes, queued }));
`;

/** Whether system calls can be made to fail here: strace is there and may trace. */
function canInject(): boolean {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a store on a disk whose syncs fail for a while', () => {
  it('takes nothing that it could not sync, and goes on when the disk does', { timeout: 60_000 }, async ({ skip }) => {
    if (!canInject()) skip('needs strace, and leave to trace');
    const dir = await mkdtemp(join(tmpdir(), 'rendercast-sync-'));
    try {
      await (await openSqliteStore({ dir })).close();
      const program = join(dir, 'program.mjs');
      await writeFile(program, PROGRAM);
      const fault = ['-f', '-qq', '--seccomp-bpf', '-e', 'trace=fsync,fdatasync'];
      const inject = ['-e', 'inject=fsync,fdatasync:error=EIO:when=20..30', '-o', join(dir, 'trace')];
      const child = spawn('strace', [...fault, ...inject, process.execPath, program, dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      const { outcomes, queued } = JSON.parse(said) as { outcomes: [string, string][]; queued: number };

      const taken = outcomes.filter(([, outcome]) => outcome === 'created').map(([id]) => id);
      const refused = outcomes.filter(([, outcome]) => outcome === 'storage_unavailable').map(([id]) => id);
      expect(refused.length).toBeGreaterThan(0);
      expect(taken.length + refused.length).toBe(60);
      expect(taken.some((id) => id > (refused.at(-1) ?? ''))).toBe(true);
      expect(queued).toBe(taken.length);

      const store = await openSqliteStore({ dir });
      const feed = await store.feed({ owner: null, filter: {}, after: 0, limit: 100 });
      expect(feed.facts.map(({ fact }) => fact.jobId)).toStrictEqual(taken);
      await store.close();
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
