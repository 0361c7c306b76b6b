import { RendercastError } from '@rendercast/protocol';
import { sleep, systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { createSilentLogger } from '../logger.js';
import { makeBackend } from './configured.js';
import type { Capabilities, Engine } from './engine.js';
import { createProbe } from './probe.js';

/** What was found out about one configured backend. */
export interface BackendFinding {
  backend: string;
  engine: string;
  ok: boolean;
  /** In plain words. */
  message: string;
  /** What to do about it; null when there is nothing to do. */
  advice: string | null;
}

const RECHECK_KEY = 'Correct its entry in the list of backends: its address, or its key.';
/** A plan may take so many times as long as an answer. */
const PLAN_ANSWERS = 3;
const SUPPLY = 'Give the server what it lacks, or take it out of its entry in the list of backends.';
const RECHECK =
  'Start that server, or correct its entry in the list of backends: its address, or its user and password.';

/**
 * Asks every configured backend once how it is and what it can do, as a server with this configuration would; nothing is
 * made. In the order of the configuration, each within `answerMs` (in milliseconds; default 10,000).
 */
export async function* examineBackends(
  { backends }: Pick<Config, 'backends'>,
  answerMs = 10_000,
): AsyncGenerator<BackendFinding> {
  const house = { clock: systemClock, logger: createSilentLogger() };
  const examined = backends.map(async (entry): Promise<BackendFinding> => {
    const about = { backend: entry.name, engine: entry.engine };
    try {
      const { engine } = makeBackend(entry, house, new Set());
      return { ...about, ...(await examine(engine, answerMs)) };
    } catch (thrown) {
      if (!(thrown instanceof RendercastError)) throw thrown;
      const advice = 'Correct its entry in the list of backends; docs/engines says what each engine reads.';
      return { ...about, ok: false, message: thrown.message, advice };
    }
  });
  for (const found of examined) found.catch(() => undefined); // each is waited for in its turn
  for (const found of examined) yield await found;
}

async function examine(engine: Engine, answerMs: number): Promise<Pick<BackendFinding, 'ok' | 'message' | 'advice'>> {
  try {
    const probe = createProbe({ engine, clock: systemClock, answerMs, everyMs: answerMs });
    const capabilities = await probe.ask();
    if (capabilities.health !== 'unknown' || engine.plan === undefined) return judged(capabilities);
    return await judgedByPlan(capabilities, engine.plan.bind(engine), answerMs * PLAN_ANSWERS);
  } catch {
    return { ok: false, message: `it does not answer within ${answerMs / 1_000} s`, advice: RECHECK };
  } finally {
    await engine.close();
  }
}

/**
 * How a service is that tells nothing of itself: by asking it for a plan, which it makes for nothing. A key that is not taken and an
 * address that leads nowhere show themselves so.
 */
async function judgedByPlan(
  capabilities: Capabilities,
  plan: NonNullable<Engine['plan']>,
  withinMs: number,
): Promise<ReturnType<typeof found>> {
  const answered = new AbortController();
  const late = sleep(systemClock, withinMs, answered.signal).then(() => null);
  late.catch(() => undefined); // nobody waits for it once there is an answer
  try {
    const made = await Promise.race([plan({ prompt: 'A quiet piano.', lengthMs: 10_000, seed: 1 }), late]);
    if (made === null) return found(false, `it makes no plan within ${withinMs / 1_000} s`, RECHECK);
    return judged({ ...capabilities, health: 'up', message: null });
  } catch (thrown) {
    return found(false, thrown instanceof Error ? thrown.message : 'it makes no plan', RECHECK_KEY);
  } finally {
    answered.abort();
  }
}

function judged({ health, message, kinds, models, slots, lacks }: Capabilities): ReturnType<typeof found> {
  if (health === 'down') return found(false, message ?? 'it is down', RECHECK);
  if (lacks !== undefined) return found(false, lacks, SUPPLY);
  if (kinds.length === 0) return found(false, 'it has nothing to make media with', 'Give it a model or a workflow.');
  const choice =
    models.length === 1 ? 'one model' : models.length === 0 ? 'no models to choose from' : `${models.length} models`;
  const state = health === 'up' ? 'it answers' : 'its configuration can be read';
  const words = message === null ? '' : ` (${message})`;
  return found(true, `${state}: makes ${kinds.join(' and ')}, ${choice}, ${slots} at once${words}`, null);
}

const found = (ok: boolean, message: string, advice: string | null) => ({ ok, message, advice });
