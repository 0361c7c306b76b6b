import type { Verbs } from '../../commands.js';
import type { FileUrl } from '../../dialect.js';
import { toRendercastError } from '../../errors.js';
import type { Snapshot } from '../../job.js';
import { LIMITS } from '../../limits.js';
import { shownId } from '../../shown-id.js';
import { activeJob } from './answers.js';
import { wordsOf } from './error.js';
import { inputsOf } from './given-pictures.js';
import { unfinished } from './look.js';
import type { ActiveJob, DataOf } from './messages.js';
import { readParams, submitOf } from './params.js';

/** Name of this dialect, as jobs remember what they came through. */
export const VIA = 'progress-feed';

const MINUTE_MS = 60_000;
/** Common clients hang up at frames over 1 MiB. */
const MAX_LIST_BYTES = 900_000;

/** Submits several jobs, all or none. */
export async function submitAll(verbs: Verbs, jobs: readonly unknown[], engine: string): Promise<string[]> {
  const all = jobs.map((params) => readParams(params));
  const batch = { jobs: await inOrder(all, async (params) => submitOf(params, engine, await inputsOf(params, verbs))) };
  const made = await verbs.submitBatch(batch, { via: VIA });
  return made.jobs.map(shownId);
}

/** One after the other: pictures come with some, and not all of them need lie in memory twice. */
async function inOrder<T, R>(list: readonly T[], make: (one: T) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const one of list) made.push(await make(one));
  return made;
}

/** Cancels each job that can be; says of the others why not. */
export async function cancelAll(
  verbs: Verbs,
  jobIds: readonly string[],
  signal: AbortSignal,
): Promise<DataOf<'cancellation_confirmed'>> {
  const answer: DataOf<'cancellation_confirmed'> = { job_ids: [], refused: [] };
  for (const id of jobIds) {
    signal.throwIfAborted();
    try {
      await verbs.cancel(id, null);
      answer.job_ids.push(id);
    } catch (error) {
      answer.refused.push({ job_id: id, error_message: wordsOf(toRendercastError(error)) });
    }
  }
  return answer;
}

/** The first jobs of the queue, as many as one frame holds. */
function asManyAsFit(open: readonly Snapshot[], fileUrl: FileUrl): ActiveJob[] {
  const jobs: ActiveJob[] = [];
  let sizeBytes = 0;
  for (const snapshot of open) {
    const job = activeJob(snapshot, fileUrl);
    sizeBytes += new TextEncoder().encode(JSON.stringify(job)).length + 1;
    if (sizeBytes > MAX_LIST_BYTES) break;
    jobs.push(job);
  }
  return jobs;
}

/** The queue: what waits and runs, oldest first, and how fast it moves. */
export async function queueOf(
  verbs: Verbs,
  fileUrl: FileUrl,
  nowMs: number,
  signal: AbortSignal,
): Promise<DataOf<'queue_update'>> {
  const open = await unfinished(verbs, signal);
  const running = open.filter(({ job }) => job.state === 'running').length;
  // Of the newest jobs: what was submitted long before and ended just now may be missed.
  const ended = await verbs.list({
    kind: 'image',
    state: ['succeeded', 'failed', 'canceled'],
    limit: LIMITS.pageMax,
  });
  const since = nowMs - MINUTE_MS;
  return {
    jobs: asManyAsFit(open, fileUrl),
    queue_length: open.length - running,
    running,
    finished_per_minute: ended.jobs.filter(({ endedAt }) => endedAt !== null && Date.parse(endedAt) >= since).length,
  };
}
