import type { Filter, Page } from '@rendercast/protocol/commands';
import type { ResetReason } from '@rendercast/protocol/dialect';
import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Fact, LevelOf } from '@rendercast/protocol/events';
import type { Job, Snapshot } from '@rendercast/protocol/job';
import { isCurrent } from '@rendercast/protocol/reduce';
import type { Channels, Seat } from './channels.js';
import { type FeedArrival, type FeedChannel, isBehind } from './feed-channel.js';
import { createFeedJobs } from './feed-jobs.js';
import { readHistory } from './history.js';
import type { Http } from './http.js';
import { createMailbox, mailInto } from './mailbox.js';
import type { PreviewMode } from './subscription.js';
import { jobPath } from './transports/http-link.js';

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
}

/** Follows all jobs that fit: a page of the list, then what happens. Throws `RendercastError`, or the signal's reason. */
export async function* followFeed(
  { channels, http }: { channels: Channels; http: Http },
  filter: Filter,
  { signal, cursor: resumeAt, limit, levels = true, previews = 'none' }: FeedOptions,
): AsyncGenerator<FeedEvent, void, undefined> {
  const wants = { levels, previews };
  const mailbox = createMailbox<FeedArrival>();
  // Once it runs, a feed is not given up while the server is away.
  const patient = { signal, attempts: Number.POSITIVE_INFINITY };
  const jobs = createFeedJobs((id) => http.json<Snapshot>({ path: jobPath(id), ...patient }));
  const query = { ...filter, limit };
  const readPage = (): Promise<Page> => http.json<Page>({ path: 'v1/jobs', query, ...patient });
  let cursor = resumeAt ?? '';
  let seat: Seat<FeedChannel> | null = null;

  function* open(page: Page): Generator<FeedEvent> {
    cursor = page.feedCursor;
    jobs.start(page);
    yield { type: 'page', jobs: page.jobs, next: page.next, cursor };
  }

  async function* startOver({ reason }: { reason: ResetReason }): AsyncGenerator<FeedEvent, void> {
    yield { type: 'reset', reason };
    yield* open(await readPage());
  }

  try {
    const first = resumeAt === undefined ? await http.json<Page>({ path: 'v1/jobs', query, signal }) : null;
    seat = channels.feed(filter, wants, mailInto(mailbox, wants), first?.feedCursor ?? cursor);
    const ahead = seat.channel.position() ?? '';
    if (first === null) {
      if (isBehind(cursor, ahead)) yield* past(cursor, ahead);
    } else {
      // Others follow it already and are further on: a page read now covers what we did not hear.
      yield* open(isBehind(first.feedCursor, ahead) ? await readPage() : first);
    }
    for (;;) {
      const arrival = await mailbox.take(signal);
      if (arrival.type === 'reset') yield* startOver(arrival);
      else if (arrival.type === 'level') yield* level(arrival);
      else if (isBehind(cursor, arrival.cursor)) yield await fact(arrival);
    }
  } finally {
    seat?.leave();
  }

  async function fact(message: ServerMessageOf<'event'>): Promise<FeedEvent> {
    cursor = message.cursor;
    return { type: 'fact', fact: message.fact, snapshot: await jobs.fold(message.fact, message.position), cursor };
  }

  function* level({ jobId, level: value, picture }: FeedArrival & { type: 'level' }): Generator<FeedEvent> {
    const known = jobs.get(jobId);
    if (known !== null && !isCurrent(value, known.job)) return;
    const snapshot = jobs.withLevel(jobId, value);
    if (value.kind === 'preview') yield { type: 'preview', jobId, level: value, picture, snapshot };
    else yield { type: 'level', jobId, level: value, snapshot };
  }

  /** What happened between our cursor and where the shared stream stood when we joined it. */
  async function* past(from: string, upTo: string): AsyncGenerator<FeedEvent, void> {
    for await (const message of readHistory(http, { feed: filter }, { from, upTo }, signal)) {
      if (message.type === 'reset') return yield* startOver(message);
      if (isBehind(cursor, message.cursor)) yield await fact(message);
      if (!isBehind(message.cursor, upTo)) return;
    }
  }
}
