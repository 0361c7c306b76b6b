import { RendercastError } from '@rendercast/protocol';
import { systemClock } from '../clock.js';
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
    return judged(await probe.ask());
  } catch {
    return { ok: false, message: `it does not answer within ${answerMs / 1_000} s`, advice: RECHECK };
  } finally {
    await engine.close();
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
