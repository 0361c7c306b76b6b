import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyOf, planArbitrary } from './dialect-exam/histories.contract.js';
import type { Fact, Progress } from './events.js';
import { numbered, queuedBody } from './fixtures/legal-histories.js';
import type { Job } from './job.js';
import { reduceAll } from './reduce.js';
import { figuresOf, type SteadyProgress, steadyProgress } from './steady-progress.js';

const running = { state: 'running', steps: null } as Job;
const told = (change: Partial<Progress>): Progress => ({
  ...{ fraction: null, stage: null, step: null, steps: null, etaMs: null, elapsedMs: 100 },
  ...change,
});

describe('steady progress', () => {
  it('passes on what the engine counts', () => {
    expect(steadyProgress(running, told({ fraction: 0.5, step: 15, steps: 30, etaMs: 900 }))).toEqual({
      ...{ fraction: 0.5, step: 15, steps: 30, etaMs: 900, elapsedMs: 100 },
    });
  });

  it('counts 100 steps for an engine that counts none, and none done for one that tells nothing', () => {
    expect(steadyProgress(running, told({ fraction: 0.25 }))).toMatchObject({ step: 25, steps: 100 });
    expect(steadyProgress(running, null)).toMatchObject({ fraction: 0, step: 0, steps: 100, etaMs: null });
  });

  it('takes the part from the steps where the engine tells no part', () => {
    expect(steadyProgress(running, told({ step: 3, steps: 4 }))).toMatchObject({ fraction: 0.75, step: 3, steps: 4 });
  });

  it('holds what was shown while a retry catches up, and its total', () => {
    const before = steadyProgress(running, told({ fraction: 0.6, step: 12, steps: 20 }));
    expect(steadyProgress(running, told({ fraction: 0.1, step: 5, steps: 50 }), before)).toMatchObject({
      ...{ fraction: 0.6, step: 12, steps: 20 },
    });
    expect(steadyProgress(running, told({ fraction: 0.8, step: 40, steps: 50 }), before)).toMatchObject({
      ...{ fraction: 0.8, step: 16, steps: 20 },
    });
  });

  it('is whole once the job has succeeded', () => {
    expect(steadyProgress({ ...running, state: 'succeeded' }, null)).toMatchObject({
      fraction: 1,
      step: 100,
      steps: 100,
    });
  });

  it('never falls and always holds true figures, over any life of a job', () => {
    fc.assert(
      fc.property(planArbitrary(), (plan) => {
        let before: SteadyProgress | null = null;
        for (const step of historyOf(plan).steps) {
          const job = 'fact' in step ? step.fact.job : step.job;
          const progress = 'level' in step && step.level.kind === 'progress' ? step.level : job.progress;
          const now = steadyProgress(job, progress, before);
          expect(now.fraction).toBeGreaterThanOrEqual(before?.fraction ?? 0);
          expect(now.step).toBeGreaterThanOrEqual(before?.step ?? 0);
          expect(now.step).toBeLessThanOrEqual(now.steps);
          expect(now.steps).toBe(before?.steps ?? now.steps);
          expect([now.steps >= 1, now.fraction <= 1, Number.isInteger(now.step)]).toEqual([true, true, true]);
          before = now;
        }
      }),
    );
  });
});

describe('the progress of attempts that were given up', () => {
  it('is kept with the job, the furthest of all, so that newcomers see no less after a retry or a restart', () => {
    const error = { code: 'worker_lost', message: 'lost', retryable: true };
    const lost = (seq: number, attempt: number, fraction: number | null): Fact =>
      numbered('j', seq, {
        ...{ type: 'retrying', attempt, error, counted: true, notBefore: '2030-01-01T00:00:00.000Z' },
        progress: fraction === null ? null : told({ fraction, step: fraction * 10, steps: 10 }),
      });
    const started = (seq: number, attempt: number): Fact =>
      numbered('j', seq, { type: 'started', attempt, engine: 'e', backend: 'b' });
    const facts = [numbered('j', 1, queuedBody('ann')), started(2, 1), lost(3, 1, 0.6), started(4, 2), lost(5, 2, 0.2)];
    const job = reduceAll([...facts, started(6, 3), lost(7, 3, null), started(8, 4)]);
    if (job === null) throw new Error('no job');
    expect(job.reached?.fraction).toBe(0.6);
    expect(figuresOf(job, told({ fraction: 0.1, step: 1, steps: 10 }))).toMatchObject({
      fraction: 0.6,
      step: 6,
      steps: 10,
    });
    expect(figuresOf(job, null)).toMatchObject({ fraction: 0.6, step: 6 });
  });
});
