import { type Job, type Progress, RendercastError } from '@rendercast/protocol';
import type { EngineTraits, Slot } from '../engines/registry.js';
import type { Claim, LeaseRef } from '../stores/store.js';
import type { BusySlots } from './busy-slots.js';
import { openContext } from './engine-context.js';
import { graceAfter, runEngine } from './engine-run.js';
import { hold } from './hold.js';
import type { AbortReason, RunParts } from './run-parts.js';
import { createStopSwitch } from './stop-switch.js';
import { createTracker } from './tracker.js';
import { contactOf, type Ending, endingOf } from './verdict.js';
import { watchCancel } from './watch-cancel.js';

/**
 * One claimed attempt on its way through an engine.
 *
 *   running ──engine resolves or throws──────────▶ settling ──fact stored──▶ ended
 *      └────abort──▶ stopping ──≤ 2 s or engine stops──▶ settling
 *
 * Aborts: cancel seen, run or silence deadline, shutdown; or the lease is lost, then nothing more is written. The slot
 * is given back when the engine has really stopped and says that its backend is free, which may be after the end.
 */
export interface Attempt {
  readonly lease: LeaseRef;
  /** Resolves once its end is stored or nothing is left to be written. */
  readonly ended: Promise<void>;
  /** Asks it to stop. The first reason counts, only the loss of the lease overrides it. */
  abort(why: AbortReason): void;
  /** The lease was extended and holds until then, by the monotonic clock. */
  renewed(untilMs: number): void;
  /** Number of the newest fact of the job that this attempt has heard of. */
  seen(): number;
  /** The job as it stands, from wherever: a cancel or a loss shows in it. */
  look(job: Job): void;
  readonly claim: Claim;
  readonly traits: EngineTraits;
  /** How long the engine has reported nothing, in milliseconds. */
  silentMs(): number;
  /** Enforces deadlines and the lease's own. */
  check(): void;
}

export interface AttemptOptions {
  claim: Claim;
  slot: Slot;
  /** Until when the lease holds, by the monotonic clock. */
  leaseUntilMs: number;
  /** Where slots are kept that stay taken after the end. */
  busy: BusySlots;
  /** Aborts when the runner goes away for good: what could not be stored by then is left to the next start. */
  closing: AbortSignal;
}

/** Starts an attempt: from here on it takes care of itself. */
export function startAttempt(parts: RunParts, { claim, slot, leaseUntilMs, busy, closing }: AttemptOptions): Attempt {
  const { clock, limits, logger } = parts;
  const lease: LeaseRef = { jobId: claim.job.id, attempt: claim.job.attempt };
  const stop = createStopSwitch();
  const tracker = createTracker(parts, claim);
  let leaseEndsMs = leaseUntilMs;
  let seen = claim.logged.at(-1)?.fact.seq ?? claim.job.seq;

  const opened = openContext(parts, {
    claim,
    tracker,
    signal: stop.signal,
    holds: () => !stop.lost.aborted && clock.monotonic() < leaseEndsMs,
    lost: () => stop.stop('superseded'),
  });

  function look(job: Job): void {
    seen = Math.max(seen, job.seq);
    if (job.attempt < lease.attempt) return; // an old hint
    if (job.attempt > lease.attempt || job.state !== 'running') stop.stop('superseded');
    else if (job.canceling) stop.stop('canceled');
  }

  async function live(): Promise<void> {
    const stopWatching = watchCancel(parts, lease.jobId, look);
    const engineRun = runEngine(parts, claim, slot, opened);
    const freed = engineRun.then(() => opened.free());
    void freed.then(() => busy.free(lease)).then(() => slot.release());
    try {
      const outcome = await Promise.race([engineRun, graceAfter(parts, stop.signal)]);
      opened.close();
      // Before the end is stored, so that no other process takes the slot in between.
      await keepTaken(parts, { claim, busy, closing }, freed);
      if (stop.lost.aborted) return;
      const contact = contactOf({ ...outcome, why: stop.why() });
      if (contact !== null) slot.judge(contact);
      const ending = endingOf({ ...outcome, why: stop.why(), slot, logger });
      await hold(parts, AbortSignal.any([stop.lost, closing]), () => writeEnd(parts, lease, ending, tracker.reached()));
    } catch (thrown) {
      if (stop.lost.aborted || (thrown instanceof RendercastError && thrown.code === 'superseded')) return;
      logger.error({ err: thrown, ...lease }, 'the end of an attempt could not be stored; its lease will run out');
    } finally {
      opened.close();
      stop.stop('superseded'); // frees whoever still waits on it
      stopWatching();
      await opened.cleared();
    }
  }

  return {
    lease,
    ended: live(),
    abort: (why) => stop.stop(why),
    renewed(untilMs) {
      leaseEndsMs = Math.max(leaseEndsMs, untilMs);
    },
    seen: () => seen,
    look,
    claim,
    traits: slot.traits,
    silentMs: tracker.silentMs,
    check() {
      if (clock.monotonic() >= leaseEndsMs) stop.stop('superseded');
      else if (isOver(tracker.elapsedMs(), limits.runTimeoutMs)) stop.stop('run_timeout');
      else if (isOver(tracker.silentMs(), limits.silentTimeoutMs)) stop.stop('silent_timeout');
    },
  };
}

async function writeEnd({ queue }: RunParts, lease: LeaseRef, ending: Ending, reached: Progress): Promise<void> {
  if (ending.end === 'succeed') await queue.succeed(lease, reached);
  else if (ending.end === 'handBack') await queue.handBack(lease, reached, ending.reason);
  else await queue.fail(lease, ending.failure, reached);
}

/** A backend that all processes share is taken until it is free, whatever has become of the job. */
async function keepTaken(
  parts: RunParts,
  { claim, busy, closing }: Pick<AttemptOptions, 'claim' | 'busy' | 'closing'>,
  freed: Promise<unknown>,
): Promise<void> {
  if (claim.offer.slots === undefined || (await isSettled(freed))) return;
  const { job, offer } = claim;
  const lease: LeaseRef = { jobId: job.id, attempt: job.attempt };
  try {
    await hold(parts, closing, () => busy.hold({ ...lease, engine: offer.engine, backend: offer.backend }));
  } catch (thrown) {
    parts.logger.warn({ err: thrown, ...lease }, 'other processes cannot be told that a backend is still busy');
  }
  void freed.then(() => busy.free(lease));
}

/** Whether it is settled by the next turn of the loop. */
function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([promise.then(() => true), turn]);
}

const isOver = (ms: number, boundMs: number) => boundMs > 0 && ms >= boundMs;
