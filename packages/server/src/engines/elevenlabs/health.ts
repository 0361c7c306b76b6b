import type { Clock } from '../../clock.js';
import type { Capabilities } from '../engine.js';

/**
 * How the service is, learnt from the calls that are made: the API has no route that is free and would tell whether songs
 * can be had.
 */
export interface Health {
  /** A call was answered with what it asked for. */
  well(): void;
  /** No call can succeed now, for a reason that is not the job's. */
  ailing(why: string): void;
  now(): Pick<Capabilities, 'health' | 'message'>;
  /** How long no call is to be made, in milliseconds; 0: it may be. */
  restMs(): number;
}

/** After this time a call is let through again to see, in milliseconds. */
const REST_MS = 60_000;

export function createHealth(clock: Clock): Health {
  let last: { well: boolean; why: string | null; untilMs: number } | null = null;
  return {
    well() {
      last = { well: true, why: null, untilMs: Number.POSITIVE_INFINITY };
    },
    ailing(why) {
      last = { well: false, why, untilMs: clock.monotonic() + REST_MS };
    },
    now() {
      if (last === null) return { health: 'unknown', message: 'Not asked for anything yet.' };
      if (last.well) return { health: 'up', message: null };
      if (clock.monotonic() < last.untilMs) return { health: 'down', message: last.why };
      return { health: 'unknown', message: last.why };
    },
    restMs: () => (last === null || last.well ? 0 : Math.max(0, last.untilMs - clock.monotonic())),
  };
}
