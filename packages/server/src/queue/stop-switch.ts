import { RendercastError } from '@rendercast/protocol';
import type { AbortReason } from './run-parts.js';

/** What stops an attempt, and why. */
export interface StopSwitch {
  /** Aborts when the engine has to stop, for whatever reason. */
  readonly signal: AbortSignal;
  /** Aborts when the lease is lost: nothing more may be written. */
  readonly lost: AbortSignal;
  why(): AbortReason | null;
  /** The first reason counts; only the loss of the lease overrides it. */
  stop(reason: AbortReason): void;
}

export function createStopSwitch(): StopSwitch {
  const stopping = new AbortController();
  const losing = new AbortController();
  let why: AbortReason | null = null;
  return {
    signal: stopping.signal,
    lost: losing.signal,
    why: () => why,
    stop(reason) {
      why = reason === 'superseded' ? reason : (why ?? reason);
      if (reason === 'superseded') losing.abort(new RendercastError(reason));
      if (!stopping.signal.aborted) stopping.abort(new RendercastError(reason));
    },
  };
}
