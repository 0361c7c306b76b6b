import { RendercastError } from '@rendercast/protocol/errors';
import type { LevelOf } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { isEnded } from '@rendercast/protocol/reduce';
import type { Channels, JobStart, Seat } from './channels.js';
import type { JobChannel } from './job-channel.js';
import { createObservable, type Readable } from './observable.js';
import type { Wants } from './subscription.js';

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
  channels: Channels,
  jobId: string,
  wants: Wants,
  { start, pastEnd }: { start: JobStart; pastEnd: boolean },
): Readable<JobView> {
  const view = createObservable<JobView>(start === null || start === 'start' ? LOADING : viewOf(start, null));
  let seat: Seat<JobChannel> | null = null;
  let listeners = 0;

  function show(snapshot: Snapshot | null, preview: JobView['preview']): void {
    view.set(viewOf(snapshot, preview));
    if (isOver()) leave();
  }

  function isOver(): boolean {
    const { snapshot } = view.get();
    return !pastEnd && snapshot !== null && isEnded(snapshot.job);
  }

  function leave(): void {
    seat?.leave();
    seat = null;
  }

  function enter(): void {
    const known = view.get().snapshot;
    const entered = channels.job(
      jobId,
      wants,
      {
        known: (snapshot) => show(snapshot, null),
        fact: (_fact, snapshot) => show(snapshot, view.get().preview),
        level(level, picture, snapshot) {
          const { preview } = view.get();
          show(snapshot, level.kind === 'preview' ? { level, picture } : preview);
        },
        reset: (_reason, snapshot) => show(snapshot, null),
        failed: (error) => view.set({ ...view.get(), status: 'unavailable', error }),
      },
      known,
    );
    seat = entered;
    const { channel } = entered;
    if (channel.isKnown && channel.snapshot !== known) show(channel.snapshot, null);
  }

  return {
    get: () => view.get(),
    subscribe(listener) {
      const end = view.subscribe(listener);
      listeners += 1;
      if (listeners === 1 && !isOver()) enter();
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        end();
        listeners -= 1;
        if (listeners === 0) leave();
      };
    },
  };
}

function viewOf(snapshot: Snapshot | null, preview: JobView['preview']): JobView {
  if (snapshot === null) return { ...LOADING, status: 'absent' };
  const level = snapshot.levels.preview;
  if (level === undefined) return { status: snapshot.job.state, snapshot, preview: null, error: null };
  const kept = preview !== null && preview.level.tick === level.tick && preview.level.attempt === level.attempt;
  return { status: snapshot.job.state, snapshot, preview: kept ? preview : { level, picture: null }, error: null };
}
