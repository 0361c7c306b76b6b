import { RendercastError } from '@rendercast/protocol';
import type * as z from 'zod';

/**
 * Parses a part of a request at the border.
 *
 * @throws RendercastError `invalid_field` that names the field (`request.steps`) and what is wrong with it.
 */
export function parseAtBorder<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues[0]);
  const field = issue?.path.map(String).join('.') ?? '';
  const what = issue?.message ?? 'is not valid';
  throw new RendercastError('invalid_field', field === '' ? what : `${field}: ${what}`, field === '' ? {} : { field });
}

/** In a union of shapes, the first branch's own complaint says more than "invalid input". */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors.find((branch) => branch.length > 0)?.[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}
