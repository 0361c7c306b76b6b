import { type CompositionPlan, LIMITS, planSchema } from '@rendercast/protocol';
import * as z from 'zod';
import { shorten } from './prompt-text.js';
import { wellFormed } from './well-formed.js';

const styles = z.array(z.string()).nullish();

/** A plan of chunks: each a text that begins with its name in brackets, a length, and styles. */
const chunks = z.object({
  chunks: z
    .array(
      z.object({
        text: z.string().default(''),
        duration_ms: z.number(),
        positive_styles: styles,
        negative_styles: styles,
      }),
    )
    .min(1),
});

/** A plan of sections in the spelling of wires. */
const sections = z.object({
  title: z.string().nullish(),
  positive_global_styles: styles,
  negative_global_styles: styles,
  sections: z
    .array(
      z.object({
        section_name: z.string().default(''),
        duration_ms: z.number(),
        positive_local_styles: styles,
        negative_local_styles: styles,
        lines: z.array(z.string()).nullish(),
      }),
    )
    .min(1),
});

/**
 * Reads a plan of chunks (`{ chunks: [{ text: "[Verse]\nwords", duration_ms, positive_styles, negative_styles }] }`) or of
 * sections as other services write them (`positive_global_styles`, `section_name`, `duration_ms` …).
 *
 * @returns the plan, or what is wrong with it
 */
export function planFromParts(value: unknown): { plan: CompositionPlan } | { fault: string } {
  const isChunks = typeof value === 'object' && value !== null && 'chunks' in value;
  const read = isChunks ? fromChunks(value) : fromSections(value);
  if (!read.success) return { fault: faultOf(read.error) };
  const plan = planSchema.safeParse(read.data);
  return plan.success ? { plan: plan.data } : { fault: faultOf(plan.error) };
}

function fromChunks(value: unknown): { success: true; data: unknown } | { success: false; error: z.ZodError } {
  const read = chunks.safeParse(value);
  if (!read.success) return read;
  return {
    success: true,
    data: {
      sections: read.data.chunks.map((chunk, index) => {
        const { name, lines } = readText(chunk.text);
        return {
          name: name === '' ? `Part ${index + 1}` : name,
          durationMs: Math.round(chunk.duration_ms),
          positiveStyles: chunk.positive_styles ?? [],
          negativeStyles: chunk.negative_styles ?? [],
          lines,
        };
      }),
    },
  };
}

function fromSections(value: unknown): { success: true; data: unknown } | { success: false; error: z.ZodError } {
  const read = sections.safeParse(value);
  if (!read.success) return read;
  const { title, positive_global_styles, negative_global_styles } = read.data;
  return {
    success: true,
    data: {
      ...(typeof title === 'string' ? { title } : {}),
      positiveStyles: positive_global_styles ?? [],
      negativeStyles: negative_global_styles ?? [],
      sections: read.data.sections.map((section, index) => ({
        name: section.section_name.trim() === '' ? `Part ${index + 1}` : section.section_name,
        durationMs: Math.round(section.duration_ms),
        positiveStyles: section.positive_local_styles ?? [],
        negativeStyles: section.negative_local_styles ?? [],
        lines: section.lines ?? [],
      })),
    },
  };
}

/** The name in brackets that a text may begin with, and the lines of lyrics after it. */
function readText(text: string): { name: string; lines: string[] } {
  const [first = '', ...rest] = wellFormed(text).split(/\r?\n/);
  const name = /^\s*\[([^\]]*)\]\s*(.*)$/u.exec(first);
  const lines = name ? [name[2] ?? '', ...rest] : [first, ...rest];
  return {
    name: shorten(name?.[1] ?? '', 200),
    lines: lines
      .map((line) => shorten(line, 500))
      .filter((line) => line !== '')
      .slice(0, 200),
  };
}

function faultOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const where = (issue?.path ?? []).map(String).join('.') || 'the plan';
  return `${where}: ${issue?.message ?? 'is not valid'} (sections last ${LIMITS.minSectionMs} ms at least)`;
}
