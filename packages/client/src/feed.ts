import type { Filter, Page } from '@rendercast/protocol/commands';
import type { ResetReason } from '@rendercast/protocol/dialect';
import type { Fact, Level, LevelOf } from '@rendercast/protocol/events';
import type { Job, Snapshot } from '@rendercast/protocol/job';
import { isCurrent } from '@rendercast/protocol/reduce';
import type { Channels, Seat } from './channels.js';
import { type FeedChannel, type FeedObserver, isBehind } from './feed-channel.js';
import { createFeedJobs } from './feed-jobs.js';
import { readHistory } from './history.js';
import type { Http } from './http.js';
import { createMailbox, type Mailbox } from './mailbox.js';
import type { PreviewMode } from './subscription.js';
import { filterQuery } from './transports/http-link.js';

/** What comes of following a feed. */
export type FeedEvent =
  /** The newest jobs that fit, as they stand; what follows goes on from there. Comes first, and after a reset. */
  | { type: 'page'; jobs: Job[]; next: string | null; cursor: string }
  /** Something happened to a job that fits: once, in one order. `snapshot` is null for a job that is gone by now. */
  | { type: 'fact'; fact: Fact; snapshot: Snapshot | null; cursor: string }
  | { type: 'level'; jobId: string; level: LevelOf<'progress' | 'place'>; snapshot: Snapshot | null }
  | { type: 'preview'; jobId: string; level: LevelOf<'preview'>; picture: Uint8Array | null; snapshot: Snapshot | null }
  /** The cursor could not be used; a `page` follows. */
  | { type: 'reset'; reason: ResetReason };

/** How a feed is followed. */
export interface FeedOptions {
  signal?: AbortSignal | undefined;
  /** Go on after this cursor (of an earlier event) instead of starting with a page. */
  cursor?: string | undefined;
  /** Jobs of the first page. Default: 50, the server's. */
  limit?: number | undefined;
  /** Progress and place in the line, where the transport brings them (long-poll does not). Default: true. */
  levels?: boolean | undefined;
  /** Default: `none`. */
  previews?: PreviewMode | undefined;
  /**
   * Also tell of jobs that fit no longer: facts and levels are then those of all jobs of the filter's kind, batch
   * and ids, and the reader compares. Default: false, a job that leaves the filter falls silent.
   */
  leaving?: boolean | undefined;
}

/** What the shared stream brings, before it is folded. */
type Arrival =
  | { type: 'fact'; fact: Fact; cursor: string; position: string }
  | { type: 'level'; jobId: string; level: Level; picture: Uint8Array | null }
  | { type: 'reset'; reason: ResetReason };

/** Follows all jobs that fit: a page of the list, then what happens. Throws `RendercastError`, or the signal's reason. */
export async function* followFeed(
  { channels, http }: { channels: Channels; http: Http },
  filter: Filter,
  { signal, cursor: resumeAt, limit, levels = true, previews = 'none', leaving = false }: FeedOptions,
): AsyncGenerator<FeedEvent, void, undefined> {
  const mailbox = createMailbox<Arrival>();
  // Once it runs, a feed is not given up while the server is away.
  const patient = { signal, attempts: Number.POSITIVE_INFINITY };
  const jobs = createFeedJobs((id) => http.json<Snapshot>({ path: `v1/jobs/${encodeURIComponent(id)}`, ...patient }));
  const followed = leaving ? lasting(filter) : filter;
  const query = { ...filterQuery(filter), limit: limit === undefined ? undefined : String(limit) };
  const readPage = (): Promise<Page> => http.json<Page>({ path: 'v1/jobs', query, ...patient });
  let cursor = resumeAt ?? '';
  let seat: Seat<FeedChannel> | null = null;

  function* open(page: Page): Generator<FeedEvent> {
    cursor = page.feedCursor;
    jobs.start(page);
    yield { type: 'page', jobs: page.jobs, next: page.next, cursor };
  }

  try {
    const first = resumeAt === undefined ? await http.json<Page>({ path: 'v1/jobs', query, signal }) : null;
    const observer = mailObserver(mailbox, levels, previews);
    seat = channels.feed(followed, { levels, previews }, observer, first?.feedCursor ?? cursor);
    const ahead = seat.channel.position() ?? '';
    if (first === null) {
      if (isBehind(cursor, ahead)) yield* past(cursor, ahead);
    } else {
      // Others follow it already and are further on: a page read now covers what we did not hear.
      yield* open(isBehind(first.feedCursor, ahead) ? await readPage() : first);
    }
    for (;;) {
      const arrival = await mailbox.take(signal);
      if (arrival.type === 'reset') {
        yield arrival;
        yield* open(await readPage());
      } else if (arrival.type === 'level') yield* level(arrival);
      else if (cursor === '' || isBehind(cursor, arrival.cursor)) yield await fact(arrival);
    }
  } finally {
    seat?.leave();
  }

  async function fact(arrival: Arrival & { type: 'fact' }): Promise<FeedEvent> {
    cursor = arrival.cursor;
    const snapshot = await jobs.fold(arrival.fact, arrival.position);
    return { type: 'fact', fact: arrival.fact, snapshot, cursor };
  }

  function* level({ jobId, level: value, picture }: Arrival & { type: 'level' }): Generator<FeedEvent> {
    const known = jobs.get(jobId);
    if (known !== null && !isCurrent(value, known.job)) return;
    const snapshot = jobs.withLevel(jobId, value);
    if (value.kind === 'preview') yield { type: 'preview', jobId, level: value, picture, snapshot };
    else yield { type: 'level', jobId, level: value, snapshot };
  }

  /** What happened between our cursor and where the shared stream stood when we joined it. */
  async function* past(from: string, upTo: string): AsyncGenerator<FeedEvent> {
    for await (const message of readHistory(http, { feed: followed }, from, signal)) {
      if (message.type === 'reset') {
        yield { type: 'reset', reason: message.reason };
        yield* open(await readPage());
        return;
      }
      if (!isBehind(cursor, message.cursor)) continue;
      yield await fact({ type: 'fact', fact: message.fact, cursor: message.cursor, position: message.position });
      if (!isBehind(message.cursor, upTo)) return;
    }
  }
}

/** The part of a filter that a job cannot leave. */
function lasting({ kind, batch, jobs }: Filter): Filter {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(batch === undefined ? {} : { batch }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function mailObserver(mailbox: Mailbox<Arrival>, levels: boolean, previews: PreviewMode): FeedObserver {
  return {
    fact: (fact, { job, cursor }) => mailbox.put({ type: 'fact', fact, cursor, position: job }),
    level(jobId, level, picture) {
      if (level.kind === 'preview' ? previews === 'none' : !levels) return;
      mailbox.replace(`${level.kind} ${jobId}`, { type: 'level', jobId, level, picture });
    },
    reset: (reason) => mailbox.put({ type: 'reset', reason }),
    failed: (error) => mailbox.fail(error),
  };
}
