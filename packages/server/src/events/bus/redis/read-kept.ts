import type { CarriedLevel } from '../bus.js';
import { decodeFrame } from './frame.js';
import type { Names } from './names.js';
import type { Session } from './session.js';

/** Jobs asked about before the answers are waited for. */
const JOBS_AT_ONCE = 200;

/** Reads what Redis keeps of jobs, and hands it on job by job. What cannot be read is told as garbage. */
export async function readKept(
  session: Session,
  names: Names,
  jobIds: readonly string[],
  found: (carried: CarriedLevel) => void,
  garbage: () => void,
): Promise<void> {
  for (let at = 0; at < jobIds.length; at += JOBS_AT_ONCE) {
    const some = jobIds.slice(at, at + JOBS_AT_ONCE);
    await Promise.all(some.map(readJob));
  }

  async function readJob(jobId: string): Promise<void> {
    const kept = await session.callBuffer('HMGET', [names.keptKey(jobId), 'progress', 'preview']);
    for (const bytes of Array.isArray(kept) ? kept : []) {
      if (!(bytes instanceof Buffer)) continue; // none of this kind
      const frame = decodeFrame(bytes);
      if (frame?.kind === 'level' && frame.carried.jobId === jobId) found(frame.carried);
      else garbage();
    }
  }
}
