import { expect, it } from 'vitest';
import type { Progress } from '../../events.js';
import { numbered, queuedBody } from '../../fixtures/legal-histories.js';
import { reduce } from '../../reduce.js';
import { failureOf } from './result.js';
import { AFTER_ENGINE, AT_END, beginning, generating, STAGES, standingAt } from './stages.js';

const started = { type: 'started', attempt: 1, engine: 'embedded-music', backend: 'b' } as const;
const queued = reduce(null, numbered('job', 1, queuedBody('ann', 2)));
const job = reduce(queued, numbered('job', 2, started));
const at = (fraction: number): Progress => ({
  ...{ fraction, stage: null, step: null, steps: null, etaMs: null, elapsedMs: 1 },
});

it('each stage begins at its percentage', () => {
  expect(STAGES).toEqual({
    ...{ connected: 0, validating: 5, validated: 10, generating: 15 },
    ...{ processing: 70, saving: 85, extracting: 95, complete: 100 },
  });
  const told = [standingAt('validating'), standingAt('validated'), beginning(job), ...AFTER_ENGINE, ...AT_END];
  expect(told.map(({ percent }) => percent)).toEqual([5, 10, 15, 70, 85, 95, 100]);
});

it('while the engine works the percentage rises from 15 to 69, in whole numbers, and names the engine', () => {
  const standings = Array.from({ length: 101 }, (_, index) => generating(job, at(index / 100)));
  const percents = standings.map(({ percent }) => percent);
  expect([percents[0], percents.at(-1)]).toEqual([15, 69]);
  expect(percents).toEqual([...percents].sort((left, right) => left - right));
  expect(percents.every(Number.isInteger)).toBe(true);
  for (const { stage, message } of [beginning(job), ...standings]) {
    expect(stage).toBe('generating');
    expect(message).toContain('embedded-music');
  }
});

it('a failed render says what the engine says, for a person', () => {
  const message = 'The graphics card is out of memory. Try a shorter song.';
  const failed = reduce(
    job,
    numbered('job', 3, {
      ...{ type: 'failed', attempt: 1, error: { code: 'out_of_memory', message, retryable: false } },
      ...{ progress: null, timings: { queuedMs: 1, runMs: 1, totalMs: 2 } },
    }),
  );
  expect([failureOf(job), failureOf(failed)]).toEqual([null, message]);
});
