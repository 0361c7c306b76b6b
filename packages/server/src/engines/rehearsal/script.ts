import type { MediaRequest } from '@rendercast/protocol';
import * as z from 'zod';
import { EngineError } from '../engine.js';

const waitMs = z.int().min(0).max(3_600_000);
const step = z.int().min(1).max(10_000);

/** One stage of the rehearsal and how many steps it takes. */
const stageSchema = z.strictObject({ name: z.string().min(1).max(64), steps: z.int().min(0).max(10_000) });

/**
 * What `request.extra.rehearsal` may hold: how the job goes. Every field is optional; an unknown one is refused,
 * so that a misspelt disaster does not pass for a good day.
 */
export const scriptSchema = z.strictObject({
  /** Time of one step, in milliseconds. */
  stepMs: waitMs.default(50),
  /** Steps in all when no stages are named. Absent: the request's `steps`, else 20. */
  steps: step.optional(),
  /** Stages in order. Absent: one per section of a plan, else `base_model` and, with `refinerSteps`, `refiner_model`. */
  stages: z.array(stageSchema).min(1).max(100).optional(),
  /** Wait before the first stage, in milliseconds, in which nothing is reported: a cold start. */
  startMs: waitMs.default(0),
  /** A preview at every so many steps; 0: none. They are drawn only where somebody watches. */
  previewEvery: z.int().min(0).max(10_000).default(1),
  /** Number of outputs. Absent: the request's `count`, else 1. */
  outputs: z.int().min(0).max(16).optional(),
  /** Fails every attempt before this step with this code. */
  fail: z
    .strictObject({
      atStep: step,
      code: z
        .enum(['out_of_memory', 'engine_failed', 'engine_unavailable', 'unsupported_request', 'outcome_unknown'])
        .default('out_of_memory'),
      retryable: z.boolean().default(false),
      retryAfterMs: waitMs.optional(),
    })
    .optional(),
  /** The first so many attempts fail before this step with a failure that is worth another try. */
  transient: z
    .strictObject({ attempts: z.int().min(1).max(100), atStep: step.default(1), retryAfterMs: waitMs.optional() })
    .optional(),
  /** From this step on nothing happens any more, until the job is aborted. */
  hangAtStep: step.optional(),
  /** Works on, but reports nothing: from this step on, for so many steps (absent: to the end). */
  silence: z.strictObject({ atStep: step, steps: step.optional() }).optional(),
  /** Keeps working (and reporting) for this long after an abort, in milliseconds. */
  deafMs: waitMs.default(0),
  /** The backend stays busy this long after the run has ended, in milliseconds. */
  busyMs: waitMs.default(0),
  /** Reports a lower percentage at every third step, as some backends do. */
  fallingPercent: z.boolean().default(false),
  /** Hands in its last output a second time and reports progress once more after the end. */
  finishTwice: z.boolean().default(false),
});

/** A script with its defaults filled in. */
export type Script = z.infer<typeof scriptSchema>;

/** Reads the script of a request; throws an `EngineError` that names the field when it cannot be followed. */
export function readScript(request: MediaRequest): Script {
  const parsed = scriptSchema.safeParse(request.extra?.['rehearsal'] ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = ['request.extra.rehearsal', ...(issue?.path ?? []).map(String)].join('.');
  throw new EngineError('invalid_field', `${path}: ${issue?.message ?? 'cannot be read'}`, { retryable: false });
}

/** One stage as it is played: its name and its steps. */
export interface PlannedStage {
  name: string;
  steps: number;
}

/** The stages of a request: the script's own, a plan's sections, or base and refiner. */
export function planStages(request: MediaRequest, script: Script): PlannedStage[] {
  if (script.stages !== undefined) return script.stages;
  const steps = script.steps ?? ('steps' in request ? request.steps : undefined) ?? 20;
  const sections = 'plan' in request ? (request.plan?.sections ?? []) : [];
  if (sections.length > 0) {
    const perSection = Math.max(1, Math.round(steps / sections.length));
    return sections.map((section) => ({ name: section.name, steps: perSection }));
  }
  const refinerSteps = ('refinerSteps' in request ? request.refinerSteps : undefined) ?? 0;
  const base = { name: 'base_model', steps };
  return refinerSteps === 0 ? [base] : [base, { name: 'refiner_model', steps: refinerSteps }];
}
