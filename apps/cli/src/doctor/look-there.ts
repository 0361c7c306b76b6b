import type { EngineInfo } from '@rendercast/client';
import { EXIT, exitCodeOfError } from '../exit-codes.js';
import { START_ADVICE } from '../failure.js';
import { printable } from '../terminal/printable.js';
import type { Finding } from './finding.js';

/** How long to wait for the server's first word, in milliseconds. */
const PATIENCE_MS = 5_000;

/** What answers at an address. */
export type Presence = { is: 'rendercast'; version: string } | { is: 'other' } | { is: 'nothing' };

/** Looks who answers at the server's address. */
export async function whoAnswers(url: URL, signal: AbortSignal): Promise<Presence> {
  let response: Response;
  try {
    response = await fetch(new URL('health', url), {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
  } catch {
    signal.throwIfAborted();
    return { is: 'nothing' };
  }
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('version' in body) || !('status' in body)) return { is: 'other' };
  return { is: 'rendercast', version: String(body.version) };
}

/** Whether a server can be reached. */
export function checkServer(url: URL, presence: Presence): Finding {
  const name = 'server';
  switch (presence.is) {
    case 'rendercast':
      return {
        name,
        ok: true,
        message: `Rendercast ${printable(presence.version)} answers at ${url.href}`,
        advice: null,
        exitCode: EXIT.ok,
      };
    case 'other':
      return {
        name,
        ok: false,
        message: `something answers at ${url.href}, but it is not Rendercast`,
        advice: 'Check --url or RENDERCAST_URL.',
        exitCode: EXIT.unreachable,
      };
    case 'nothing':
      return {
        name,
        ok: false,
        message: `nothing answers at ${url.href}`,
        advice: START_ADVICE,
        exitCode: EXIT.unreachable,
      };
  }
}

/** Whether the key is good, by the code of the answer to a harmless question; null: it was answered. */
export function checkKey(errorCode: string | null, hasKey: boolean): Finding {
  const name = 'key';
  if (errorCode === null) {
    const message = hasKey ? 'the key is good' : 'none is needed from here';
    return { name, ok: true, message, advice: null, exitCode: EXIT.ok };
  }
  const refused = errorCode === 'unauthorized' || errorCode === 'forbidden';
  const message = !refused
    ? `the server answered: ${errorCode}`
    : hasKey
      ? 'the server does not know this key'
      : 'the server wants a key';
  const advice = refused
    ? 'Give one with --api-key or RENDERCAST_API_KEY; the operator has it from RENDERCAST_API_KEYS.'
    : null;
  return { name, ok: false, message, advice, exitCode: exitCodeOfError(errorCode) };
}

/** How each engine is. */
export function checkEngine({ name, backend, health, intake, message, kinds }: EngineInfo): Finding {
  const called = backend === name ? name : `${name} (${backend})`;
  const words = message === null || message === '' ? '' : `: ${printable(message)}`;
  return {
    name: 'engine',
    ok: health !== 'down',
    message: `${printable(called)} is ${health}, makes ${kinds.join(' and ')}${words}`,
    advice: adviceFor(health, intake, backend),
    exitCode: health === 'down' ? EXIT.failed : EXIT.ok,
  };
}

/** Servers of an older version say nothing of orders. */
function adviceFor(
  health: EngineInfo['health'],
  intake: EngineInfo['intake'] | undefined,
  backend: string,
): string | null {
  if (health === 'down') return 'Start that backend, or take it out of the server’s configuration.';
  if (intake === undefined || intake === 'open') return null;
  return `It takes no jobs until an operator says: rendercast engines --resume ${printable(backend)}`;
}
