import type { ResetReason } from '@rendercast/protocol/dialect';
import type { Fact, LevelOf } from '@rendercast/protocol/events';
import type { Job, Snapshot } from '@rendercast/protocol/job';
import { formatPosition, parsePosition } from '@rendercast/protocol/position';
import { currentLevels, isCurrent, isEnded, reduce, withLevel } from '@rendercast/protocol/reduce';
import type { Channels, JobStart } from './channels.js';
import { readHistory } from './history.js';
import type { Http } from './http.js';
import type { JobObserver } from './job-channel.js';
import { createMailbox, type Mailbox } from './mailbox.js';
import type { PreviewMode } from './subscription.js';
import { snapshotOf } from './wire.js';

/** What comes of following a job. After each, `snapshot` is the job as it stands then. */
export type JobEvent =
  /** Where it starts, if not at the first fact. */
  | { type: 'snapshot'; snapshot: Snapshot }
  /** Something happened: each number once, in order. */
  | { type: 'fact'; fact: Fact; snapshot: Snapshot }
  /** Progress, or the place in the line: the newest, those between may be left out. */
  | { type: 'level'; level: LevelOf<'progress' | 'place'>; snapshot: Snapshot }
  /** A picture on the way: its bytes where they came along, else `level.url` says where they are. */
  | { type: 'preview'; level: LevelOf<'preview'>; picture: Uint8Array | null; snapshot: Snapshot }
  /** The server could not go on from where we stood (its history is gone): the job as it stands, or null for none. */
  | { type: 'reset'; reason: ResetReason; snapshot: Snapshot | null };

/** How a job is followed. */
export interface FollowOptions {
  signal?: AbortSignal | undefined;
  /** Progress and place in the line. Default: true. */
  levels?: boolean | undefined;
  /** Default: `none`. `binary` brings bytes over WebSocket; other transports bring addresses. */
  previews?: PreviewMode | undefined;
  /**
   * Where to start: `start` (the first fact), `now` (the job as it stands), or after a snapshot kept from earlier.
   * Default: for a job just submitted, after what the submission answered; else `now`.
   */
  from?: 'start' | 'now' | Snapshot | undefined;
  /** Go on after the end, for edits and removal. Default: false, the iteration ends with the job. */
  pastEnd?: boolean | undefined;
}

/** What a reader of a job has already: nothing, a point in its history, or the answer to its submission. */
export type Known = JobStart | { submitted: Job };

/** Follows a job, whichever way the client is connected. Throws `RendercastError`, or the signal's reason. */
export async function* followJob(
  { channels, http }: { channels: Channels; http: Http },
  jobId: string,
  known: Known,
  { signal, levels = true, previews = 'none', pastEnd = false }: FollowOptions,
): AsyncGenerator<JobEvent, void, undefined> {
  const submitted = typeof known === 'object' && known !== null && 'submitted' in known ? known.submitted : null;
  const from = submitted === null ? (known as JobStart) : null;
  let latest: Snapshot | null = null;
  let started = from !== null;
  const finished = (): boolean => !pastEnd && latest !== null && isEnded(latest.job);
  if (from !== null && from !== 'start') {
    latest = from;
    yield { type: 'snapshot', snapshot: from };
    if (finished()) return;
  }
  const mailbox = createMailbox<JobEvent>();
  const seat = channels.job(jobId, { levels, previews }, mailObserver(mailbox, levels, previews), from);
  if (seat.channel.snapshot !== null) mailbox.put({ type: 'snapshot', snapshot: seat.channel.snapshot });
  try {
    while (!finished()) {
      const event = await mailbox.take(signal);
      for await (const next of settle(event)) {
        latest = next.snapshot;
        yield next;
      }
    }
  } finally {
    seat.leave();
  }

  /** What of an event is news to this reader; where it lags behind the shared stream, the facts between. */
  async function* settle(event: JobEvent): AsyncGenerator<JobEvent> {
    switch (event.type) {
      case 'snapshot':
        if (!started && submitted !== null) {
          // Only now is the epoch known that makes the answer's number a position.
          latest = { job: submitted, levels: {}, position: positionAt(submitted.seq, event.snapshot) };
          yield { type: 'snapshot', snapshot: latest };
        } else if (!started) yield event;
        if (started || submitted !== null) yield* missed(event.snapshot);
        started = true;
        return;
      case 'fact':
        if (event.fact.seq > (latest?.job.seq ?? 0)) yield event;
        return;
      case 'level':
      case 'preview': {
        if (latest === null || !isCurrent(event.level, latest.job)) return;
        yield { ...event, snapshot: { ...latest, levels: withLevel(latest.levels, event.level) } };
        return;
      }
      case 'reset':
        started = true;
        yield event;
    }
  }

  async function* missed(upTo: Snapshot): AsyncGenerator<JobEvent> {
    let before = latest;
    if ((before?.job.seq ?? 0) >= upTo.job.seq) return;
    const position = before?.position ?? positionAt(0, upTo);
    for await (const past of readHistory(http, { job: jobId }, position, signal)) {
      if (past.type === 'reset') {
        yield { type: 'reset', reason: past.reason, snapshot: snapshotOf(past.snapshot) };
        return;
      }
      if (past.fact.seq !== (before?.job.seq ?? 0) + 1) continue;
      const job = reduce(before?.job ?? null, past.fact);
      before = { job, levels: currentLevels(before?.levels ?? {}, job), position: past.position };
      yield { type: 'fact', fact: past.fact, snapshot: before };
      if (job.seq >= upTo.job.seq) return;
    }
  }
}

/** The position of a fact in the history that a snapshot is of. */
function positionAt(seq: number, { position }: Snapshot): string {
  return formatPosition({ epoch: parsePosition(position)?.epoch ?? '', n: seq });
}

function mailObserver(mailbox: Mailbox<JobEvent>, levels: boolean, previews: PreviewMode): JobObserver {
  return {
    known(snapshot) {
      if (snapshot !== null) mailbox.put({ type: 'snapshot', snapshot });
    },
    fact: (fact, snapshot) => mailbox.put({ type: 'fact', fact, snapshot }),
    level(level, picture, snapshot) {
      if (level.kind === 'preview') {
        if (previews !== 'none') mailbox.replace(level.kind, { type: 'preview', level, picture, snapshot });
      } else if (levels) mailbox.replace(level.kind, { type: 'level', level, snapshot });
    },
    reset: (reason, snapshot) => mailbox.put({ type: 'reset', reason, snapshot }),
    failed: (error) => mailbox.fail(error),
  };
}
