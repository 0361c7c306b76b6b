import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact, Level, Levels, Stamp } from './events.js';
import { legalHistory, numbered, queuedBody } from './fixtures/legal-histories.js';
import type { Job } from './job.js';
import { jobSchema } from './job.js';
import {
  blankFact,
  compareStamps,
  currentLevels,
  isCurrent,
  isEnded,
  isTerminal,
  reduce,
  reduceAll,
  withLevel,
} from './reduce.js';

const fold = (facts: readonly Fact[]): Job => {
  const job = reduceAll(facts);
  if (job === null) throw new Error('an empty history has no job');
  return job;
};

describe('reduce over any legal history', () => {
  test('a snapshot and the tail after it give the same job as a full replay, for every cut', () => {
    fc.assert(
      fc.property(legalHistory(), (facts) => {
        const whole = fold(facts);
        for (let cut = 0; cut <= facts.length; cut += 1) {
          const snapshot = structuredClone(reduceAll(facts.slice(0, cut)));
          const resumed = facts.slice(cut).reduce<Job | null>((job, fact) => reduce(job, fact), snapshot);
          expect(resumed).toEqual(whole);
        }
      }),
    );
  });

  test('a snapshot that went through JSON is as good as the job itself', () => {
    fc.assert(
      fc.property(legalHistory(), fc.nat(30), (facts, cut) => {
        const snapshot = JSON.parse(JSON.stringify(reduceAll(facts.slice(0, cut)))) as Job | null;
        expect(facts.slice(cut).reduce<Job | null>((job, fact) => reduce(job, fact), snapshot)).toEqual(fold(facts));
      }),
    );
  });

  test('the job always fits the schema of jobs and carries the number of its last fact', () => {
    fc.assert(
      fc.property(legalHistory(), (facts) => {
        const job = fold(facts);
        expect(jobSchema.safeParse(job).error).toBeUndefined();
        expect(job.seq).toBe(facts.length);
      }),
    );
  });

  test('the job has ended exactly when the history holds its one terminal fact', () => {
    fc.assert(
      fc.property(legalHistory(), (facts) => {
        const ends = facts.filter(isTerminal);
        expect(ends.length).toBe(isEnded(fold(facts)) ? 1 : 0);
        if (ends[0] !== undefined) expect(fold(facts).state).toBe(ends[0].type);
      }),
    );
  });

  test('neither the job nor the fact given to it is changed', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null)
        for (const part of Object.values(Object.freeze(value))) freeze(part);
      return value;
    };
    fc.assert(
      fc.property(legalHistory(), (facts) => {
        let job: Job | null = null;
        for (const fact of facts) job = freeze(reduce(job, freeze(structuredClone(fact))));
        expect(job).toEqual(fold(facts));
      }),
    );
  });

  test('a type of a newer server only moves the number on, wherever it stands', () => {
    fc.assert(
      fc.property(legalHistory(), fc.nat(30), (facts, place) => {
        const at = 1 + (place % facts.length);
        const foreign = { ...facts[0], type: 'transmogrified', seq: at + 1 } as unknown as Fact;
        const shifted = facts.slice(at).map((fact) => ({ ...fact, seq: fact.seq + 1 }));
        const job = fold([...facts.slice(0, at), foreign, ...shifted]);
        expect(job).toEqual({ ...fold(facts), seq: facts.length + 1 });
      }),
    );
  });

  test('slots of outputs are distinct, in order, and hold the newest attempt that filled them', () => {
    fc.assert(
      fc.property(legalHistory(), (facts) => {
        const slots = fold(facts).outputs.map((output) => output.slot);
        expect(slots).toEqual([...new Set(slots)].sort((left, right) => left - right));
        for (const output of fold(facts).outputs) {
          const newest = facts.findLast((fact) => fact.type === 'output' && fact.slot === output.slot);
          expect(newest).toMatchObject({ attempt: output.attempt, artifact: { id: output.artifact.id } });
        }
      }),
    );
  });

  test('a history that does not begin with "queued" is refused', () => {
    expect(() => reduce(null, numbered('j', 1, { type: 'note', data: {} }))).toThrow(/begins with/);
  });
});

