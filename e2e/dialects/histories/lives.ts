import type { Findings } from './faults.js';
import type { Connection } from './recording.js';
import type { TrueJob } from './truth.js';

/** A connection that has said nothing for so long stands all the same: what starts after it is to be told. */
const STANDS_WITHIN_MS = 5_000;

/** An end as it was told. */
export interface ToldEnd {
  index: number;
  succeeded: boolean;
  /** Why it failed. */
  error: string | null;
  /** Images or songs told of; null: the message tells none. */
  outputs: number | null;
}

/** When a connection was known to stand: from then on everything that happens is to be told. */
export function standsAt({ openedAtMs, heard }: Connection, isProof: (index: number) => boolean): number {
  const first = heard.findIndex((_, index) => isProof(index));
  return Math.min(heard[first]?.atMs ?? Number.POSITIVE_INFINITY, openedAtMs + STANDS_WITHIN_MS);
}

/**
 * Compares the ends that were told of one id with those of its holders. A connection that was open to the last has been
 * told the last of them; any other a row of them. `due` holders are those whose end had to be told.
 */
export function judgeEnds(
  findings: Findings,
  { isWhole }: Connection,
  told: readonly ToldEnd[],
  holders: readonly TrueJob[],
  due: readonly TrueJob[],
): void {
  const shown = holders[0]?.shown ?? '';
  if (isWhole && told.length < due.length)
    findings.add('end-missing', `${shown}: ${due.length} ends were due, ${told.length} were told`);
  if (told.length > holders.length)
    findings.add('end-twice', `${shown}: ${told.length} ends of ${holders.length} jobs were told`);
  if (told.length === 0 || told.length > holders.length) return;
  const last = holders.length - told.length;
  const from = isWhole && told.length >= due.length ? last : 0;
  for (let first = from; first <= last; first += 1)
    if (told.every((end, index) => fits(end, holders[first + index]))) return;
  findings.add('end-wrong', `${shown}: ${JSON.stringify(told)} are not the ends of the log`);
}

function fits({ succeeded, error, outputs }: ToldEnd, holder: TrueJob | undefined): boolean {
  if (holder === undefined || holder.endedAtMs === null) return false;
  const { job } = holder;
  if (succeeded !== (job.state === 'succeeded')) return false;
  if (outputs !== null && outputs !== job.outputs.length) return false;
  if (error === null || job.error === null || job.state !== 'failed') return true;
  return error.includes(job.error.message);
}
