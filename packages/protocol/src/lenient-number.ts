import * as z from 'zod';

const numeral = z
  .string()
  .regex(/^\s*[+-]?\d{1,15}(\.\d{1,15})?\s*$/, 'must be a number')
  .transform(Number);

/** A number that may be absent, null, or the text that a form field holds: for dialects that are liberal in what they take. */
export function lenientNumber<T extends z.ZodType<number, number>>(check: T) {
  return z.union([check, numeral.pipe(check)]).nullish();
}
