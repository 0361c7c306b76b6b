import { type Principal, RendercastError } from '@rendercast/protocol';
import type { About, Work } from '@rendercast/protocol/worker/messages';
import type { Claim, LeaseRef } from '../../stores/store.js';
import { OUTCOME_UNKNOWN } from '../claimant.js';
import { adoptionOf, type SavedHandle } from '../handle.js';
import type { HeldWorks } from './held-works.js';
import { offerOf } from './presence.js';
import type { RemoteParts } from './remote-parts.js';
import type { WorkBell } from './work-bell.js';

/** Looked at least so often, in milliseconds: retries become due without a bell. As often as a runner does. */
const POLL_MS = 500;

/** Claims for a worker, waiting for work for a while; null: there was none. */
export async function claimWork(
  parts: RemoteParts,
  { bell, works }: { bell: WorkBell; works: HeldWorks },
  principal: Principal,
  ask: { about: About; waitMs: number; signal: AbortSignal },
): Promise<Work | null> {
  const { clock, queue } = parts;
  const { about, waitMs, signal } = ask;
  const untilMs = clock.monotonic() + waitMs;
  for (;;) {
    signal.throwIfAborted();
    if (!queue.taking) throw new RendercastError('shutting_down', undefined, { retryAfterMs: 1_000 });
    const rung = bell.next();
    const work = await claimOne(parts, works, principal, about);
    if (work !== null && !signal.aborted) return work;
    // Who asked has gone: nobody would run it until the lease ends.
    if (work !== null) await giveBack(parts, { jobId: work.jobId, attempt: work.attempt });
    const leftMs = untilMs - clock.monotonic();
    if (leftMs <= 0) return null;
    await rung(Math.min(leftMs, POLL_MS), signal);
  }
}

async function claimOne(
  parts: RemoteParts,
  works: HeldWorks,
  { owner }: Principal,
  about: About,
): Promise<Work | null> {
  const { clock, limits, queue, seal } = parts;
  const claimedMs = clock.monotonic();
  const offers = [offerOf(about)];
  const claim = await queue.claim({ name: about.worker, inProcess: false, offers, leaseMs: limits.leaseMs });
  if (claim === null) return null;
  const { job } = claim;
  const lease: LeaseRef = { jobId: job.id, attempt: job.attempt };
  try {
    const handle = await takeUp(parts, about, claim, lease);
    if (handle === 'unknown') {
      await queue.fail(lease, OUTCOME_UNKNOWN, null);
      return null;
    }
    await works.claimed(lease, claimedMs);
    const { id: jobId, attempt, kind, request, seed } = job;
    const word = seal.seal(owner, lease);
    return { jobId, lease: word, attempt, leaseMs: limits.leaseMs, kind, request, seed, handle };
  } catch (thrown) {
    await giveBack(parts, lease).catch(() => undefined); // then its lease runs out
    throw thrown;
  }
}

/** Takes back a job that never reached its worker. */
async function giveBack({ queue, store }: RemoteParts, lease: LeaseRef): Promise<void> {
  await store.saveHandle(lease.jobId, lease.attempt, null);
  await queue.handBack(lease, null);
}

/**
 * What an earlier attempt left, for this one too. Where lost work must not be done twice, that is written down before
 * the job leaves the house: the worker may be gone for good by the time somebody asks.
 */
async function takeUp(
  { directory, store }: RemoteParts,
  { engine, worker, repeatable, adopts }: About,
  claim: Claim,
  { jobId, attempt }: LeaseRef,
): Promise<Work['handle'] | 'unknown'> {
  const at = { engine, backend: worker };
  const left = claim.handle?.value as SavedHandle | undefined; // the house itself wrote it
  const adoption = adoptionOf(left, at, directory.traits);
  if (adoption === 'unknown') return 'unknown';
  const value = adoption === 'fresh' ? null : adoption.adopt;
  if (value !== null || (!repeatable && !adopts)) await store.saveHandle(jobId, attempt, { ...at, value, repeatable });
  return value as Work['handle'];
}
