import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factBodySchema, factSchema, levelSchema, TERMINAL_TYPES } from './events.js';
import { honestLevel } from './fixtures/good-readers.js';
import { legalHistory } from './fixtures/legal-histories.js';
import { snapshotSchema } from './job.js';
import { blankFact, isTerminal, reduceAll } from './reduce.js';

describe('the schemas of facts, levels and snapshots', () => {
  test('take every fact of every legal history, blanked or not, and change nothing in it', () => {
    fc.assert(
      fc.property(legalHistory(), (facts) => {
        for (const fact of facts) {
          expect(factSchema.parse(JSON.parse(JSON.stringify(fact)))).toEqual(fact);
          const blank = blankFact(fact, null);
          expect(factSchema.parse(blank)).toEqual(blank);
        }
      }),
    );
  });

  test('take the snapshot and the levels of every legal history, and change nothing in them', () => {
    fc.assert(
      fc.property(legalHistory(), fc.nat(50), (facts, tick) => {
        const job = reduceAll(facts);
        if (job === null) throw new Error('a legal history has a job');
        const level = honestLevel(job, tick);
        if (level !== null) expect(levelSchema.parse(level)).toEqual(level);
        const levels = level === null ? {} : { [level.kind]: level };
        const snapshot = { job, levels, position: `e1:${job.seq}` };
        expect(snapshotSchema.parse(snapshot)).toEqual(snapshot);
      }),
    );
  });

  test('refuse progress outside 0 to 1 and numbers below 1', () => {
    const level = {
      kind: 'progress',
      attempt: 1,
      after: 1,
      tick: 1,
      stage: null,
      step: null,
      steps: null,
      etaMs: null,
    };
    expect(levelSchema.safeParse({ ...level, elapsedMs: 1, fraction: 1.01 }).success).toBe(false);
    expect(levelSchema.safeParse({ ...level, elapsedMs: 1, fraction: null }).success).toBe(true);
    const fact = { jobId: 'j', at: 'now', type: 'note', data: {} };
    expect(factSchema.safeParse({ ...fact, seq: 0 }).success).toBe(false);
    expect(factSchema.safeParse({ ...fact, seq: 1 }).success).toBe(true);
  });

  test('the terminal types are those that the reducer takes for ends', () => {
    const types = factBodySchema.options.map((option) => option.shape.type.value);
    expect(types.filter((type) => isTerminal({ type }))).toEqual([...TERMINAL_TYPES]);
  });
});
