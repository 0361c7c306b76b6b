import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs, spreadMs } from './backoff.js';

it('waits between half and all of a doubling time, up to its bound', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (failures) => {
      const fullMs = Math.min(30_000, 500 * 2 ** (failures - 1));
      const waitMs = backoffMs(failures, { baseMs: 500, maxMs: 30_000 });
      expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(waitMs).toBeLessThanOrEqual(fullMs);
    }),
  );
});

it('comes back soon after a first loss, and never before the time that a server named', () => {
  expect(backoffMs(0, { baseMs: 500, maxMs: 30_000 })).toBeLessThanOrEqual(500);
  expect(spreadMs(1_000)).toBeGreaterThanOrEqual(1_000);
  expect(spreadMs(1_000)).toBeLessThanOrEqual(1_500);
});
