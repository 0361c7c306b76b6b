import type { ResetReason } from '@rendercast/protocol/dialect';
import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Fact, LevelOf } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { isCurrent, withLevel } from '@rendercast/protocol/reduce';
import { type Audience, createAudience } from './audience.js';
import { fold, seqOf } from './fold.js';
import type { Failed, Subscription } from './subscription.js';

/** What comes of following a job. After each, `snapshot` is the job as it stands then. */
export type JobEvent =
  /** Where it starts, if not at the first fact; null: no job has this id, so far. */
  | { type: 'snapshot'; snapshot: Snapshot | null }
  /** Something happened: each number once, in order. */
  | { type: 'fact'; fact: Fact; snapshot: Snapshot }
  /** Progress, or the place in the line: the newest, those between may be left out. */
  | { type: 'level'; level: LevelOf<'progress' | 'place'>; snapshot: Snapshot }
  /** A picture on the way: its bytes where they came along, else `level.url` says where they are. */
  | { type: 'preview'; level: LevelOf<'preview'>; picture: Uint8Array | null; snapshot: Snapshot }
  /** The server could not go on from where we stood (its history is gone): the job as it stands, or null for none. */
  | { type: 'reset'; reason: ResetReason; snapshot: Snapshot | null };

/** One followed job: the state all its followers share. */
export interface JobChannel extends Subscription {
  readonly audience: Audience<JobEvent | Failed>;
  /** The job as it stands; null: not known, or not made yet. */
  readonly snapshot: Snapshot | null;
}

/**
 * Makes the channel of a job. Facts pass once and in order: those seen are dropped by number, and one that skips a
 * number has the stream opened anew from the last seen (`healing`).
 */
export function createJobChannel(jobId: string, askAnew: (channel: Subscription) => void): JobChannel {
  const audience: JobChannel['audience'] = createAudience();
  let snapshot: Snapshot | null = null;
  let position: string | null = null;
  /** The stream was asked for anew; what comes before it stands is of the old one. */
  let healing = false;

  function heal(): void {
    if (!healing) askAnew(channel);
    healing = true;
  }

  function adopt(event: JobEvent, at: string): void {
    snapshot = event.snapshot;
    position = at;
    audience.tell(event);
  }

  const channel: JobChannel = {
    target: { job: jobId },
    audience,
    get snapshot() {
      return snapshot;
    },
    position: () => position,
    wants: audience.wants,
    opened(next, at) {
      healing = false;
      if (position === null) adopt({ type: 'snapshot', snapshot: next }, at);
      // A snapshot ahead of us was not asked for; it is read up to, not jumped to.
      else if (seqOf(next) > seqOf(snapshot)) heal();
    },
    event({ fact, position: at }: ServerMessageOf<'event'>) {
      const ahead = fact.seq - seqOf(snapshot);
      if (ahead < 1) return;
      if (ahead > 1 || (snapshot === null && fact.type !== 'queued')) heal();
      else adopt({ type: 'fact', fact, snapshot: fold(snapshot, fact, at) }, at);
    },
    level(_jobId, level, picture) {
      if (snapshot === null || !isCurrent(level, snapshot.job)) return;
      const levels = withLevel(snapshot.levels, level);
      if (levels === snapshot.levels) return;
      snapshot = { ...snapshot, levels };
      audience.tell(
        level.kind === 'preview' ? { type: 'preview', level, picture, snapshot } : { type: 'level', level, snapshot },
      );
    },
    reset(reason, next, at) {
      healing = false;
      adopt({ type: 'reset', reason, snapshot: next }, at);
    },
    advance: () => undefined,
    refused: (error) => audience.tell({ type: 'failed', error }),
  };
  return channel;
}
