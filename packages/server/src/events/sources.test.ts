import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import { createSilentLogger } from '../logger.js';
import { canceled, creation, newJob } from '../stores/contract/samples.contract.js';
import { openSqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import type { Store } from '../stores/store.js';
import { createMemoryBus } from './bus/memory.js';
import { createSources, type Sources } from './sources.js';

const OWNER = 'ann';
const SWEEP_MS = 5;
const AT = '2026-05-01T10:00:00.000Z';

let dir: string;
let store: Store;
let sources: Sources;
/** How many jobs each comparison of heads asked about. */
let asked: number[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-sources-'));
  const opened = await openSqliteStore({ dir });
  store = opened;
  asked = [];
  const heads: Store['heads'] = (jobIds) => {
    asked.push(jobIds.length);
    return opened.heads(jobIds);
  };
  sources = createSources({
    store: { ...opened, heads },
    bus: createMemoryBus(),
    clock: systemClock,
    logger: createSilentLogger(),
    sweepMs: SWEEP_MS,
  });
});
afterEach(async () => {
  sources.close();
  await store.close();
  await rm(dir, { recursive: true });
});

async function watched(): Promise<{ jobId: string; seq: () => number }> {
  const job = newJob({ owner: OWNER });
  const { id } = job;
  await store.create(creation([job], { requestDigest: id }));
  const held = await sources.job(id, { owner: OWNER, all: false });
  if (held === null) throw new Error('the job is not there');
  return { jobId: id, seq: () => held.source.head };
}

/** Waits until the sweep has asked about the feed alone so often, one time after the other. */
async function still(times: number): Promise<void> {
  await expect.poll(() => asked.slice(-times), { timeout: 10_000 }).toEqual(Array<number>(times).fill(0));
}

test('jobs that are watched while nothing happens are not asked about', async () => {
  await watched();
  await watched();
  await still(5);
  expect(Math.max(...asked)).toBe(2);
});

test('RC-RESUME-1: a fact whose hint was lost while all stood still is read, and so is that of a job opened since', async () => {
  const first = await watched();
  await still(3);
  const second = await watched();
  for (const { jobId, seq } of [first, second]) {
    await still(3);
    await store.append({ jobId, bodies: [canceled(0)], at: AT, expect: {} }); // past the bus: nobody is told
    await expect.poll(seq, { timeout: 10_000 }).toBe(2);
  }
});
