import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff.js';
import { digestOf } from './digest.js';
import { every } from './every.js';
import { createIds } from './ids.js';
import { createPace } from './pace.js';
import { createSteppedClock } from './stepped-clock.contract.js';

describe('ids', () => {
  test('never fall behind and never repeat, whatever the wall clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 }), { maxLength: 50 }), (jumps) => {
        const clock = createSteppedClock();
        const ids = createIds(clock);
        const made = jumps.flatMap((jump) => {
          clock.jump(jump);
          return [ids.job(), ids.job(), ids.job()];
        });
        expect(made).toEqual([...made].sort());
        expect(new Set(made).size).toBe(made.length);
        for (const id of made) expect(id).toMatch(/^j_[0-9a-hjkmnp-tv-z]{26}$/);
      }),
    );
  });
});

describe('backoff', () => {
  test('doubles, stays within its bounds, and is never shorter than the backend asks', () => {
    const backoff = { firstMs: 1_000, maxMs: 60_000 };
    expect([1, 2, 3, 4].map((failures) => backoffMs(backoff, failures, 0))).toEqual([500, 1_000, 2_000, 4_000]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 100_000 }),
        (failures, random, retryAfterMs) => {
          const waitMs = backoffMs(backoff, failures, random, retryAfterMs);
          expect(waitMs).toBeGreaterThanOrEqual(Math.max(500, retryAfterMs));
          expect(waitMs).toBeLessThanOrEqual(Math.max(60_000, retryAfterMs));
        },
      ),
    );
    expect(backoffMs(backoff, 1, 0, Number.MAX_VALUE)).toBe(86_400_000);
  });
});

describe('the pace', () => {
  test('is not known before two reports, then right for steady work, and nothing is left at the end', () => {
    const pace = createPace();
    expect(pace.at(0.1, 5_000)).toBeNull();
    expect(pace.at(0.1, 6_000)).toBeNull();
    expect(pace.at(0.2, 7_000)).toBe(16_000);
    for (let done = 3; done < 10; done++) pace.at(done / 10, 5_000 + (done - 1) * 1_000);
    expect(pace.at(1, 14_000)).toBe(0);
  });

  test('follows a change of pace within a few reports', () => {
    const pace = createPace();
    for (let step = 0; step <= 20; step++) pace.at(step / 100, step * 100);
    let eta: number | null = null;
    for (let step = 1; step <= 15; step++) eta = pace.at(0.2 + step / 100, 2_000 + step * 500);
    expect(eta).toBeGreaterThan(0.65 * 500 * 100 * 0.9);
  });
});

describe('the digest of a request', () => {
  test('does not depend on the order of keys or on keys without a value', () => {
    expect(digestOf({ a: 1, b: { c: [1, { d: 2, e: 3 }] }, f: undefined })).toBe(
      digestOf({ b: { c: [1, { e: 3, d: 2 }] }, a: 1 }),
    );
  });

  test('tells apart what differs', () => {
    const values = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: { 0: 1 } }, { b: 1 }, { a: 1, b: null }, [['a', 1]]];
    const digests = values.map((value) => digestOf({ value }));
    expect(new Set(digests).size).toBe(values.length);
  });
});

describe('a regular task', () => {
  test('never overlaps itself, goes on after an error, and stops when told', async () => {
    const clock = createSteppedClock();
    let runs = 0;
    const errors: unknown[] = [];
    let finish = (): void => undefined;
    const stop = every(
      clock,
      100,
      () => {
        runs++;
        if (runs === 1) return new Promise<void>((_, reject) => (finish = () => reject(new Error('once'))));
        return undefined;
      },
      (thrown) => errors.push(thrown),
    );
    clock.step(1_000);
    expect(runs).toBe(1);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toHaveLength(1);
    clock.step(100);
    expect(runs).toBe(2);
    await stop();
    clock.step(1_000);
    expect(runs).toBe(2);
  });
});
