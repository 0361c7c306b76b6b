import {
  type Batch,
  type Edit,
  type Job,
  type Json,
  type Principal,
  type Progress,
  RendercastError,
  type Submit,
  type SubmitOptions,
  type Submitted,
} from '@rendercast/protocol';
import type { Blobs } from '../blobs/blobs.js';
import type { Clock } from '../clock.js';
import type { Log } from '../events/log.js';
import type { Logger } from '../logger.js';
import type { Claim, LeaseRef, Store } from '../stores/store.js';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.js';
import { createBackoffs } from './backoffs.js';
import { cancel } from './cancel.js';
import {
  type Claimant,
  claim,
  type Failure,
  fail,
  type HandBackReason,
  handBack,
  type Report,
  report,
  succeed,
} from './claimant.js';
import { edit, note } from './edit.js';
import { every } from './every.js';
import { createIds, type Ids } from './ids.js';
import type { LossRule, QueueLimits, QueueParts } from './parts.js';
import { remove, removeArtifact } from './remove.js';
import { retry, submit, submitBatch } from './submit.js';
import { type Swept, sweep } from './sweep.js';

/**
 * Who runs next. The verbs of callers take the principal and check what it may reach; ids are the server's or the
 * caller's own. The verbs of claimants take a lease; a superseded one gets `superseded` and changes nothing.
 */
export interface Queue {
  submit(principal: Principal, command: Submit, options: SubmitOptions): Promise<Submitted>;
  submitBatch(
    principal: Principal,
    batch: Batch,
    options: SubmitOptions,
  ): Promise<{ batch: string; jobs: Job[]; replayed: boolean }>;
  cancel(principal: Principal, id: string, reason: string | null): Promise<Job>;
  retry(principal: Principal, id: string, options: SubmitOptions): Promise<Submitted>;
  edit(principal: Principal, id: string, change: Edit): Promise<Job>;
  note(principal: Principal, id: string, data: Record<string, Json>): Promise<void>;
  remove(principal: Principal, id: string): Promise<void>;
  removeArtifact(principal: Principal, artifactId: string): Promise<void>;

  claim(claimant: Claimant): Promise<Claim | null>;
  /** Extends leases; answers the ids of the jobs whose lease still holds. */
  renew(leases: readonly LeaseRef[], leaseMs: number): Promise<string[]>;
  report(lease: LeaseRef, said: Report): ReturnType<typeof report>;
  succeed(lease: LeaseRef, reached: Progress): Promise<Job>;
  fail(lease: LeaseRef, failure: Failure, reached: Progress | null): Promise<Job>;
  /** `reason` is told to those who watch. Default: `shutting_down`. */
  handBack(lease: LeaseRef, reached: Progress | null, reason?: HandBackReason): Promise<Job>;

  /** Settles lost and overdue jobs once. */
  sweep(): Promise<Swept>;
  /** Sweeps from now on, every `sweepMs`. */
  start(): void;
  /** Calls back when there may be work to claim. */
  onWork(listener: () => void): () => void;
  /** Tells the runners of this process that there may be work: a backend takes jobs again. */
  ring(): void;
  /** Whether new jobs are taken. */
  readonly taking: boolean;
  /** From now on new jobs are refused with `shutting_down`; all else goes on. */
  stopTaking(): void;
  close(): Promise<void>;
}

/** What a caller whose job is refused at shutdown is told to wait, in milliseconds: about what a restart takes. */
const RESTART_MS = 1_000;

export interface QueueOptions {
  store: Store;
  log: Log;
  blobs: Blobs;
  clock: Clock;
  limits: QueueLimits;
  logger: Logger;
  /** Default: a maker of its own. */
  ids?: Ids;
  backoff?: Backoff;
  /** Calls back when another process may have brought work; the returned function ends that. Default: there is none. */
  onRing?: (listener: () => void) => () => void;
  /** What becomes of a lost attempt, by engine. Default: all may be repeated. */
  lossRule?: (engine: string) => LossRule;
  /** In [0, 1). Default: `Math.random`. */
  random?: () => number;
  /** Time between sweeps, in milliseconds. Default: 1,000. */
  sweepMs?: number;
}

/** Joins the verbs over one store. */
export function createQueue(options: QueueOptions): Queue {
  const listeners = new Set<() => void>();
  const { sweepMs = 1_000, ids, backoff, lossRule, random, onRing, ...given } = options;
  const parts: QueueParts = {
    ...given,
    ids: ids ?? createIds(options.clock),
    backoff: backoff ?? DEFAULT_BACKOFF,
    backoffs: createBackoffs(options.store, options.clock),
    lossRule: lossRule ?? (() => ({ repeatable: true })),
    random: random ?? Math.random,
    ring() {
      for (const listener of listeners) listener();
    },
  };
  const stopHearing = onRing?.(parts.ring);
  let stopSweeping = async (): Promise<void> => undefined;
  let taking = true;

  /** A job that is taken now would only wait for the next start; its sender may rather try another server. */
  async function ifTaking<T>(take: () => Promise<T>): Promise<T> {
    if (!taking)
      throw new RendercastError('shutting_down', 'the server is going down and takes no new jobs', {
        retryAfterMs: RESTART_MS,
      });
    return take();
  }

  return {
    submit: (principal, command, how) => ifTaking(() => submit(parts, principal, command, how)),
    submitBatch: (principal, batch, how) => ifTaking(() => submitBatch(parts, principal, batch, how)),
    cancel: (principal, id, reason) => cancel(parts, principal, id, reason),
    retry: (principal, id, how) => ifTaking(() => retry(parts, principal, id, how)),
    edit: (principal, id, change) => edit(parts, principal, id, change),
    note: (principal, id, data) => note(parts, principal, id, data),
    remove: (principal, id) => remove(parts, principal, id),
    removeArtifact: (principal, artifactId) => removeArtifact(parts, principal, artifactId),

    claim: (claimant) => claim(parts, claimant),
    renew: (leases, leaseMs) => parts.store.renew(leases, leaseMs),
    report: (lease, said) => report(parts, lease, said),
    succeed: (lease, reached) => succeed(parts, lease, reached),
    fail: (lease, failure, reached) => fail(parts, lease, failure, reached),
    handBack: (lease, reached, reason) => handBack(parts, lease, reached, reason),

    sweep: () => sweep(parts),
    start() {
      stopSweeping = every(
        parts.clock,
        sweepMs,
        () => sweep(parts),
        (thrown) => parts.logger.error({ err: thrown }, 'lost and overdue jobs could not be swept'),
      );
    },
    onWork(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ring: parts.ring,
    get taking() {
      return taking;
    },
    stopTaking() {
      taking = false;
    },
    async close() {
      listeners.clear();
      stopHearing?.();
      await stopSweeping();
    },
  };
}
