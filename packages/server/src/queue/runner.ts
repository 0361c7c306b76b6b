import { RendercastError } from '@rendercast/protocol';
import { sleep } from '../clock.js';
import { type Attempt, startAttempt } from './attempt.js';
import { createBusySlots } from './busy-slots.js';
import { claimGroups } from './claim-groups.js';
import type { Claimant } from './claimant.js';
import { every } from './every.js';
import type { Directory } from './fellows.js';
import type { Intakes } from './intakes.js';
import { whyMove } from './moving.js';
import { ABORT_GRACE_MS, type RunParts } from './run-parts.js';

/** Runs jobs on the engines of this process. */
export interface Runner {
  /** Claims from now on. */
  start(): void;
  /** Jobs that run here now. */
  running(): number;
  /**
   * Stops claiming, lets running jobs go on for `graceMs`, then stops them and hands them back to the queue, at no cost
   * to their tries. Resolves when nothing runs here any more. Calling it again changes nothing.
   */
  drain(graceMs: number): Promise<void>;
}

export interface RunnerOptions extends RunParts {
  /** Name of this claimant. Default: `in-process`. */
  name?: string;
  /** Whether leases die with this process: no other one could know that it lives. Default: true. */
  inProcess?: boolean;
  /** Where else jobs could run, in the whole house. Default: the registry. */
  directory?: Pick<Directory, 'candidates'>;
  /** What operators ordered of backends. Default: all are open. */
  intakes?: Pick<Intakes, 'of'>;
  pace?: Partial<RunnerPace>;
}

/** How often a runner looks, in milliseconds. */
export interface RunnerPace {
  /** For work, beside being rung: retries become due without a bell. Default: 500. */
  pollMs: number;
  /** At deadlines and the leases' own ends. Default: 500. */
  checkMs: number;
  /** At the store for cancels whose hint was lost. Default: 2,000. */
  cancelMs: number;
  /** At whether it is time to ask a backend how it is. Default: 1,000. */
  probeMs: number;
}

/** Claims of one backend on their way together at most. */
const MAX_AT_ONCE = 16;

const DEFAULT_PACE: RunnerPace = { pollMs: 500, checkMs: 500, cancelMs: 2_000, probeMs: 1_000 };

