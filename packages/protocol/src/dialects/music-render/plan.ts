import * as z from 'zod';
import { RendercastError } from '../../errors.js';
import { type CompositionPlan, planSchema } from '../../media.js';

const words = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** Types of a section; whether it can be rendered is asked after that. */
const sectionShape = z.object({
  section_name: z.string(),
  duration_ms: z.number(),
  positive_local_styles: words,
  negative_local_styles: words,
  lines: words,
});

/** A plan as this dialect writes it: keys that nobody knows are passed over. */
export const planShape = z
  .object({
    title: z.string().nullish(),
    positive_global_styles: words,
    negative_global_styles: words,
    sections: z
      .array(sectionShape)
      .nullish()
      .transform((sections) => sections ?? []),
  })
  .meta({ id: 'MusicRenderPlan' });
type Shape = z.infer<typeof planShape>;

/** A plan as the server writes it. */
export const shownPlanSchema = z
  .object({
    title: z.string().optional(),
    positive_global_styles: z.array(z.string()),
    negative_global_styles: z.array(z.string()),
    sections: z.array(
      z.object({
        section_name: z.string(),
        duration_ms: z.int(),
        positive_local_styles: z.array(z.string()),
        negative_local_styles: z.array(z.string()),
        lines: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'MusicRenderShownPlan' });
export type ShownPlan = z.infer<typeof shownPlanSchema>;

/** Shortest section, and shortest and longest song, in milliseconds. */
const MIN_MS = 3_000;
const MAX_SONG_MS = 600_000;

/**
 * Reads a plan, also one that lies within another `composition_plan` with its title in `song_metadata`.
 *
 * @throws RendercastError that names the field: `invalid_request` where one is missing or of the wrong type,
 * `invalid_field` where the plan could be read and cannot be rendered.
 */
export function readPlan(value: unknown): CompositionPlan {
  const parsed = planShape.safeParse(unwrapped(value));
  if (!parsed.success) throw refusal('invalid_request', parsed.error.issues[0]);
  requireRenderable(parsed.data);
  const plan = planSchema.safeParse(canonical(parsed.data));
  if (!plan.success) throw refusal('invalid_field', plan.error.issues[0]);
  requireShowable(plan.data);
  return plan.data;
}

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unwrapped(value: unknown): unknown {
  if (!isObject(value) || !isObject(value.composition_plan)) return value;
  const { composition_plan: plan, song_metadata: metadata } = value;
  const title = plan.title ?? (isObject(metadata) ? metadata.title : undefined);
  return typeof title === 'string' ? { ...plan, title } : plan;
}

function requireRenderable({ sections }: Shape): void {
  const refuse = (field: string, what: string): never => {
    throw new RendercastError('invalid_field', `${field}: ${what}`, { field });
  };
  if (sections.length === 0) refuse('sections', 'needs at least one section');
  for (const [index, { duration_ms }] of sections.entries()) {
    if (duration_ms < MIN_MS) refuse(`sections.${index}.duration_ms`, `must be ${MIN_MS} ms at least`);
  }
  const totalMs = sections.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
  if (totalMs > MAX_SONG_MS) refuse('sections', `duration_ms may be ${MAX_SONG_MS} ms in total, not ${totalMs}`);
}

/** The result holds the plan, and common clients hang up at a message over 1 MiB. */
const MAX_SHOWN_BYTES = 900_000;

function requireShowable(plan: CompositionPlan): void {
  const bytes = new TextEncoder().encode(JSON.stringify(shownPlan(plan))).length;
  if (bytes <= MAX_SHOWN_BYTES) return;
  const message = `composition_plan: may be ${MAX_SHOWN_BYTES} bytes at most, not ${bytes}`;
  throw new RendercastError('invalid_field', message, { field: 'composition_plan' });
}

function canonical({ title, positive_global_styles, negative_global_styles, sections }: Shape): unknown {
  return {
    ...(title === null || title === undefined ? {} : { title }),
    positiveStyles: positive_global_styles,
    negativeStyles: negative_global_styles,
    sections: sections.map((section, index) => ({
      name: section.section_name === '' ? `Section ${index + 1}` : section.section_name,
      durationMs: Math.floor(section.duration_ms),
      positiveStyles: section.positive_local_styles,
      negativeStyles: section.negative_local_styles,
      lines: section.lines,
    })),
  };
}

/** What our fields are called here. */
const NAMES: Record<string, readonly [whole: string, section: string]> = {
  positiveStyles: ['positive_global_styles', 'positive_local_styles'],
  negativeStyles: ['negative_global_styles', 'negative_local_styles'],
  name: ['name', 'section_name'],
  durationMs: ['duration_ms', 'duration_ms'],
};

function refusal(code: 'invalid_request' | 'invalid_field', issue: z.core.$ZodIssue | undefined): RendercastError {
  const parts = (issue?.path ?? []).map(String);
  const inSection = parts[0] === 'sections' ? 1 : 0;
  const field = parts.map((part) => NAMES[part]?.[inSection] ?? part).join('.') || 'composition_plan';
  return new RendercastError(code, `${field}: ${issue?.message ?? 'is not valid'}`, { field });
}

/** A plan in the words of this dialect. */
export function shownPlan(plan: CompositionPlan): ShownPlan {
  return {
    ...(plan.title === undefined ? {} : { title: plan.title }),
    positive_global_styles: plan.positiveStyles,
    negative_global_styles: plan.negativeStyles,
    sections: plan.sections.map((section) => ({
      section_name: section.name,
      duration_ms: section.durationMs,
      positive_local_styles: section.positiveStyles,
      negative_local_styles: section.negativeStyles,
      lines: section.lines,
    })),
  };
}
