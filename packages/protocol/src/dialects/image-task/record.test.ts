import { expect, it } from 'vitest';
import { numbered, queuedBody } from '../../fixtures/legal-histories.js';
import type { Job } from '../../job.js';
import { reduce } from '../../reduce.js';
import type { SteadyProgress } from '../../steady-progress.js';
import { recordOf } from './record.js';

const AT = '2030-01-01T00:00:00.000Z';
const queued = reduce(null, numbered('job', 1, queuedBody('ann')));
const running: Job = reduce(queued, numbered('job', 2, { type: 'started', attempt: 1, engine: 'e', backend: 'b' }));
const at = (step: number, steps: number, etaMs: number | null = null): SteadyProgress => ({
  ...{ fraction: step / steps, step, steps, etaMs, elapsedMs: 4_000 },
});

it.each([
  ['base_model', 32, 50, 'Base model generation: step 32/50', 'base_model'],
  ['refiner_model', 51, 80, 'Refiner model generation: step 51/80', 'refiner_model'],
  ['Refining', 51, 80, 'Refiner model generation: step 51/80', 'refiner_model'],
  ['sampling', 1, 20, 'Base model generation: step 1/20', 'base_model'],
  [null, 1, 20, 'Image generation: step 1/20', ''],
])('a task in the stage %s at step %i of %i says "%s"', (stage, step, steps, message, current_stage) => {
  expect(recordOf(running, at(step, steps), stage, AT)).toMatchObject({
    ...{ status: 'generating', message, current_stage, current_step: step, total_steps: steps, error: null },
    percentage: (step / steps) * 100,
  });
});

it('a percentage is never above 100, whatever an engine counts', () => {
  expect(recordOf(running, at(60, 50), 'base_model', AT).percentage).toBe(100);
});

it('time is in seconds; what is left is told by the engine, else by the pace, and is 0 while unknown', () => {
  const left = (figures: SteadyProgress | null) => recordOf(running, figures, 'base_model', AT).estimated_remaining;
  expect(recordOf(running, at(10, 50), 'base_model', AT).elapsed_time).toBe(4);
  expect([left(at(10, 50, 2_500)), left(at(10, 50)), left(at(0, 50)), left(null)]).toEqual([2.5, 16, 0, 0]);
});

it('a task that waits has all figures, none of them null', () => {
  expect(recordOf(queued, null, null, AT)).toEqual({
    ...{ type: 'progress', task_id: 'job', status: 'pending', current_step: 0, total_steps: 3, percentage: 0 },
    ...{ current_stage: '', elapsed_time: 0, estimated_remaining: 0, error: null },
    ...{ message: 'Waiting for an engine', timestamp: AT },
  });
});
