import type { Client, FeedEvent, Job, Page } from '@rendercast/client';
import { RendercastError } from '@rendercast/client';
import { type GalleryItem, itemsOf } from './item.js';
import { fits, type GalleryQuery } from './query.js';

/** The gallery as a view shows it. */
export interface GalleryView {
  status: 'loading' | 'live' | 'unavailable';
  /** Newest first. */
  items: readonly GalleryItem[];
  /** Arrived, but not shown yet, so that nothing moves under the person. */
  held: number;
  hasMore: boolean;
  error: unknown;
}

/** The gallery as a value: pages of the list, and what happens after them. It reads and follows while anyone listens. */
export interface GalleryStore {
  get(): GalleryView;
  subscribe(listener: () => void): () => void;
  /** Reads the next page of older jobs; nothing happens while one is on its way or when there is none. */
  loadMore(): void;
  /** While held, what arrives waits outside; the rest (favourites, tags, removal) goes on. */
  hold(held: boolean): void;
  /** Reads a job anew: its addresses have expired. */
  refresh(jobId: string): void;
}

const PAGE_JOBS = 60;
/** What happens within so many milliseconds becomes one change of the view. */
const GATHER_MS = 60;
const AGAIN_MS = 2_000;

/** What a gallery looks like before anything is known. */
export const LOADING_GALLERY: GalleryView = { status: 'loading', items: [], held: 0, hasMore: false, error: null };

/** Makes the gallery of a query. */
export function createGallery(client: Client, query: GalleryQuery): GalleryStore {
  let following = new AbortController();
  const listeners = new Set<() => void>();
  const refreshing = new Set<string>();
  /** What is shown, newest first. */
  let shown = new Map<string, { job: Job; items: GalleryItem[] }>();
  /** What has changed since in a way that would move things. */
  const waiting = new Map<string, Job>();
  let view = LOADING_GALLERY;
  let next: string | null = null;
  let held = false;
  let loading = false;
  let timer: number | undefined;

  function show(part: Partial<GalleryView>): void {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  }

  function put(job: Job): void {
    shown.set(job.id, { job, items: itemsOf(job) });
  }

  /** Puts the shown jobs in order and tells of them. */
  function draw(part: Partial<GalleryView> = {}): void {
    window.clearTimeout(timer);
    timer = undefined;
    const items = [...shown.values()].flatMap((each) => each.items);
    const more = [...waiting.values()].reduce(
      (sum, job) => sum + job.outputs.length - (shown.get(job.id)?.items.length ?? 0),
      0,
    );
    show({ items, held: more, ...part });
  }

  function drawSoon(): void {
    timer ??= window.setTimeout(draw, GATHER_MS);
  }

  function release(): void {
    for (const job of waiting.values()) put(job);
    waiting.clear();
    shown = new Map([...shown].sort(([, left], [, right]) => newestFirst(left.job, right.job)));
  }

  /** Older than all that is loaded: it comes with its page. */
  function isBelow(job: Job): boolean {
    const last = next === null ? undefined : [...shown.values()].at(-1);
    return last !== undefined && newestFirst(job, last.job) > 0;
  }

  function arrived(job: Job): void {
    const before = shown.get(job.id);
    if (!fits(job, query)) {
      waiting.delete(job.id);
      if (before !== undefined) shown.delete(job.id);
    } else if (before !== undefined && job.outputs.length <= before.items.length) {
      put(job);
    } else if (before !== undefined || !isBelow(job)) {
      waiting.set(job.id, job);
      if (!held) release();
    }
    drawSoon();
  }

  function apply(event: FeedEvent): void {
    if (event.type !== 'fact') return;
    const { snapshot, fact } = event;
    if (snapshot !== null) {
      if (snapshot.job.outputs.length > 0 || shown.has(fact.jobId)) arrived(snapshot.job);
    } else if (shown.delete(fact.jobId)) drawSoon();
  }

  const readPage = (cursor: string | null, signal: AbortSignal): Promise<Page> => {
    const { kind, favorite, tag, find } = query;
    return client.list(
      {
        limit: PAGE_JOBS,
        ...(kind === null ? {} : { kind }),
        ...(favorite ? { favorite } : {}),
        ...(tag === '' ? {} : { tag }),
        ...(find.trim() === '' ? {} : { search: find }),
        ...(cursor === null ? {} : { cursor }),
      },
      { signal },
    );
  };

  function addPage({ jobs, next: after }: Page): void {
    next = after;
    for (const job of jobs) if (!shown.has(job.id) && fits(job, query)) put(job);
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const page = await readPage(null, signal);
    shown.clear();
    waiting.clear();
    addPage(page);
    draw({ status: 'live', hasMore: next !== null, error: null });
    // What a job can leave (favourite, tag) is compared here; a filtered feed would fall silent about it.
    const lasting = query.kind === null ? {} : { kind: query.kind };
    for await (const event of client.feed(lasting, { cursor: page.feedCursor, levels: false, signal })) {
      if (event.type === 'reset') return; // read anew
      apply(event);
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        show({ status: 'unavailable', error });
        if (error instanceof RendercastError && !error.retryable) return;
        await pause(AGAIN_MS, signal);
      }
    }
  }

  async function more(cursor: string, signal: AbortSignal): Promise<void> {
    loading = true;
    try {
      const page = await readPage(cursor, signal);
      if (next === cursor) addPage(page);
    } catch {
      // Asked again by the next scroll.
    }
    loading = false;
    if (!signal.aborted) draw({ hasMore: next !== null });
  }

  async function refresh(jobId: string, signal: AbortSignal): Promise<void> {
    try {
      const { job } = await client.job(jobId).snapshot({ signal });
      if (shown.has(jobId)) {
        put(job);
        drawSoon();
      }
    } catch {
      // Gone, or the server is away: the place stays as it is.
    }
  }

  function stop(): void {
    following.abort();
    window.clearTimeout(timer);
    timer = undefined;
  }

  return {
    get: () => view,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        following = new AbortController();
        void run(following.signal);
      }
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stop();
      };
    },
    loadMore() {
      if (!loading && next !== null) void more(next, following.signal);
    },
    hold(wanted) {
      held = wanted;
      if (held || waiting.size === 0) return;
      release();
      draw();
    },
    refresh(jobId) {
      // Once: a file that is really gone would be asked for again and again.
      if (refreshing.has(jobId)) return;
      refreshing.add(jobId);
      void refresh(jobId, following.signal);
    },
  };
}

function newestFirst(left: Job, right: Job): number {
  if (left.createdAt !== right.createdAt) return left.createdAt < right.createdAt ? 1 : -1;
  return left.id < right.id ? 1 : left.id > right.id ? -1 : 0;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      window.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = window.setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
