import { type CompositionPlan, planSchema, RendercastError } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import { BrokenCall, readText } from './api-call.js';
import { checkTotal } from './plan-fault.js';
import { fromPlanV1 } from './plan-v1.js';
import { fromPlanV2 } from './plan-v2.js';
import type { Service } from './service.js';

const PLAN_MS = 120_000;
const MAX_PLAN_BYTES = 4 * 1024 * 1024;

/** A plan costs nothing, so it may be asked for as often as one likes. */
export async function askForPlan(
  service: Service,
  { prompt, lengthMs }: { prompt: string; lengthMs: number | null },
  signal: AbortSignal,
): Promise<CompositionPlan> {
  try {
    if (lengthMs !== null) checkTotal('lengthMs', lengthMs);
    const body = {
      prompt,
      ...(lengthMs === null ? {} : { music_length_ms: lengthMs }),
      model_id: service.options.model,
    };
    const answer = await service.call('/v1/music/plan', body, signal, PLAN_MS);
    if (answer.status < 200 || answer.status > 299) throw (await service.refused(answer)).error;
    const plan = readPlan(await readText(answer.body, MAX_PLAN_BYTES));
    service.health.well();
    return plan;
  } catch (thrown) {
    if (thrown instanceof EngineError) {
      const { code, message, retryAfterMs } = thrown;
      const shown = code === 'outcome_unknown' ? 'engine_failed' : code;
      throw new RendercastError(shown, message, retryAfterMs === undefined ? {} : { retryAfterMs });
    }
    if (thrown instanceof BrokenCall)
      throw new RendercastError('engine_unavailable', `No plan came: ${thrown.message}.`, { cause: thrown });
    throw thrown;
  }
}

function readPlan(text: string): CompositionPlan {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null;
  }
  const plan = planSchema.safeParse(fromPlanV2(parsed) ?? fromPlanV1(parsed)).data;
  if (plan === undefined)
    throw new EngineError('engine_failed', 'The service answered with something that is no plan.', {
      retryable: false,
    });
  return plan;
}
