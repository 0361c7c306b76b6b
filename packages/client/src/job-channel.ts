import type { ResetReason } from '@rendercast/protocol/dialect';
import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { RendercastError } from '@rendercast/protocol/errors';
import type { Fact, Level } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { currentLevels, isCurrent, reduce, withLevel } from '@rendercast/protocol/reduce';
import { type Audience, createAudience } from './audience.js';
import type { Subscription } from './subscription.js';

/** What followers of a job hear. */
export interface JobObserver {
  /** The job is known now, as it stands; null: there is none under this id yet. */
  known(snapshot: Snapshot | null): void;
  fact(fact: Fact, snapshot: Snapshot): void;
  level(level: Level, picture: Uint8Array | null, snapshot: Snapshot): void;
  reset(reason: ResetReason, snapshot: Snapshot | null): void;
  failed(error: RendercastError): void;
}

/** One followed job: the state all its followers share. */
export interface JobChannel extends Subscription {
  readonly audience: Audience<JobObserver>;
  /** Whether the server has said how the job stands. */
  readonly isKnown: boolean;
  /** The job as it stands; null: not known, or not made yet. */
  readonly snapshot: Snapshot | null;
}

/** What a channel needs of the house. */
export interface ChannelContext {
  /** Opens its stream anew from its position: something was missing. */
  heal(subscription: Subscription): void;
  /** Any position tells the store's epoch. */
  learn(position: string): void;
}

/**
 * Makes the channel of a job, from nothing or from a point that its first follower knows. Facts pass once and in
 * order: those seen are dropped by number, and one that skips a number opens the stream anew from the last seen.
 */
export function createJobChannel(
  jobId: string,
  start: { snapshot: Snapshot | null; position: string } | null,
  context: ChannelContext,
): JobChannel {
  const audience = createAudience<JobObserver>();
  let snapshot = start?.snapshot ?? null;
  let position = start?.position ?? null;
  let isKnown = start !== null;
  /** The stream was asked for anew; what comes before it stands is of the old one. */
  let healing = false;

  const seen = (): number => snapshot?.job.seq ?? 0;

  function heal(): void {
    if (healing) return;
    healing = true;
    context.heal(channel);
  }

  function adopt(next: Snapshot | null, at: string): void {
    snapshot = next;
    position = at;
    isKnown = true;
    context.learn(at);
  }

  const channel: JobChannel = {
    target: { job: jobId },
    audience,
    get isKnown() {
      return isKnown;
    },
    get snapshot() {
      return snapshot;
    },
    position: () => position,
    wants: () => audience.wants(),
    opened(next, at) {
      healing = false;
      // Facts that were never asked for are skipped by nobody: a snapshot ahead of us is read up to, not jumped to.
      if (isKnown && position !== null) {
        if ((next?.job.seq ?? 0) > seen()) heal();
        return;
      }
      adopt(next, at);
      audience.tell((observer) => observer.known(next));
    },
    event({ fact, position: at }: ServerMessageOf<'event'>) {
      if (fact.seq <= seen()) return;
      if (fact.seq > seen() + 1 || (snapshot === null && fact.type !== 'queued')) return heal();
      const job = reduce(snapshot?.job ?? null, fact);
      const next: Snapshot = { job, levels: currentLevels(snapshot?.levels ?? {}, job), position: at };
      adopt(next, at);
      audience.tell((observer) => observer.fact(fact, next));
    },
    level(_jobId, level, picture) {
      if (snapshot === null || !isCurrent(level, snapshot.job)) return;
      const levels = withLevel(snapshot.levels, level);
      if (levels === snapshot.levels) return;
      const next: Snapshot = { ...snapshot, levels };
      snapshot = next;
      audience.tell((observer) => observer.level(level, picture, next));
    },
    reset(reason, next, at) {
      healing = false;
      adopt(next, at);
      audience.tell((observer) => observer.reset(reason, next));
    },
    advance: () => undefined,
    refused: (error) => audience.tell((observer) => observer.failed(error)),
  };
  return channel;
}
