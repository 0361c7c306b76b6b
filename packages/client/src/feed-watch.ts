import type { Filter } from '@rendercast/protocol/commands';
import type { Job, Snapshot } from '@rendercast/protocol/job';
import { type RendercastError, toRendercastError } from '@rendercast/protocol/rendercast-error';
import { backoffMs } from './backoff.js';
import type { Client } from './client.js';
import type { FeedEvent, FeedOptions } from './feed.js';
import { createObservable, type Readable } from './observable.js';
import { wait } from './wait.js';

/** A job in a list, with its newest levels. */
export type FeedItem = Pick<Snapshot, 'job' | 'levels'>;

/** A list of jobs as a view shows it. */
export interface FeedView {
  /** `loading`: the first page is on its way · `live` · `unavailable`: `error` says why; it goes on by itself if it can. */
  status: 'loading' | 'live' | 'unavailable';
  /** Newest first, each as it stands. */
  jobs: readonly FeedItem[];
  /** Whether older ones can be loaded. */
  hasMore: boolean;
  error: RendercastError | null;
}

/** A feed as a value to watch. It is followed while anyone listens. */
export interface FeedWatch extends Readable<FeedView> {
  /** Adds the next page of older jobs; nothing happens when there is none. */
  loadMore(signal?: AbortSignal): Promise<void>;
}

/** What a feed looks like before anything is known. */
export const LOADING_FEED: FeedView = { status: 'loading', jobs: [], hasMore: false, error: null };

const BACKOFF = { baseMs: 500, maxMs: 30_000 };

/** Makes a watch over a feed: the page and what happens after it, folded into one list that shows what fits. */
export function watchFeed(
  client: Pick<Client, 'feed' | 'list'>,
  filter: Filter,
  options: Pick<FeedOptions, 'limit' | 'levels' | 'previews'> = {},
): FeedWatch {
  const view = createObservable<FeedView>(LOADING_FEED);
  const limited = options.limit === undefined ? {} : { limit: options.limit };
  let next: string | null = null;
  let following: AbortController | null = null;
  let listeners = 0;

  const show = (part: Partial<FeedView>): void => view.set({ ...view.get(), ...part });

  function apply(event: FeedEvent): void {
    const { jobs } = view.get();
    switch (event.type) {
      case 'fact': {
        const { snapshot } = event;
        const fit = snapshot !== null && !snapshot.job.removed && fitsFilter(snapshot.job, filter);
        show({ jobs: fit ? placed(jobs, snapshot, next === null) : without(jobs, event.fact.jobId) });
        return;
      }
      case 'level':
      case 'preview': {
        const { snapshot } = event;
        if (snapshot !== null && jobs.some(({ job }) => job.id === event.jobId))
          show({ jobs: replaced(jobs, snapshot) });
        return;
      }
      case 'page':
      case 'reset':
    }
  }

  /** Shows the first page; returns the cursor that it was read at. */
  async function begin(signal: AbortSignal): Promise<string> {
    const page = await client.list({ ...filter, ...limited }, { signal });
    next = page.next;
    show({ status: 'live', jobs: page.jobs.map(asItem), hasMore: next !== null, error: null });
    return page.feedCursor;
  }

  async function follow(signal: AbortSignal): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        const cursor = await begin(signal);
        failures = 0;
        for await (const event of client.feed(lasting(filter), { ...options, cursor, signal })) {
          if (event.type === 'reset') break; // the list is read again
          apply(event);
        }
      } catch (thrown) {
        signal.throwIfAborted();
        const error = toRendercastError(thrown);
        show({ status: 'unavailable', error });
        if (!error.retryable) return;
      }
      await wait(backoffMs(failures, BACKOFF), signal);
    }
  }

  function start(): void {
    const controller = new AbortController();
    following = controller;
    follow(controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) show({ status: 'unavailable', error: toRendercastError(error) });
    });
  }

  return {
    get: () => view.get(),
    subscribe(listener) {
      const end = view.subscribe(listener);
      listeners += 1;
      if (listeners === 1) start();
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        end();
        listeners -= 1;
        if (listeners === 0) following?.abort();
      };
    },
    async loadMore(signal) {
      const cursor = next;
      if (cursor === null) return;
      const page = await client.list({ ...filter, ...limited, cursor }, { signal });
      if (next !== cursor) return; // asked twice, or started over meanwhile
      next = page.next;
      const { jobs } = view.get();
      const known = new Set(jobs.map(({ job }) => job.id));
      const more = page.jobs.filter(({ id }) => !known.has(id)).map(asItem);
      show({ jobs: [...jobs, ...more].sort(newestFirst), hasMore: next !== null });
    },
  };
}

/**
 * The part of a filter that a job cannot leave. The tail is followed by this, for a feed falls silent about a job
 * that leaves its filter; what fits is compared here.
 */
function lasting({ kind, batch, jobs }: Filter): Filter {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(batch === undefined ? {} : { batch }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

const asItem = (job: Job): FeedItem => ({ job, levels: {} });

/** Whether a job fits; the same rules as the server's, for the parts of a filter that a job can leave. */
function fitsFilter(job: Job, filter: Filter): boolean {
  return (
    (filter.state === undefined || filter.state.includes(job.state)) &&
    (filter.tag === undefined || job.tags.includes(filter.tag)) &&
    (filter.favorite === undefined || job.favorite === filter.favorite) &&
    (filter.engine === undefined || job.engine === filter.engine || job.ranOn?.engine === filter.engine)
  );
}

/** In its place; a job older than all that is shown stays out while its page is not loaded. */
function placed(jobs: readonly FeedItem[], snapshot: FeedItem, isWhole: boolean): readonly FeedItem[] {
  if (jobs.some(({ job }) => job.id === snapshot.job.id)) return replaced(jobs, snapshot);
  const last = jobs.at(-1);
  if (!isWhole && last !== undefined && newestFirst(snapshot, last) > 0) return jobs;
  return [snapshot, ...jobs].sort(newestFirst);
}

function replaced(jobs: readonly FeedItem[], snapshot: FeedItem): readonly FeedItem[] {
  return jobs.map((each) => (each.job.id === snapshot.job.id ? snapshot : each));
}

function without(jobs: readonly FeedItem[], id: string): readonly FeedItem[] {
  return jobs.some(({ job }) => job.id === id) ? jobs.filter(({ job }) => job.id !== id) : jobs;
}

function newestFirst({ job: left }: FeedItem, { job: right }: FeedItem): number {
  if (left.createdAt !== right.createdAt) return left.createdAt < right.createdAt ? 1 : -1;
  return left.id < right.id ? 1 : left.id > right.id ? -1 : 0;
}
