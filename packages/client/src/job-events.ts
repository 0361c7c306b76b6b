import type { Snapshot } from '@rendercast/protocol/job';
import { formatPosition, parsePosition } from '@rendercast/protocol/position';
import { isCurrent, isEnded, withLevel } from '@rendercast/protocol/reduce';
import type { Channels } from './channels.js';
import { fold, seqOf } from './fold.js';
import { readHistory } from './history.js';
import type { Http } from './http.js';
import type { JobEvent } from './job-channel.js';
import { createMailbox, mailInto } from './mailbox.js';
import type { PreviewMode } from './subscription.js';
import { snapshotOf } from './wire.js';

/** How a job is followed. */
export interface FollowOptions {
  signal?: AbortSignal | undefined;
  /** Progress and place in the line. Default: true. */
  levels?: boolean | undefined;
  /** Default: `none`. `binary` brings bytes over WebSocket; other transports bring addresses. */
  previews?: PreviewMode | undefined;
  /**
   * Where to start: `start` (the first fact), `now` (the job as it stands), or after a snapshot kept from earlier.
   * Default: for a job just submitted `start`, else `now`.
   */
  from?: 'start' | 'now' | Snapshot | undefined;
  /** Go on after the end, for edits and removal. Default: false, the iteration ends with the job. */
  pastEnd?: boolean | undefined;
}

/** Follows a job, whichever way the client is connected. Throws `RendercastError`, or the signal's reason. */
export async function* followJob(
  { channels, http }: { channels: Channels; http: Http },
  jobId: string,
  { signal, from = 'now', levels = true, previews = 'none', pastEnd = false }: FollowOptions,
): AsyncGenerator<JobEvent, void, undefined> {
  let latest: Snapshot | null = null;
  /** Whether the reader has something to start from. */
  let started = from !== 'now';
  const finished = (): boolean => !pastEnd && latest !== null && isEnded(latest.job);
  if (typeof from === 'object') {
    latest = from;
    yield { type: 'snapshot', snapshot: from };
    if (finished()) return;
  }
  const wants = { levels, previews };
  const mailbox = createMailbox<JobEvent>();
  const seat = channels.job(jobId, wants, mailInto(mailbox, wants));
  const { channel } = seat;
  if (channel.position() !== null) mailbox.put({ type: 'snapshot', snapshot: channel.snapshot });
  try {
    while (!finished()) {
      for await (const event of settle(await mailbox.take(signal))) {
        started = true;
        latest = event.snapshot;
        yield event;
      }
    }
  } finally {
    seat.leave();
  }

  /** What of an event is news to this reader; where it lags behind the shared stream, the facts between. */
  async function* settle(event: JobEvent): AsyncGenerator<JobEvent> {
    const { type, snapshot } = event;
    if (type === 'reset' || (type === 'snapshot' && !started)) yield event;
    else if (type === 'snapshot') {
      if (snapshot !== null && snapshot.position !== latest?.position) yield* missed(snapshot);
    } else if (type === 'fact') {
      // The shared stream has no gaps, and `missed` has filled the one before it: what is not next was seen.
      if (event.fact.seq === seqOf(latest) + 1) yield event;
    } else if (latest !== null && isCurrent(event.level, latest.job)) {
      yield { ...event, snapshot: { ...latest, levels: withLevel(latest.levels, event.level) } };
    }
  }

  /** The facts between this reader and a snapshot, read from the log; or word that they are gone. */
  async function* missed(upTo: Snapshot): AsyncGenerator<JobEvent> {
    let before = latest;
    const from = before?.position ?? firstOf(upTo);
    for await (const past of readHistory(http, { job: jobId }, { from, upTo: upTo.position }, signal)) {
      if (past.type === 'reset') {
        yield { type: 'reset', reason: past.reason, snapshot: snapshotOf(past.snapshot) };
        return;
      }
      const { fact } = past;
      if (fact.seq !== seqOf(before) + 1) continue;
      before = fold(before, fact, past.position);
      yield { type: 'fact', fact, snapshot: before };
      if (fact.seq >= upTo.job.seq) return;
    }
  }
}

/** The position before the first fact, in the history that a snapshot is of. */
function firstOf({ position }: Snapshot): string {
  return formatPosition({ epoch: parsePosition(position)?.epoch ?? '', n: 0 });
}
