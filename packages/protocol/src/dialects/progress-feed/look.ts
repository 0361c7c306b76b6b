import type { Verbs } from '../../commands.js';
import { RendercastError } from '../../errors.js';
import type { Job, JobState, Snapshot } from '../../job.js';
import { LIMITS } from '../../limits.js';

/** Questions asked at a time: enough to be quick, few enough that others get their turn. */
const AT_ONCE = 50;

/** Jobs as they stand, for a socket that comes late: those named, or with null all that have not ended, oldest first. */
export async function look(verbs: Verbs, names: readonly string[] | null, signal: AbortSignal): Promise<Snapshot[]> {
  if (names === null) return await unfinished(verbs, signal);
  const found = await inTurns(names, signal, (name) => find(verbs, name));
  return found.filter((snapshot) => snapshot !== null);
}

/** Everything that waits or runs, oldest first, with the progress of what runs. */
export async function unfinished(verbs: Verbs, signal: AbortSignal): Promise<Snapshot[]> {
  const jobs = await listAll(verbs, ['queued', 'running'], signal);
  const open = jobs.reverse().filter(({ state }) => state === 'queued' || state === 'running');
  const found = await inTurns(open, signal, async (job) =>
    job.state === 'queued' ? { job, levels: {}, position: '' } : await find(verbs, job.id),
  );
  return found.filter((snapshot) => snapshot !== null);
}

async function listAll(verbs: Verbs, state: JobState[], signal: AbortSignal): Promise<Job[]> {
  const jobs: Job[] = [];
  let cursor: string | null = null;
  do {
    signal.throwIfAborted();
    const page = await verbs.list({
      kind: 'image',
      state,
      limit: LIMITS.pageMax,
      ...(cursor === null ? {} : { cursor }),
    });
    jobs.push(...page.jobs);
    cursor = page.next;
  } while (cursor !== null);
  return jobs;
}

/** A job of this dialect's kind; null when there is none. */
async function find(verbs: Verbs, id: string): Promise<Snapshot | null> {
  try {
    const snapshot = await verbs.get(id);
    return snapshot.job.kind === 'image' ? snapshot : null;
  } catch (error) {
    if (error instanceof RendercastError && error.code === 'not_found') return null;
    throw error;
  }
}

async function inTurns<T, R>(items: readonly T[], signal: AbortSignal, ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    signal.throwIfAborted();
    answers.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(ask))));
  }
  return answers;
}
