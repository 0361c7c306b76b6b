import type { CompositionPlan } from '@rendercast/protocol';
import * as z from 'zod';
import { checkTotal } from './plan-fault.js';
import { checked, durationMs, lyricLine, MAX_LINES, range, styles } from './plan-parts.js';

const section = z.strictObject({
  section_name: z.string().min(1).max(100),
  positive_local_styles: styles,
  negative_local_styles: styles,
  duration_ms: durationMs,
  lines: z.array(lyricLine).max(MAX_LINES),
  source_from: z
    .strictObject({ song_id: z.string().min(1), range, negative_ranges: z.array(range).optional() })
    .optional(),
});
const planV1 = z.strictObject({
  positive_global_styles: styles,
  negative_global_styles: styles,
  sections: z.array(section).min(1),
});

/** A plan of sections, as `music_v1` takes it. */
export type PlanV1 = z.infer<typeof planV1>;

/** Checks a plan against the bounds of the service. */
export function checkPlanV1(plan: unknown, at: { where: string; houseNames: boolean }): PlanV1 {
  const read = checked(planV1, plan, at);
  checkTotal(at.where, lengthOfV1(read));
  return read;
}

export const lengthOfV1 = ({ sections }: PlanV1): number =>
  sections.reduce((sum, { duration_ms }) => sum + duration_ms, 0);

/** The house's plan in the words of the service. */
export function toPlanV1(plan: CompositionPlan): PlanV1 {
  return {
    positive_global_styles: plan.positiveStyles,
    negative_global_styles: plan.negativeStyles,
    sections: plan.sections.map((each) => ({
      section_name: each.name,
      positive_local_styles: each.positiveStyles,
      negative_local_styles: each.negativeStyles,
      duration_ms: each.durationMs,
      lines: each.lines.flatMap((line) => line.split(/\r?\n/)),
    })),
  };
}

/** Plans of the service are read more kindly than ours: what it leaves out is empty. */
const answered = z.object({
  positive_global_styles: z.array(z.string()).default([]),
  negative_global_styles: z.array(z.string()).default([]),
  sections: z.array(
    z.object({
      section_name: z.string(),
      duration_ms: z.number(),
      positive_local_styles: z.array(z.string()).default([]),
      negative_local_styles: z.array(z.string()).default([]),
      lines: z.array(z.string()).default([]),
    }),
  ),
});

/** A plan that the service made, in the words of the house; null: it is of another kind. */
export function fromPlanV1(plan: unknown): CompositionPlan | null {
  const read = answered.safeParse(plan).data;
  if (read === undefined) return null;
  return {
    positiveStyles: read.positive_global_styles,
    negativeStyles: read.negative_global_styles,
    sections: read.sections.map((each) => ({
      name: each.section_name,
      durationMs: Math.round(each.duration_ms),
      positiveStyles: each.positive_local_styles,
      negativeStyles: each.negative_local_styles,
      lines: each.lines,
    })),
  };
}
