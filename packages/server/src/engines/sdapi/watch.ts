import { type Clock, sleep } from '../../clock.js';
import type { EngineContext } from '../engine.js';
import type { Generation } from './generation.js';
import type { SdapiOptions } from './options.js';
import { createPartAccount } from './part-account.js';
import { type Pass, type Reach, reachOfShare, stepsOf } from './passes.js';
import { fromBase64, readPreview } from './pictures.js';
import type { ServerTraits } from './probe.js';
import type { ServerCalls } from './server-calls.js';
import type { GlobalProgress } from './wire.js';

export interface WatchParts {
  calls: ServerCalls;
  traits: ServerTraits;
  options: SdapiOptions;
  clock: Clock;
  context: EngineContext;
  passes: readonly Pass[];
}

/** What one look at the server gave. */
interface Look {
  reach: Reach;
  /** Base64; null: none, or none that is known to be of this job. */
  picture: string | null;
  /** Whether the server shows a trace of this job; null: it cannot tell. */
  trace: boolean | null;
}

const NOTHING: Look = { reach: { fraction: null, stage: null, pass: null }, picture: null, trace: null };

/**
 * Follows a generation until it settles, and tells how far it is as far as the server says so of this very job. Gives it up
 * when the server does not answer any more, or shows no trace of the job, for `lostMs`.
 */
export async function watch(parts: WatchParts, generation: Generation, signal: AbortSignal): Promise<void> {
  const { options, clock, context, passes } = parts;
  const look = createLook(parts, generation);
  const steps = stepsOf(passes);
  const done = new AbortController();
  void generation.settled.then(() => done.abort());
  const stop = AbortSignal.any([signal, done.signal]);
  let goodMs = clock.monotonic();
  let stage = '';
  let highest = 0;
  const tell = async ({ reach, picture }: Look) => {
    const { fraction, step } = reach;
    if (reach.stage !== null && reach.stage !== stage) {
      stage = reach.stage;
      await context.stage({ stage, steps, ...numberOf(passes, reach) });
    }
    if (fraction === null) context.progress({ fraction: null });
    else {
      highest = Math.max(highest, Math.min(fraction, 1));
      context.progress({ fraction: highest, steps, ...(step === undefined ? {} : { step }) });
    }
    const preview = picture === null ? null : await readPreview(fromBase64(picture));
    if (preview !== null) context.preview(preview);
  };
  while (!stop.aborted) {
    await sleep(clock, options.pollMs, stop).catch(() => undefined);
    if (stop.aborted) return;
    const seen = await look(stop).catch(() => null);
    if (stop.aborted) return;
    if (seen !== null) {
      if (seen.trace !== false) goodMs = clock.monotonic();
      await tell(seen);
    }
    if (clock.monotonic() - goodMs >= options.lostMs) return generation.cut();
  }
}

/** Number of a stage among the passes, where it is one. */
function numberOf(passes: readonly Pass[], { pass }: Reach): { index?: number; count?: number } {
  return pass === null ? {} : { index: pass + 1, count: passes.length };
}

function createLook(parts: WatchParts, generation: Generation): (signal: AbortSignal) => Promise<Look> {
  if (parts.traits.tells === 'task') return taskLook(parts, generation);
  if (parts.traits.tells === 'all') return globalLook(parts, generation);
  // Nothing but that it is there: any answer at all says so.
  return async (signal) => {
    await parts.calls.look('/sdapi/v1/samplers', signal);
    return NOTHING;
  };
}

function taskLook({ calls, clock, context, passes }: WatchParts, generation: Generation) {
  let pictureNo = -1;
  return async (signal: AbortSignal): Promise<Look> => {
    const wants = context.wantsPreview();
    const said = await calls.task(generation.taskId, wants ? pictureNo : null, signal);
    if (!said.active) {
      return { ...NOTHING, reach: { ...NOTHING.reach, stage: said.queued ? 'waiting' : null }, trace: said.queued };
    }
    const share = said.progress ?? 0;
    generation.pace.hear(share, clock.monotonic());
    pictureNo = said.id_live_preview ?? pictureNo;
    // Before the first step there is nothing to say; some servers say 0 then, others a little more.
    const reach = share > 0 ? reachOfShare(passes, share) : { ...NOTHING.reach, stage: 'loading' };
    return { reach, picture: wants ? said.live_preview : null, trace: true };
  };
}

/** The figure is of everything that the server does: it is told only where that can be nothing but this job. */
function globalLook({ calls, context, passes, traits }: WatchParts, generation: Generation) {
  const account = createPartAccount(passes);
  return async (signal: AbortSignal): Promise<Look> => {
    const wants = context.wantsPreview() && generation.alone;
    const said = await calls.progress(wants, signal);
    if (!generation.alone) return NOTHING;
    const reach = traits.countsParts ? account.hear(said) : shareReach(passes, said);
    return { reach, picture: wants ? said.current_image : null, trace: isBusy(said) };
  };
}

/** A1111 without its web page: counts over the whole request, minus one before it knows. */
function shareReach(passes: readonly Pass[], { state }: GlobalProgress): Reach {
  const { job_count: count, job_no: no, sampling_step: step, sampling_steps: steps } = state;
  if (count <= 0) return NOTHING.reach;
  return reachOfShare(passes, no / count + (steps > 0 ? step / steps / count : 0));
}

/** Whether a server says that it works. What is left over from a run that ended does not count. */
export function isBusy({ state }: GlobalProgress): boolean {
  return state.job !== '' || state.job_count !== 0;
}
