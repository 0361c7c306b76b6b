import { isTerminal, type Job, type LoggedFact, RendercastError } from '@rendercast/protocol';
import { sleep } from '../clock.js';
import type { Slot } from '../engines/registry.js';
import type { Claim, LeaseRef } from '../stores/store.js';
import { type OpenContext, openContext, type SavedHandle } from './engine-context.js';
import { hold } from './hold.js';
import { ABORT_GRACE_MS, type AbortReason, type RunParts } from './run-parts.js';
import { createTracker } from './tracker.js';
import { type Ending, endingOf } from './verdict.js';

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
  /** Enforces deadlines and the lease's own. */
  check(): void;
}

export interface AttemptOptions {
  claim: Claim;
  slot: Slot;
  /** Until when the lease holds, by the monotonic clock. */
  leaseUntilMs: number;
  /** Aborts when the runner goes away for good: what could not be stored by then is left to the next start. */
  closing: AbortSignal;
}

/** Starts an attempt: from here on it takes care of itself. */
export function startAttempt(parts: RunParts, { claim, slot, leaseUntilMs, closing }: AttemptOptions): Attempt {
  const { clock, limits, queue, logger } = parts;
  const lease: LeaseRef = { jobId: claim.job.id, attempt: claim.job.attempt };
  const stop = new AbortController();
  const lost = new AbortController();
  const tracker = createTracker(parts, claim);
  let leaseEndsMs = leaseUntilMs;
  let seen = claim.logged.at(-1)?.fact.seq ?? claim.job.seq;
  let why: AbortReason | null = null;

  const opened = openContext(parts, {
    claim,
    tracker,
    signal: stop.signal,
    holds: () => why !== 'superseded' && clock.monotonic() < leaseEndsMs,
    lost: () => abort('superseded'),
  });

  function abort(reason: AbortReason): void {
    if (reason === 'superseded') {
      why = reason;
      lost.abort(new RendercastError(reason));
    }
    why ??= reason;
    if (!stop.signal.aborted) stop.abort(new RendercastError(reason));
  }

  function look(job: Job): void {
    seen = Math.max(seen, job.seq);
    if (job.attempt < lease.attempt) return; // an old hint
    if (job.attempt > lease.attempt || job.state !== 'running') abort('superseded');
    else if (job.canceling) abort('canceled');
  }

  async function settle(ending: Ending): Promise<void> {
    if (why === 'superseded') return;
    const until = AbortSignal.any([lost.signal, closing]);
    await hold(parts, until, async () => {
      if (ending.end === 'succeed') await queue.succeed(lease, tracker.reached());
      else if (ending.end === 'handBack') await queue.handBack(lease, tracker.reached());
      else await queue.fail(lease, ending.failure, tracker.reached());
    });
  }

  async function live(): Promise<void> {
    const stopWatching = watchCancel(parts, lease.jobId, look);
    const engineRun = runEngine(parts, claim, slot, opened);
    void engineRun.finally(() => opened.free().finally(() => slot.release()));
    try {
      const outcome = await Promise.race([engineRun, graceAfter(parts, stop.signal)]);
      opened.close();
      await settle(endingOf({ ...outcome, why, slot, logger }));
    } catch (thrown) {
      if (why === 'superseded' || (thrown instanceof RendercastError && thrown.code === 'superseded')) return;
      logger.error(
        { err: thrown, jobId: lease.jobId },
        'the end of an attempt could not be stored; its lease will run out',
      );
    } finally {
      opened.close();
      if (!stop.signal.aborted) stop.abort(new RendercastError('superseded')); // frees whoever still waits on it
      stopWatching();
    }
  }

  return {
    lease,
    ended: live(),
    abort,
    renewed(untilMs) {
      leaseEndsMs = Math.max(leaseEndsMs, untilMs);
    },
    seen: () => seen,
    look,
    check() {
      if (clock.monotonic() >= leaseEndsMs) abort('superseded');
      else if (isOver(tracker.elapsedMs(), limits.runTimeoutMs)) abort('run_timeout');
      else if (isOver(tracker.silentMs(), limits.silentTimeoutMs)) abort('silent_timeout');
    },
  };
}

const isOver = (ms: number, boundMs: number) => boundMs > 0 && ms >= boundMs;

interface Outcome {
  ok: boolean;
  thrown: unknown;
}

/** Runs the engine and waits for what it handed in; never rejects. Work that was refused is no success. */
async function runEngine(parts: RunParts, claim: Claim, slot: Slot, opened: OpenContext): Promise<Outcome> {
  try {
    const handle = await adopt(parts, claim, opened);
    await slot.engine.run({ job: claim.job, attempt: claim.job.attempt, handle }, opened.context);
    const refused = await opened.handedIn();
    return { ok: refused === undefined, thrown: refused };
  } catch (thrown) {
    return { ok: false, thrown };
  }
}

/**
 * What an earlier attempt saved, if it was made by this backend; kept for this attempt too, should it be lost as well.
 * Work that lies at another backend and must not be done twice ends the job instead.
 */
async function adopt(parts: RunParts, claim: Claim, opened: OpenContext): Promise<SavedHandle['value']> {
  const handle = claim.handle?.value as SavedHandle | undefined; // the house itself wrote it
  if (handle === undefined || handle.value === null) return null;
  if (handle.engine === claim.offer.engine && handle.backend === claim.offer.backend) {
    await opened.context.saveHandle(handle.value);
    return handle.value;
  }
  if (parts.registry.traits(handle.engine)?.repeatable === false) throw new RendercastError('outcome_unknown');
  return null;
}

/** Once it is asked to stop, an engine has so long before the job ends without it. */
async function graceAfter({ clock }: RunParts, signal: AbortSignal): Promise<Outcome> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  const superseded = signal.reason instanceof RendercastError && signal.reason.code === 'superseded';
  if (!superseded) await sleep(clock, ABORT_GRACE_MS, new AbortController().signal);
  return { ok: false, thrown: signal.reason };
}

/** Listens for facts of the job, then looks once at what may have been missed before; returns how to stop. */
function watchCancel({ bus, store, logger }: RunParts, jobId: string, look: (job: Job) => void): () => void {
  let stopped = false;
  let stop = (): void => undefined;
  const facts = (logged: readonly LoggedFact[]) => {
    for (const { fact, job } of logged) if (fact.type === 'canceling' || isTerminal(fact)) look(job);
  };
  const listen = async () => {
    const listening = await bus.listen({ job: jobId }, { facts, level: () => undefined });
    stop = () => listening.stop();
    if (stopped) return stop();
    const stored = await store.find(jobId, null);
    if (stored !== null && !stopped) look(stored.job);
  };
  listen().catch((thrown: unknown) => logger.warn({ err: thrown, jobId }, 'a cancel will be seen late: no hints'));
  return () => {
    stopped = true;
    stop();
  };
}
