import { RendercastError } from '@rendercast/protocol';
import { EngineError } from '../engines/engine.js';
import type { Slot } from '../engines/registry.js';
import type { Logger } from '../logger.js';
import { type Failure, type HandBackReason, OUTCOME_UNKNOWN } from './claimant.js';
import type { AbortReason } from './run-parts.js';

/** How an attempt ends. */
export type Ending =
  | { end: 'succeed' }
  | { end: 'handBack'; reason: HandBackReason }
  | { end: 'fail'; failure: Failure };

export interface Finish {
  /** The engine resolved and everything it handed in was taken. */
  ok: boolean;
  thrown: unknown;
  /** Why it was asked to stop, if it was. */
  why: AbortReason | null;
  slot: Slot;
  logger: Logger;
}

/**
 * Judges how an attempt ends. An abort comes before what the engine says afterwards: it may answer an abort with any
 * error, or quietly with half of its work.
 */
export function endingOf(finish: Finish): Ending {
  const { why } = finish;
  if (why === null) return finish.ok ? { end: 'succeed' } : fail(careful(finish, failureOf(finish)));
  switch (why) {
    case 'shutting_down':
    case 'engine_unavailable':
      return mayRunAgain(finish) ? { end: 'handBack', reason: why } : fail(OUTCOME_UNKNOWN);
    case 'run_timeout':
      return fail({ code: why, message: 'The job ran longer than it may.', retryable: false });
    case 'silent_timeout':
      return fail(
        careful(finish, { code: why, message: 'The engine reported nothing for too long.', retryable: true }),
      );
    default:
      return fail({ code: 'canceled', message: 'The job was canceled.', retryable: false });
  }
}

const fail = (failure: Failure): Ending => ({ end: 'fail', failure });

/**
 * Whether contact with the backend held. A backend that says when to come back has answered; what the house broke off, or
 * nobody can explain, tells nothing: null.
 */
export function contactOf({ ok, thrown, why }: Pick<Finish, 'ok' | 'thrown' | 'why'>): 'held' | 'lost' | null {
  if (why !== null) return why === 'silent_timeout' ? 'lost' : null;
  if (ok) return 'held';
  if (!(thrown instanceof EngineError)) return null;
  return thrown.code === 'engine_unavailable' && thrown.retryAfterMs === undefined ? 'lost' : 'held';
}

/** An engine's own verdict stands; everything else counts as `engine_failed`, its text goes to the log only. */
function failureOf({ thrown, logger }: Finish): Failure {
  if (thrown instanceof EngineError || (thrown instanceof RendercastError && thrown.code !== 'internal')) {
    const { code, message, retryable, retryAfterMs } = thrown;
    if (code === 'outcome_unknown') return OUTCOME_UNKNOWN;
    const counted = !(thrown instanceof EngineError) || thrown.counted;
    return { code, message, retryable, retryAfterMs, counted };
  }
  logger.error({ err: thrown }, 'an engine failed in a way it does not explain');
  return { code: 'engine_failed', message: 'The engine failed; the log has the details.', retryable: true };
}

/** What must not be repeated is not tried again on a failure that the engine did not judge itself. */
function careful(finish: Finish, failure: Failure): Failure {
  const judged = finish.thrown instanceof EngineError && finish.why === null;
  return judged || !failure.retryable || mayRunAgain(finish) ? failure : OUTCOME_UNKNOWN;
}

/** Harmless to repeat; or the next attempt adopts what is under way, or nothing had left the house. */
function mayRunAgain({ slot: { traits } }: Finish): boolean {
  return traits.repeatable || traits.adopts === true;
}
