import {
  type Client,
  type Job,
  type JobEvent,
  type JobHandle,
  RendercastError,
  type Snapshot,
} from '@rendercast/client';
import type { Show } from './show.js';

/**
 * Shows everything that happens to a job until it has ended, and resolves with it as it stands then. Rejects with
 * the signal's reason when that aborts; the job goes on.
 */
export async function followJob(handle: JobHandle, client: Client, show: Show, signal: AbortSignal): Promise<Job> {
  let last: Job | null = handle.submitted;
  let progressAtMs: number | null = null;
  const state = ({ job, levels }: Pick<Snapshot, 'job' | 'levels'>) => {
    last = job;
    if (levels.progress === undefined) progressAtMs = null;
    else progressAtMs ??= performance.now();
    show.state({ job, levels, progressAtMs });
  };
  if (last !== null) state({ job: last, levels: {} });

  const previews = show.wantsPictures ? 'binary' : 'none';
  for await (const event of handle.events({ signal, previews })) {
    if (event.type === 'level' && event.level.kind === 'progress') progressAtMs = performance.now();
    if (event.snapshot !== null) state(event.snapshot);
    if (event.type === 'fact') show.fact(event.fact);
    if (event.type === 'level') show.level(handle.id, event.level);
    if (event.type === 'preview') await showPreview(event, client, show, signal);
    if (event.type === 'reset') {
      show.say('The server was set back to an earlier state; this is the job as it stands there.');
      last = event.snapshot?.job ?? null;
    }
  }
  if (last === null) throw new RendercastError('not_found', 'The job is gone.');
  return last;
}

/** The bytes come along, or are fetched; a preview that cannot be had is left out. */
async function showPreview(
  { level, picture, snapshot }: Extract<JobEvent, { type: 'preview' }>,
  client: Client,
  show: Show,
  signal: AbortSignal,
): Promise<void> {
  if (picture !== null) return show.picture(snapshot.job.id, picture);
  if (level.url === undefined) return;
  try {
    const response = await client.download(level, { signal });
    show.picture(snapshot.job.id, new Uint8Array(await response.arrayBuffer()));
  } catch {
    signal.throwIfAborted();
  }
}
