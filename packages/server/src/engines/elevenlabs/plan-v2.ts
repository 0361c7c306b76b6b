import type { CompositionPlan } from '@rendercast/protocol';
import * as z from 'zod';
import { checkTotal, fault } from './plan-fault.js';
import { checked, durationMs, lyricLine, MAX_LINES, range, styles } from './plan-parts.js';

const MAX_CHUNKS = 30;
const MAX_CONDITIONING_MS = 30_000;

const madeChunk = z.strictObject({
  text: z.string(),
  duration_ms: durationMs,
  positive_styles: styles,
  negative_styles: styles.optional(),
  context_adherence: z.enum(['low', 'medium', 'high']).optional(),
  conditioning_ref: z
    .strictObject({
      song_id: z.string().min(1),
      range: range.refine(({ start_ms, end_ms }) => end_ms - start_ms <= MAX_CONDITIONING_MS, {
        message: 'is longer than 30 s',
        path: ['end_ms'],
      }),
    })
    .optional(),
  condition_strength: z.enum(['low', 'medium', 'high', 'xhigh']).optional(),
});
const takenChunk = z.strictObject({ song_id: z.string().min(1), range });
const frame = z.strictObject({ chunks: z.array(z.looseObject({})).min(1).max(MAX_CHUNKS) });

type MadeChunk = z.infer<typeof madeChunk>;
type TakenChunk = z.infer<typeof takenChunk>;
/** A plan of chunks, as `music_v2` and later take it: made from words, or taken from a song that is there. */
export interface PlanV2 {
  chunks: (MadeChunk | TakenChunk)[];
}

/** Checks a plan against the bounds of the service. */
export function checkPlanV2(plan: unknown, at: { where: string; houseNames: boolean }): PlanV2 {
  const { chunks } = checked(frame, plan, at);
  const list = `${at.where}.${at.houseNames ? 'sections' : 'chunks'}`;
  const read: PlanV2 = {
    chunks: chunks.map((chunk, index) => {
      const here = { ...at, where: `${list}[${index}]` };
      if (!('text' in chunk) && 'song_id' in chunk) return checked(takenChunk, chunk, here);
      const made = checked(madeChunk, chunk, here);
      checkText(made.text, here);
      return made;
    }),
  };
  checkTotal(at.where, lengthOfV2(read));
  return read;
}

export const lengthOfV2 = ({ chunks }: PlanV2): number =>
  chunks.reduce(
    (sum, chunk) => sum + ('text' in chunk ? chunk.duration_ms : chunk.range.end_ms - chunk.range.start_ms),
    0,
  );

/** The name in brackets that a text may begin with, and the lines of lyrics after it. */
function readText(text: string): { name: string | null; lines: string[] } {
  const [first = '', ...rest] = text.split(/\r?\n/);
  const [, name] = /^\s*\[([^\]]*)\]\s*$/.exec(first) ?? [];
  const lines = name === undefined ? [first, ...rest] : rest;
  return { name: name ?? null, lines: lines.filter((line) => line.trim() !== '') };
}

function checkText(text: string, { where, houseNames }: { where: string; houseNames: boolean }): void {
  const { name, lines } = readText(text);
  const named = houseNames ? `${where}.name` : `${where}.text`;
  const sung = houseNames ? `${where}.lines` : `${where}.text`;
  if (name !== null && (name.length < 1 || name.length > 100)) throw fault(named, 'a name has 1 to 100 characters');
  if (lines.length > MAX_LINES) throw fault(sung, `has ${lines.length} lines, more than ${MAX_LINES}`);
  const long = lines.findIndex((line) => !lyricLine.safeParse(line).success);
  if (long >= 0)
    throw fault(`${sung}${houseNames ? `[${long}]` : ''}`, `line ${long + 1} is longer than 200 characters`);
}

/**
 * The house's plan in the words of the service. Chunks know no styles of the whole song, so that each gets them beside its
 * own; brackets in a name would end it early.
 */
export function toPlanV2(plan: CompositionPlan): PlanV2 {
  const both = (whole: readonly string[], own: readonly string[]): string[] => [...new Set([...whole, ...own])];
  return {
    chunks: plan.sections.map((each) => ({
      text: [`[${each.name.replace(/[[\]\r\n]+/g, ' ').trim()}]`, ...each.lines].join('\n'),
      duration_ms: each.durationMs,
      positive_styles: both(plan.positiveStyles, each.positiveStyles),
      negative_styles: both(plan.negativeStyles, each.negativeStyles),
    })),
  };
}

/** Plans of the service are read more kindly than ours: what it leaves out is empty. */
const answered = z.object({
  chunks: z.array(
    z.object({
      text: z.string().default(''),
      duration_ms: z.number(),
      positive_styles: z.array(z.string()).default([]),
      negative_styles: z.array(z.string()).nullish(),
    }),
  ),
});

/** A plan that the service made, in the words of the house; null: it is of another kind. */
export function fromPlanV2(plan: unknown): CompositionPlan | null {
  const read = answered.safeParse(plan).data;
  if (read === undefined) return null;
  return {
    positiveStyles: [],
    negativeStyles: [],
    sections: read.chunks.map((each, index) => {
      const { name, lines } = readText(each.text);
      return {
        name: name === null || name.trim() === '' ? `Part ${index + 1}` : name,
        durationMs: Math.round(each.duration_ms),
        positiveStyles: each.positive_styles,
        negativeStyles: each.negative_styles ?? [],
        lines,
      };
    }),
  };
}
