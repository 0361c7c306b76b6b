import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenHarness, StoreHarness } from './harness.contract.js';
import { append, claimRequest, make, retrying, stage, succeeded } from './samples.contract.js';

/** What leases are meant to be, in a few lines. */
interface ModelJob {
  id: string;
  state: 'queued' | 'running' | 'ended';
  attempt: number;
  seq: number;
  lease: { endsAt: number; termMs: number; inProcess: boolean } | null;
}
interface Model {
  nowMs: number;
  jobs: ModelJob[];
}

type Command = fc.AsyncCommand<Model, StoreHarness>;
const command = (name: string, run: (model: Model, real: StoreHarness) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

/** The job that a number means; null while there is none. */
const pick = (model: Model, index: number): ModelJob | null =>
  model.jobs[index % Math.max(1, model.jobs.length)] ?? null;

function create(): Command {
  return command('create', async (model, { store }) => {
    const { id } = await make(store);
    model.jobs.push({ id, state: 'queued', attempt: 0, seq: 1, lease: null });
  });
}

function claim(termMs: number, inProcess: boolean): Command {
  return command(`claim(${termMs}, ${inProcess ? 'here' : 'elsewhere'})`, async (model, { store }) => {
    const next = model.jobs.find(({ state }) => state === 'queued');
    const taken = await store.claim(claimRequest({ leaseMs: termMs, inProcess }));
    expect(taken?.job.id).toBe(next?.id);
    if (next === undefined) return;
    next.state = 'running';
    next.attempt += 1;
    next.seq += 1;
    next.lease = { endsAt: model.nowMs + termMs, termMs, inProcess };
    expect(taken?.job).toMatchObject({ attempt: next.attempt, seq: next.seq });
  });
}

function renew(index: number, age: number, termMs: number): Command {
  return command(`renew(${index}, ${age} old, ${termMs})`, async (model, { store }) => {
    const job = pick(model, index);
    if (job === null) return;
    const attempt = job.attempt - age;
    const holds = age === 0 && job.lease !== null && job.lease.endsAt > model.nowMs;
    expect(await store.renew([{ jobId: job.id, attempt }], termMs)).toStrictEqual(holds ? [job.id] : []);
    if (holds && job.lease !== null) job.lease.endsAt = model.nowMs + termMs;
  });
}

function advance(ms: number): Command {
  return command(`advance(${ms})`, async (model, real) => {
    await real.advance(ms);
    model.nowMs += ms;
  });
}

/** What a reaper does: everything that ran out goes back into the line. */
function reap(): Command {
  return command('reap', async (model, { store }) => {
    const due = model.jobs.filter(({ lease }) => lease !== null && lease.endsAt <= model.nowMs);
    const listed = await store.expiredLeases();
    expect(new Set(listed.map(({ jobId, attempt }) => `${jobId}/${attempt}`))).toStrictEqual(
      new Set(due.map(({ id, attempt }) => `${id}/${attempt}`)),
    );
    for (const job of due) {
      expect((await append(store, job.id, [retrying(job.attempt)], { attempt: job.attempt })).ok).toBe(true);
      Object.assign(job, { state: 'queued', lease: null, seq: job.seq + 1 });
    }
  });
}

function report(index: number, age: number, ends: boolean): Command {
  return command(`report(${index}, ${age} old, ${ends ? 'succeeded' : 'stage'})`, async (model, { store }) => {
    const job = pick(model, index);
    if (job === null) return;
    const attempt = job.attempt - age;
    const valid = age === 0 && job.state === 'running';
    const result = await append(store, job.id, [ends ? succeeded(attempt) : stage(attempt)], { attempt });
    expect(result.ok).toBe(valid);
    expect(result.job?.seq).toBe(job.seq + (valid ? 1 : 0));
    if (!valid) return;
    job.seq += 1;
    if (ends) Object.assign(job, { state: 'ended', lease: null });
  });
}

function reopen(): Command {
  return command('reopen', async (model, real) => {
    await real.reopen();
    for (const { lease } of model.jobs) {
      if (lease === null) continue;
      // A store that outlives its process knows when each lease ends, restart or not.
      if (!real.voidsInProcess) continue;
      lease.endsAt = lease.inProcess ? Number.NEGATIVE_INFINITY : model.nowMs + lease.termMs;
    }
  });
}

const index = fc.nat(5);
const term = fc.integer({ min: 100, max: 2_000 });
const age = fc.constantFrom(0, 0, 0, 1);
const commands = fc.commands(
  [
    fc.constant(create()),
    fc.tuple(term, fc.boolean()).map(([ms, here]) => claim(ms, here)),
    fc.tuple(index, age, term).map((asked) => renew(...asked)),
    fc.integer({ min: 1, max: 1_500 }).map(advance),
    fc.constant(reap()),
    fc.tuple(index, age, fc.boolean()).map((asked) => report(...asked)),
    fc.constant(reopen()),
  ],
  { maxCommands: 40 },
);

export function leaseModelContract(open: OpenHarness): void {
  describe('leases, against a model', () => {
    it('hold, run out and are taken over as the model says, in any order of events', { timeout: 120_000 }, async () => {
      const check = fc.asyncProperty(commands, async (sequence) => {
        const harness = await open();
        try {
          await fc.asyncModelRun(() => ({ model: { nowMs: 0, jobs: [] }, real: harness }), sequence);
        } finally {
          await harness.close();
        }
      });
      await fc.assert(check, { numRuns: 30 });
    });
  });
}
