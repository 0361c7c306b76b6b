import { type Clock, sleep } from '../../clock.js';
import type { SdapiOptions } from './options.js';
import type { ServerTraits } from './probe.js';
import type { ServerCalls } from './server-calls.js';
import { isBusy } from './watch.js';
import type { GlobalProgress } from './wire.js';

export interface IdleGateParts {
  calls: ServerCalls;
  traits: ServerTraits;
  options: SdapiOptions;
  clock: Clock;
}

/** What was found before a job is sent. */
export interface Way {
  /** The server was seen to do nothing. */
  idle: boolean;
  /** It did something before: work of others, or of ours from before a restart. */
  waited: boolean;
}

/** Waits before a job is sent until the server does nothing, so that what it does then is known to be ours. */
export interface IdleGate {
  /** Resolves when it is idle, or shows the same for `lostMs`: a state that is stuck. Rejects when the signal aborts. */
  wait(signal: AbortSignal, onWaiting: () => Promise<void>): Promise<Way>;
  /** One look; null: the server does not tell. */
  look(signal: AbortSignal): Promise<boolean | null>;
  /** Our own work failed and may have left its last state behind: it is no sign of work. */
  leftBehind(signal: AbortSignal): Promise<void>;
}

/** Two looks so far apart must both see nothing: between two parts of one job SD.Next says that it is idle. */
const LOOK_AGAIN_MS = 60;

export function createIdleGate({ calls, traits, options, clock }: IdleGateParts): IdleGate {
  let stale: string | null = null;
  const isWorking = (said: GlobalProgress) => isBusy(said) && sign(said) !== stale;

  return {
    async wait(signal, onWaiting) {
      if (traits.tells === 'nothing') return { idle: false, waited: false };
      let last = '';
      let changedMs = clock.monotonic();
      let waited = false;
      for (let calm = 0; ; ) {
        const said = await calls.progress(false, signal);
        calm = isWorking(said) ? 0 : calm + 1;
        if (calm >= (traits.countsParts ? 2 : 1)) return { idle: true, waited };
        if (calm === 0) {
          if (!waited) await onWaiting();
          waited = true;
          if (sign(said) !== last) changedMs = clock.monotonic();
          last = sign(said);
          if (clock.monotonic() - changedMs >= options.lostMs) return { idle: false, waited };
        }
        await sleep(clock, calm > 0 ? LOOK_AGAIN_MS : options.pollMs, signal);
      }
    },
    async look(signal) {
      return traits.tells === 'nothing' ? null : !isWorking(await calls.progress(false, signal));
    },
    async leftBehind(signal) {
      if (!traits.countsParts) return;
      const said = await calls.progress(false, signal).catch(() => null);
      stale = said !== null && isBusy(said) ? sign(said) : null;
    },
  };
}

/** The same as long as nothing moves. */
const sign = ({ id, state }: GlobalProgress): string =>
  JSON.stringify([id, state.job, state.job_timestamp, state.sampling_step, state.job_no]);
