import { isTerminal, type Job, type LoggedFact, RendercastError } from '@rendercast/protocol';
import type { Standing, WorkReport } from '@rendercast/protocol/worker/messages';
import { sleep } from '../../clock.js';
import type { Listening } from '../../events/bus/bus.js';
import type { LeaseRef, Stored } from '../../stores/store.js';
import { type Failure, OUTCOME_UNKNOWN } from '../claimant.js';
import { hold } from '../hold.js';
import { ABORT_GRACE_MS } from '../run-parts.js';
import { createTracker, type Tracker } from '../tracker.js';
import type { RemoteParts } from './remote-parts.js';

/**
 * An attempt that a remote worker holds, as this process follows it. All that counts is in the store; this is what is
 * needed to tell levels in order and to answer a worker at once. Any node can open it at any time, and again.
 *
 *   held ──cancel is heard──▶ canceling ──≤ 2 s, or the worker's own word──▶ superseded
 *     └────ended, lost, taken over────────────────────────────────────────▶ superseded
 */
export interface HeldWork {
  readonly lease: LeaseRef;
  readonly job: Job;
  readonly tracker: Tracker;
  /** Aborts when the attempt is over: nothing more may be written. */
  readonly over: AbortSignal;
  standing(): Standing;
  /** The worker has said something: renews the lease if it is time. Throws `superseded`. */
  touch(): Promise<void>;
  /** Enters a stage that it is not in yet. */
  stage(stage: NonNullable<WorkReport['stage']>): Promise<void>;
  /** Resolves as soon as it stands otherwise than this; rejects when the signal aborts. */
  changed(from: Standing, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Renewed after this part of the lease's time. */
const RENEW_AFTER = 1 / 3;

/** Opens an attempt that runs. `claimedMs`: when it was leased, by the monotonic clock; null: not known here. */
export async function openHeldWork(
  parts: RemoteParts,
  { job, progress }: Pick<Stored, 'job' | 'progress'>,
  claimedMs: number | null,
  closed: () => void,
): Promise<HeldWork> {
  const { bus, clock, limits, logger, queue } = parts;
  const lease: LeaseRef = { jobId: job.id, attempt: job.attempt };
  const ending = new AbortController();
  const stopping = new AbortController();
  const sinceStartMs = job.startedAt === null ? 0 : Math.max(0, clock.now() - Date.parse(job.startedAt));
  const tracker = createTracker(parts, { job, logged: [] }, { elapsedMs: sinceStartMs, progress });
  let renewedMs = claimedMs ?? Number.NEGATIVE_INFINITY;
  let lastStage = JSON.stringify([job.stage, job.stageIndex, job.stageCount, job.steps]);
  let listening: Listening | null = null;
  let forget = (): void => undefined;

  function close(): void {
    if (ending.signal.aborted) return;
    ending.abort(new RendercastError('superseded'));
    stopping.abort();
    listening?.stop();
    forget();
    closed();
  }

  function look(now: Job): void {
    if (now.attempt < lease.attempt) return; // an old hint
    if (now.attempt > lease.attempt || now.state !== 'running') return close();
    if (!now.canceling || stopping.signal.aborted) return;
    stopping.abort();
    void endCanceled();
  }

  /** Whoever cancelled need not wait for a worker that takes its time to stop. */
  async function endCanceled(): Promise<void> {
    try {
      await sleep(clock, ABORT_GRACE_MS, ending.signal);
      await end({ code: 'canceled', message: 'The job was canceled.', retryable: false });
    } catch (thrown) {
      if (!ending.signal.aborted) logger.warn({ err: thrown, ...lease }, 'a cancel could not be carried out yet');
    }
  }

  async function end(failure: Failure): Promise<void> {
    await hold(parts, ending.signal, () => queue.fail(lease, failure, tracker.reached())).catch((thrown: unknown) => {
      if (!(thrown instanceof RendercastError && thrown.code === 'superseded')) throw thrown;
    });
    close();
  }

  /** A worker that lives and gets nowhere is stopped like an engine of the house. */
  async function enforceDeadlines(): Promise<void> {
    if (isOver(tracker.elapsedMs(), limits.runTimeoutMs))
      await end({ code: 'run_timeout', message: 'The job ran longer than it may.', retryable: false });
    else if (isOver(tracker.silentMs(), limits.silentTimeoutMs)) {
      const { repeatable, adopts } = parts.traitsOf(job);
      const message = 'The worker reported nothing for too long.';
      await end(repeatable || adopts ? { code: 'silent_timeout', message, retryable: true } : OUTCOME_UNKNOWN);
    }
  }

  /** Two intervals without a word: the lease is over by now, and this is only a place in memory. */
  function forgetLater(): void {
    forget();
    forget = clock.after(limits.leaseMs * 2, close);
  }

  async function touch(): Promise<void> {
    ending.signal.throwIfAborted();
    forgetLater();
    const nowMs = clock.monotonic();
    if (nowMs - renewedMs >= limits.leaseMs * RENEW_AFTER) {
      const renewed = await queue.renew([lease], limits.leaseMs);
      if (renewed.length === 0) close();
      else renewedMs = nowMs;
    }
    if (!ending.signal.aborted) await enforceDeadlines();
    ending.signal.throwIfAborted();
  }

  const facts = (logged: readonly LoggedFact[]): void => {
    for (const { fact, job: now } of logged) {
      if (fact.type === 'output' || fact.type === 'stage') tracker.follows(logged);
      if (fact.type === 'canceling' || fact.type === 'retrying' || fact.type === 'started' || isTerminal(fact))
        look(now);
    }
  };
  const lookUp = async (): Promise<void> => {
    const stored = await parts.store.find(job.id, null);
    if (stored === null) close();
    else look(stored.job);
  };
  const missed = (): void =>
    void lookUp().catch((thrown: unknown) => logger.warn({ err: thrown, ...lease }, 'a cancel will be seen late'));

  // What the worker told another node comes this way, too.
  listening = await bus.listen(
    { job: job.id },
    { facts, missed, level: ({ level }) => level.kind === 'progress' && tracker.reachedElsewhere(level) },
  );
  const newest = (await bus.newest([job.id])).get(job.id)?.levels.progress;
  if (newest !== undefined) tracker.reachedElsewhere(newest);
  forgetLater();
  await lookUp();
  if (ending.signal.aborted) listening.stop();

  return {
    lease,
    job,
    tracker,
    over: ending.signal,
    standing: () => (ending.signal.aborted ? 'superseded' : stopping.signal.aborted ? 'canceling' : 'held'),
    touch,
    async stage(said) {
      const { stage, index = null, count = null, steps = null } = said;
      const key = JSON.stringify([stage, index, count, steps]);
      if (key === lastStage) return;
      tracker.follows(await queue.report(lease, { type: 'stage', stage, index, count, steps }));
      lastStage = key;
      tracker.stage(said);
    },
    changed: (from, signal) => abortOf(from === 'held' ? stopping.signal : ending.signal, signal),
    close,
  };
}

const isOver = (ms: number, boundMs: number): boolean => boundMs > 0 && ms >= boundMs;

/** Resolves when this aborts; rejects when the other signal does. Neither keeps anything of it afterwards. */
function abortOf(awaited: AbortSignal, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (awaited.aborted) return resolve();
    if (signal.aborted) return leave();
    awaited.addEventListener('abort', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', leave, { once: true, signal: awaited });
  });
}
