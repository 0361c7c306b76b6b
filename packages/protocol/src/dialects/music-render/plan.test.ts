import { expect, it } from 'vitest';
import { readPlan } from './plan.js';

const planOf = (sections: number, lines: number): object => ({
  sections: Array.from({ length: sections }, (_, index) => ({
    section_name: `Section ${index}`,
    duration_ms: 3_000,
    lines: Array.from({ length: lines }, () => 'la '.repeat(160)),
  })),
});

it('takes plans with far more words than a song has', () => {
  expect(readPlan(planOf(8, 200)).sections).toHaveLength(8);
});

it('refuses a plan that would make its result larger than the message at which common clients hang up', () => {
  const refusal = { code: 'invalid_field', field: 'composition_plan', message: expect.stringContaining('900000') };
  expect(() => readPlan(planOf(12, 200))).toThrow(expect.objectContaining(refusal));
});