/** A runner over all backends of a registry. */
export function createRunner(options: RunnerOptions): Runner {
  const { queue, registry, store, clock, limits, logger } = options;
  const pace = { ...DEFAULT_PACE, ...options.pace };
  const house = { directory: options.directory ?? registry, intakes: options.intakes ?? { of: () => 'open' as const } };
  const attempts = new Map<string, Attempt>();
  const busy = createBusySlots(options, limits.leaseMs);
  const closing = new AbortController();
  const stops: (() => Promise<void>)[] = [];
  const unlisten: (() => void)[] = [];
  let draining: Promise<void> | null = null;
  let claiming: Promise<void> | null = null;
  let rung = false;
  let wakeIdle = (): void => undefined;

  /** Claims until nothing fits a free slot any more. A ring in between makes it look once more. */
  function wake(): void {
    rung = true;
    claiming ??= claimAll()
      .catch((thrown: unknown) => logger.warn({ err: thrown }, 'no work could be claimed; it is tried again'))
      .finally(() => {
        claiming = null;
        if (rung && draining === null) wake();
      });
  }

  async function claimAll(): Promise<void> {
    while (rung) {
      rung = false;
      await settled(claimGroups(registry.offers()).map(({ backends }) => claimFor(backends)));
    }
  }

  /**
   * Claims for backends that could take the same jobs: for one alone twice as many at a time as the time before, as they
   * then share a commit.
   */
  async function claimFor(backends: ReadonlySet<string>): Promise<void> {
    for (let atOnce = 1; draining === null; atOnce = Math.min(MAX_AT_ONCE, atOnce * 2)) {
      const offers = registry.offers().filter(({ backend }) => backends.has(backend));
      const [first] = offers;
      if (first === undefined) return;
      const count = backends.size === 1 ? Math.min(atOnce, registry.free(first.backend)) : 1;
      const claimed = await settled(Array.from({ length: count }, () => claimOne(offers)));
      if (claimed.includes(false)) return;
    }
  }

  async function claimOne(offers: Claimant['offers']): Promise<boolean> {
    const claimant: Claimant = {
      name: options.name ?? 'in-process',
      inProcess: options.inProcess ?? true,
      offers,
      leaseMs: limits.leaseMs,
    };
    const leaseUntilMs = clock.monotonic() + limits.leaseMs;
    const claim = await queue.claim(claimant);
    if (claim === null) return false;
    const lease = { jobId: claim.job.id, attempt: claim.job.attempt };
    const slot = draining === null ? registry.acquire(claim.offer.backend, claim.job.request.model) : null;
    if (slot === null) {
      await queue.handBack(lease, null);
      return false;
    }
    const attempt = startAttempt(options, { claim, slot, leaseUntilMs, busy, closing: closing.signal });
    attempts.set(lease.jobId, attempt);
    void attempt.ended.finally(() => {
      if (attempts.get(lease.jobId) === attempt) attempts.delete(lease.jobId);
      if (attempts.size === 0) wakeIdle();
    });
    return true;
  }

  async function renewAll(): Promise<void> {
    const asked = [...attempts.values()];
    if (asked.length === 0) return;
    const untilMs = clock.monotonic() + limits.leaseMs;
    const held = new Set(
      await queue.renew(
        asked.map(({ lease }) => lease),
        limits.leaseMs,
      ),
    );
    for (const attempt of asked) {
      if (held.has(attempt.lease.jobId)) attempt.renewed(untilMs);
      else attempt.abort('superseded');
    }
  }

  async function lookForCancels(): Promise<void> {
    const heads = attempts.size === 0 ? null : await store.heads([...attempts.keys()]);
    for (const [jobId, attempt] of attempts) {
      if ((heads?.jobs.get(jobId) ?? 0) <= attempt.seen()) continue;
      const stored = await store.find(jobId, null);
      if (stored !== null) attempt.look(stored.job);
    }
  }

  async function drain(graceMs: number): Promise<void> {
    await claiming;
    await idleWithin(graceMs);
    for (const attempt of attempts.values()) attempt.abort('shutting_down');
    await idleWithin(ABORT_GRACE_MS + 1_000);
    closing.abort(new RendercastError('shutting_down'));
    await Promise.all([...attempts.values()].map(({ ended }) => ended));
    for (const stop of unlisten.splice(0)) stop();
    await Promise.all(stops.splice(0).map((stop) => stop()));
  }

  async function idleWithin(ms: number): Promise<void> {
    if (attempts.size === 0) return;
    const idle = new AbortController();
    wakeIdle = () => idle.abort();
    await sleep(clock, ms, idle.signal).catch(() => undefined); // cut short: nothing runs any more
  }

  function check(): void {
    for (const attempt of attempts.values()) {
      attempt.check();
      const why = whyMove({ ...attempt, silentMs: attempt.silentMs() }, house);
      if (why !== null) attempt.abort(why);
    }
  }

  function regularly(everyMs: number, task: () => unknown, words: string): void {
    stops.push(every(clock, everyMs, task, (thrown) => logger.warn({ err: thrown }, words)));
  }

  return {
    start() {
      unlisten.push(queue.onWork(wake), registry.onFree(wake));
      regularly(pace.pollMs, wake, 'no work could be claimed');
      regularly(limits.leaseMs / 3, renewAll, 'leases could not be renewed');
      regularly(limits.leaseMs / 3, busy.renew, 'slots that are busy could not be held');
      regularly(pace.checkMs, check, 'no deadlines checked');
      regularly(pace.cancelMs, lookForCancels, 'cancels could not be looked for');
      regularly(pace.probeMs, () => registry.probe(), 'backends could not be asked how they are');
      wake();
    },
    running: () => attempts.size,
    drain(graceMs) {
      draining ??= drain(graceMs);
      return draining;
    },
  };
}

/** Waits for all of them, also where one fails; throws what the first of those threw. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
