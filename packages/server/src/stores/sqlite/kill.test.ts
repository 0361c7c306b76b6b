import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isEnded, reduceAll } from '@rendercast/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.js';
import { openSqliteStore } from './open-sqlite-store.js';

const BUILT = new URL('../../../dist/stores/sqlite/open-sqlite-store.js', import.meta.url).href;

/**
 * A server at work: sixteen writers each make, claim, report on and end jobs without a pause, so that every commit is
 * a group. Each acknowledged fact is written out at once, as "id seq type".
 */
const WORKER = `
  import { writeSync } from 'node:fs';
  import { openSqliteStore } from ${JSON.stringify(BUILT)};
  const [dir, round] = process.argv.slice(2);
  const store = await openSqliteStore({ dir });
  const at = new Date().toISOString();
  const told = (logged) => {
    for (const { fact } of logged) writeSync(1, fact.jobId + ' ' + fact.seq + ' ' + fact.type + '\\n');
  };
  const offer = { engine: 'brush', backend: 'b', kinds: ['image'], models: null, auto: true };
  const timings = { queuedMs: 0, runMs: 0, totalMs: 0 };
  const progress = { fraction: 1, stage: null, step: null, steps: null, etaMs: null, elapsedMs: 1 };
  async function work(writer) {
    for (let count = 0; ; count += 1) {
      const id = ['job', round, writer, String(count).padStart(6, '0')].join('-');
      const body = { type: 'queued', kind: 'image', engine: 'auto', request: { prompt: 'fox '.repeat(40) }, seed: 1,
        owner: 'ann', clientId: id + '-c', via: 'native', priority: 0, tags: [], batch: null, retryOf: null, startBy: null };
      const made = await store.create({ jobs: [{ id, body }], owner: 'ann', at, idempotencyKey: id, requestDigest: id,
        onExistingId: 'same', maxWaitingPerOwner: 1e6, maxWaiting: 1e6 });
      told(made.logged);
      const claim = await store.claim({ claimant: 'c', inProcess: true, offers: [offer], leaseMs: 60000, at });
      if (claim === null) continue;
      told(claim.logged);
      const { job } = claim;
      const append = async (...bodies) => {
        const result = await store.append({ jobId: job.id, bodies, at, expect: { attempt: job.attempt } });
        if (result.ok) told(result.logged);
      };
      store.saveProgress(job.id, job.attempt, progress);
      await append({ type: 'stage', attempt: job.attempt, stage: 'base', index: 1, count: 2, steps: 9 });
      if (count % 4 === 3) continue; // left running
      await append({ type: 'succeeded', attempt: job.attempt, progress, timings });
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, writer) => work(writer)));
`;

/** Runs the server until it has acknowledged some facts, and kills it there. */
async function runAndKill(dir: string, round: number, afterFacts: number): Promise<string[]> {
  const program = join(dir, 'server.mjs');
  await writeFile(program, WORKER);
  const child = spawn(process.execPath, [program, dir, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (/ \d+ [a-z]+$/.test(line)) acknowledged.push(line);
    if (acknowledged.length === afterFacts) child.kill('SIGKILL');
  }
  await exited;
  return acknowledged;
}

/** Every fact in the order of the feed, checked to be contiguous per job and to fold into the row. */
async function checkedFacts(store: Store): Promise<Set<string>> {
  const seen = new Set<string>();
  const lastSeq = new Map<string, number>();
  let after = 0;
  for (;;) {
    const page = await store.feed({ owner: null, filter: {}, after, limit: 500 });
    for (const { fact } of page.facts) {
      expect(fact.seq).toBe((lastSeq.get(fact.jobId) ?? 0) + 1);
      lastSeq.set(fact.jobId, fact.seq);
      seen.add(`${fact.jobId} ${fact.seq} ${fact.type}`);
    }
    after = page.upTo;
    if (after >= page.head) break;
  }
  for (const id of [...lastSeq.keys()].slice(-200)) {
    const facts = (await store.facts(id, 0, 100)).map(({ fact }) => fact);
    expect((await store.find(id, null))?.job).toStrictEqual(reduceAll(facts));
    expect(facts.filter(({ type }) => type === 'succeeded').length).toBeLessThanOrEqual(1);
  }
  return seen;
}

describe('a store whose process is killed', () => {
  it('has every fact that it acknowledged, contiguous, and each lost job up for retry', {
    timeout: 120_000,
  }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'rendercast-kill-'));
    const acknowledged = new Set<string>();
    let round = 0;
    try {
      const property = fc.asyncProperty(fc.integer({ min: 1, max: 3_000 }), async (afterFacts) => {
        round += 1;
        for (const line of await runAndKill(dir, round, afterFacts)) acknowledged.add(line);
        const store = await openSqliteStore({ dir });
        try {
          const stored = await checkedFacts(store);
          expect([...acknowledged].filter((line) => !stored.has(line))).toStrictEqual([]);
          const { running } = await store.counts();
          const expired = await store.expiredLeases();
          expect(expired).toHaveLength(running);
          for (const { jobId, attempt } of expired.slice(0, 20)) {
            const found = await store.find(jobId, null);
            expect(found?.job).toMatchObject({ state: 'running', attempt });
            expect(found !== null && isEnded(found.job)).toBe(false);
          }
        } finally {
          await store.close();
        }
      });
      await fc.assert(property, { numRuns: 6, endOnFailure: true });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
    expect(acknowledged.size).toBeGreaterThan(0);
  });
});
