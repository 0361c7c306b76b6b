import type { ErrorCode } from '@rendercast/protocol/error-table';
import type { LevelOf } from '@rendercast/protocol/events';
import type { Job } from '@rendercast/protocol/job';
import { isEnded } from '@rendercast/protocol/reduce';
import { fromErrorBody, type RendercastError } from '@rendercast/protocol/rendercast-error';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { JobHandle } from '../handle.js';
import type { FollowOptions } from '../job-events.js';
import { type JobView, LOADING, watchJob } from '../job-watch.js';
import { useClient } from './provider.js';
import { usePreviewUrl } from './use-preview-url.js';

/** A job as a component shows it. */
export interface UseJob {
  /** `none`: no id was given · else as in `JobView`. */
  status: JobView['status'] | 'none';
  job: Job | null;
  /** The newest progress while it runs; after the end, `job.progress` has what was reached. */
  progress: LevelOf<'progress'> | null;
  /** Its place in the line while it waits, or why nothing can run it. */
  place: LevelOf<'place'> | null;
  /** For `<img>`, when previews are wanted and there is one. */
  previewUrl: string | null;
  ended: boolean;
  /** Why it failed, or why it cannot be followed. */
  error: RendercastError | null;
  /** Asks for it to be stopped. Rejects with `RendercastError`. */
  cancel(reason?: string): Promise<void>;
}

/**
 * Follows a job, by either id, by its handle, or not at all (null). It need not exist yet. The component renders
 * anew with every fact and level; unmounting lets go of the job and stops nothing.
 */
export function useJob(
  target: string | JobHandle | null,
  { levels = true, previews = 'none', pastEnd = false }: Pick<FollowOptions, 'levels' | 'previews' | 'pastEnd'> = {},
): UseJob {
  const client = useClient();
  const handle = useMemo(() => (typeof target === 'string' ? client.job(target) : target), [client, target]);
  const watch = useMemo(
    () => (handle === null ? null : watchJob(handle, { levels, previews, pastEnd })),
    [handle, levels, previews, pastEnd],
  );
  const subscribe = useCallback((listener: () => void) => watch?.subscribe(listener) ?? nothing, [watch]);
  const view = useSyncExternalStore(
    subscribe,
    () => watch?.get() ?? LOADING,
    () => LOADING,
  );
  const previewUrl = usePreviewUrl(view.preview);
  const cancel = useCallback(
    async (reason?: string) => {
      await handle?.cancel(reason === undefined ? {} : { reason });
    },
    [handle],
  );
  const job = view.snapshot?.job ?? null;
  return {
    status: handle === null ? 'none' : view.status,
    job,
    progress: view.snapshot?.levels.progress ?? null,
    place: view.snapshot?.levels.place ?? null,
    previewUrl,
    ended: job !== null && isEnded(job),
    error: useMemo(() => view.error ?? errorOfJob(job), [view.error, job]),
    cancel,
  };
}

function errorOfJob(job: Job | null): RendercastError | null {
  if (job?.state !== 'failed' || job.error === null) return null;
  const { code, message, retryable } = job.error;
  return fromErrorBody({ code: code as ErrorCode, message, retryable });
}

function nothing(): void {
  // No job, so nothing to let go of.
}
