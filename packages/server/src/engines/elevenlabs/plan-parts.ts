import * as z from 'zod';
import { fault } from './plan-fault.js';

/** Bounds that plans of both kinds have in common. Sources: docs/engines/elevenlabs.md. */
export const durationMs = z.int().min(3_000).max(120_000);
export const lyricLine = z.string().max(200);
export const MAX_LINES = 30;
export const styles = z.array(z.string()).max(50);
export const range = z
  .strictObject({ start_ms: z.int().min(0), end_ms: z.int().min(0) })
  .refine(({ start_ms, end_ms }) => end_ms - start_ms >= 50, { message: 'is shorter than 50 ms', path: ['end_ms'] });

/** Wire names and what the house calls the same. */
const HOUSE_NAMES: Record<string, string> = {
  chunks: 'sections',
  section_name: 'name',
  duration_ms: 'durationMs',
  positive_local_styles: 'positiveStyles',
  negative_local_styles: 'negativeStyles',
  positive_global_styles: 'positiveStyles',
  negative_global_styles: 'negativeStyles',
  positive_styles: 'positiveStyles',
  negative_styles: 'negativeStyles',
};

/** Reads a value by a schema; what is wrong is said with where it is, in the words in which it was asked for. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, at: { where: string; houseNames: boolean }): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = (issue?.path ?? []).map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${(at.houseNames && HOUSE_NAMES[String(step)]) || String(step)}`,
  );
  throw fault(`${at.where}${path.join('')}`, issue?.message ?? 'is not valid');
}
