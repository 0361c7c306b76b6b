import type { WorkerWord } from '../../worker/socket-messages.js';

/** A word about a held job, and those whose answer is its answer. */
export interface SaidWord {
  word: WorkerWord;
  refs: (string | null)[];
}

/**
 * The words of one socket about the jobs that its worker holds: about each job one at a time, what was said first is done
 * first. A report that still waits takes a newer one into itself, for only the newest progress and preview count; one that
 * names a stage stays by itself, for that is a fact.
 */
export interface WorkerWords {
  /** Takes a word. `now`: it is to be carried out; null: it waits behind another, or inside it; `full`: there is no room. */
  add(word: WorkerWord): SaidWord | null | 'full';
  /** The word about this job that was carried out is done: the next one. */
  done(key: string): SaidWord | null;
}

/** Words that may wait on one socket: for a store that takes its time, not for a worker that never listens. */
export const MAX_WAITING_WORDS = 256;

/** What tells an attempt apart, as its worker names it. */
export const wordKey = ({ jobId, lease }: { jobId: string; lease: string }): string => `${lease} ${jobId}`;

export function createWorkerWords(): WorkerWords {
  /** By job; the first of each list is being carried out. */
  const lines = new Map<string, SaidWord[]>();
  let waiting = 0;
  return {
    add(word) {
      const key = wordKey(word);
      const said: SaidWord = { word, refs: [word.ref ?? null] };
      const line = lines.get(key);
      if (line === undefined) {
        lines.set(key, [said]);
        return said;
      }
      if (waiting >= MAX_WAITING_WORDS) return 'full';
      waiting += 1;
      const last = line.length > 1 ? line.at(-1) : undefined;
      if (last === undefined || !tookIn(last, said)) line.push(said);
      return null;
    },
    done(key) {
      const line = lines.get(key);
      line?.shift();
      const next = line?.[0];
      if (next === undefined) lines.delete(key);
      else waiting -= next.refs.length;
      return next ?? null;
    },
  };
}

/** Puts a newer report into one that waits, if both can be told as one. */
function tookIn(last: SaidWord, { word, refs }: SaidWord): boolean {
  if (last.word.type !== 'report' || word.type !== 'report' || word.stage !== undefined) return false;
  const { progress = last.word.progress, preview = last.word.preview } = word;
  last.word = {
    ...last.word,
    ...(progress === undefined ? {} : { progress }),
    ...(preview === undefined ? {} : { preview }),
  };
  last.refs.push(...refs);
  return true;
}
