import type { LevelOf } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { compareStamps, isEnded } from '@rendercast/protocol/reduce';
import { type RendercastError, toRendercastError } from '@rendercast/protocol/rendercast-error';
import type { JobHandle } from './handle.js';
import type { JobEvent } from './job-channel.js';
import type { FollowOptions } from './job-events.js';
import { createObservable, type Readable } from './observable.js';

/** A job as a view shows it. */
export interface JobView {
  /**
   * `loading`: not heard of yet · `absent`: no job has this id (so far: one may be made) · then the job's own state ·
   * `unavailable`: it cannot be followed, `error` says why.
   */
  status: 'loading' | 'absent' | Snapshot['job']['state'] | 'unavailable';
  snapshot: Snapshot | null;
  /** The newest picture on the way; its bytes where they came along. */
  preview: { level: LevelOf<'preview'>; picture: Uint8Array | null } | null;
  error: RendercastError | null;
}

/** What a job looks like before anything is known. */
export const LOADING: JobView = { status: 'loading', snapshot: null, preview: null, error: null };

/**
 * A job as a value to watch. It is followed while anyone listens, and let go of with its end or with the last
 * listener; the value stays.
 */
export function watchJob(
  handle: JobHandle,
  options: Pick<FollowOptions, 'levels' | 'previews' | 'pastEnd'> = {},
): Readable<JobView> {
  const view = createObservable<JobView>(LOADING);
  let following: AbortController | null = null;
  let listeners = 0;

  function apply(event: JobEvent): void {
    const newest = event.type === 'preview' ? { level: event.level, picture: event.picture } : view.get().preview;
    view.set(viewOf(event.snapshot, newest));
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const { snapshot } = view.get();
    if (snapshot !== null && isEnded(snapshot.job) && options.pastEnd !== true) return;
    try {
      for await (const event of handle.events({ ...options, signal, from: snapshot ?? 'now' })) {
        if (signal.aborted) return;
        apply(event);
      }
    } catch (error) {
      if (!signal.aborted) view.set({ ...view.get(), status: 'unavailable', error: toRendercastError(error) });
    }
  }

  return {
    get: () => view.get(),
    subscribe(listener) {
      const end = view.subscribe(listener);
      listeners += 1;
      if (listeners === 1) {
        following = new AbortController();
        void follow(following.signal);
      }
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        end();
        listeners -= 1;
        if (listeners === 0) following?.abort();
      };
    },
  };
}

function viewOf(snapshot: Snapshot | null, preview: JobView['preview']): JobView {
  if (snapshot === null) return { ...LOADING, status: 'absent' };
  const level = snapshot.levels.preview;
  if (level === undefined) return { status: snapshot.job.state, snapshot, preview: null, error: null };
  // The same picture keeps its bytes, and stays the same object for those who compare.
  const kept = preview !== null && compareStamps(preview.level, level) === 0 ? preview : { level, picture: null };
  return { status: snapshot.job.state, snapshot, preview: kept, error: null };
}
