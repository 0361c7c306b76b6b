import { type CompositionPlan, planSchema } from '@rendercast/protocol/media';
import type * as z from 'zod';

/** What is wrong with a plan, by the field: `sections.2.name`, `positiveStyles.0`, `sections`. */
export type PlanProblems = ReadonlyMap<string, string>;

const NAMES: Readonly<Record<string, string>> = {
  title: 'The title',
  name: 'The name',
  durationMs: 'The length',
  positiveStyles: 'The styles',
  negativeStyles: 'What is left out',
  lines: 'The lyrics',
  sections: 'The plan',
};

/** Holds a plan against the limits of the protocol: the same that the server holds it against. */
export function problemsOf(plan: CompositionPlan): PlanProblems {
  const { error } = planSchema.safeParse(plan);
  const problems = new Map<string, string>();
  for (const issue of error?.issues ?? []) {
    const path = issue.path.join('.');
    if (!problems.has(path)) problems.set(path, wordsOfIssue(issue, plan));
  }
  return problems;
}

/** The first problem of a field or of what lies in it; null: all is well. */
export function problemAt(problems: PlanProblems, field: string): string | null {
  for (const [path, words] of problems) if (path === field || path.startsWith(`${field}.`)) return words;
  return null;
}

/** Everything that is wrong in one line, with the section named. */
export function problemLines(problems: PlanProblems, plan: CompositionPlan): string[] {
  return [...problems].map(([path, words]) => {
    const index = /^sections\.(\d+)\./.exec(path)?.[1];
    if (index === undefined) return words;
    const name = plan.sections[Number(index)]?.name ?? '';
    return `Section ${Number(index) + 1}${name === '' ? '' : ` (${name.slice(0, 30)})`}: ${words}`;
  });
}

function wordsOfIssue(issue: z.core.$ZodIssue, plan: CompositionPlan): string {
  const [first, , third] = issue.path;
  const field = String(first === 'sections' && third !== undefined ? third : first);
  const name = NAMES[field] ?? field;
  const isEntry = typeof issue.path.at(-1) === 'number' && field !== 'sections';
  const what = isEntry ? `${name}: number ${Number(issue.path.at(-1)) + 1}` : name;
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return `${what} may have ${issue.maximum} characters at most.`;
    if (issue.origin === 'array') return `${what} may have ${issue.maximum} entries at most.`;
    return `${what} may be ${Number(issue.maximum) / 1000} s at most.`;
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return `${what} must not be empty.`;
    if (issue.origin === 'array') return `${what} needs at least one section.`;
    return `${what} must be ${Number(issue.minimum) / 1000} s at least.`;
  }
  if (field === 'sections') {
    const seconds = Math.round(plan.sections.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000);
    return `The sections together last ${seconds} s: ${issue.message}.`;
  }
  return `${what} ${issue.message}.`;
}