describe('removal', () => {
  const ended = legalHistory({ toEnd: true }).filter((facts) => !fold(facts).removed);

  test('folding blanked facts and "removed" gives the same job as folding the originals and "removed"', () => {
    fc.assert(
      fc.property(ended, (facts) => {
        const removed = numbered('job-1', facts.length + 1, { type: 'removed', artifactId: null });
        const blanked = facts.map((fact) => blankFact(fact, null));
        expect(fold([...blanked, removed])).toEqual(fold([...facts, removed]));
      }),
    );
  });

  test('the same holds for the removal of any one output, also one that a newer attempt replaced', () => {
    fc.assert(
      fc.property(ended, fc.nat(20), (facts, choice) => {
        const outputs = facts.flatMap((fact) => (fact.type === 'output' && fact.artifact ? [fact.artifact.id] : []));
        fc.pre(outputs.length > 0);
        const artifactId = outputs[choice % outputs.length] ?? '';
        const removed = numbered('job-1', facts.length + 1, { type: 'removed', artifactId });
        const blanked = facts.map((fact) => blankFact(fact, artifactId));
        expect(fold([...blanked, removed])).toEqual(fold([...facts, removed]));
      }),
    );
  });

  test('blanking keeps number, type, time and state, and can be done twice', () => {
    fc.assert(
      fc.property(ended, (facts) => {
        for (const fact of facts) {
          const blank = blankFact(fact, null);
          expect(blank).toMatchObject({ jobId: fact.jobId, seq: fact.seq, at: fact.at, type: fact.type });
          expect(blankFact(blank, null)).toEqual(blank);
        }
        expect(fold(facts.map((fact) => blankFact(fact, null))).state).toBe(fold(facts).state);
      }),
    );
  });

  test('nothing that a person wrote or that was made is left in a blanked history', () => {
    const secret = 'SECRET';
    const first = { ...queuedBody('ann', 1), request: { prompt: secret }, tags: [secret], clientId: secret };
    const facts = [
      numbered('j', 1, first),
      numbered('j', 2, { type: 'edited', tags: [secret] }),
      numbered('j', 3, { type: 'note', data: { text: secret } }),
    ];
    expect(JSON.stringify(facts.map((fact) => blankFact(fact, null)))).not.toContain(secret);
  });
});

const stamp = fc.record({ attempt: fc.nat(4), after: fc.nat(12), tick: fc.nat(20) });
const progressLevel = (at: Stamp): Level => ({
  kind: 'progress',
  ...at,
  fraction: 0.5,
  stage: null,
  step: null,
  steps: null,
  etaMs: null,
  elapsedMs: 1,
});
const placeLevel = (at: Stamp): Level => ({
  kind: 'place',
  ...at,
  position: 1,
  waiting: 1,
  reason: 'in_line',
  message: 'next',
});
const level = fc.tuple(stamp, fc.boolean()).map(([at, place]) => (place ? placeLevel(at) : progressLevel(at)));

describe('levels', () => {
  test('stamps are totally ordered: attempt first, then the fact followed, then the tick', () => {
    fc.assert(
      fc.property(stamp, stamp, stamp, (a, b, c) => {
        expect(Math.sign(compareStamps(a, b))).toBe(-Math.sign(compareStamps(b, a)) + 0);
        if (compareStamps(a, b) <= 0 && compareStamps(b, c) <= 0) expect(compareStamps(a, c)).toBeLessThanOrEqual(0);
        if (a.attempt !== b.attempt) expect(compareStamps(a, b) < 0).toBe(a.attempt < b.attempt);
      }),
    );
  });

  test('withLevel keeps the newest of each kind, whatever order and repeats they come in', () => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 1 }), (levels) => {
        const kept = levels.reduce<Levels>(withLevel, {});
        for (const kind of ['progress', 'place'] as const) {
          const stamps = levels.filter((one) => one.kind === kind).sort(compareStamps);
          const newest = stamps.at(-1);
          if (newest === undefined) expect(kept[kind]).toBeUndefined();
          else expect(compareStamps(kept[kind] ?? newest, newest)).toBe(0);
        }
        expect(levels.reduce<Levels>(withLevel, kept)).toBe(kept);
      }),
    );
  });

  test('no level is current for an ended job, of another attempt, ahead of its fact, or against the state', () => {
    fc.assert(
      fc.property(legalHistory(), level, (facts, one) => {
        const job = fold(facts);
        const fits = one.kind === 'place' ? job.state === 'queued' : job.state === 'running';
        expect(isCurrent(one, job)).toBe(fits && one.after <= job.seq && one.attempt === job.attempt);
      }),
    );
  });

  test('what a fact leaves of the levels is what was current and stays so', () => {
    fc.assert(
      fc.property(legalHistory(), fc.array(level), (facts, levels) => {
        const job = fold(facts);
        const seen = levels.filter((one) => one.after <= job.seq).reduce<Levels>(withLevel, {});
        const kept = currentLevels(seen, job);
        for (const kind of ['progress', 'place'] as const) {
          const before = seen[kind];
          expect(kept[kind]).toBe(before !== undefined && isCurrent(before, job) ? before : undefined);
        }
      }),
    );
  });

  test('RC-LEVEL-STATE: progress of an attempt that was given up is not current while the job waits for the next', () => {
    const facts = [
      numbered('j', 1, queuedBody('ann')),
      numbered('j', 2, { type: 'started', attempt: 1, engine: 'e', backend: 'b' }),
      numbered('j', 3, {
        type: 'retrying',
        attempt: 1,
        error: { code: 'engine_failed', message: 'no', retryable: true },
        counted: true,
        notBefore: '2030-01-01T00:00:00.000Z',
      }),
    ];
    const job = fold(facts);
    expect(isCurrent(progressLevel({ attempt: 1, after: 2, tick: 9 }), job)).toBe(false);
    expect(isCurrent(placeLevel({ attempt: 1, after: 3, tick: 10 }), job)).toBe(true);
  });
});
