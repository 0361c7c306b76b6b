import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A cursor that was seen. */
export interface Mark {
  epoch: string;
  head: number;
}

/** How far this node has seen the log, for noticing that the database was set back. */
export interface HighWater {
  /** The newest cursor seen so far, and in which epoch; null if none. */
  now(): Mark | null;
  saw(epoch: string, head: number): void;
  /** Writes it down, if there is a file for it. */
  keep(): void;
}

/** Kept in memory, and in a file where one is given: then the mark outlives the process. */
export function createHighWater(file: string | null): HighWater {
  let mark: Mark | null = file === null ? null : readMark(file);
  let kept = mark?.head ?? 0;
  return {
    now: () => (mark === null ? null : { ...mark }),
    saw(epoch, head) {
      if (mark?.epoch !== epoch) mark = { epoch, head };
      else if (head > mark.head) mark.head = head;
    },
    keep() {
      if (file === null || mark === null || mark.head === kept) return;
      kept = mark.head;
      // Beside it first: a torn mark would be none.
      writeFileSync(`${file}.new`, JSON.stringify(mark), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}

function readMark(file: string): Mark | null {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<Mark>;
    return typeof read.epoch === 'string' && typeof read.head === 'number'
      ? { epoch: read.epoch, head: read.head }
      : null;
  } catch {
    return null; // the first start, or a mark that was lost: nothing is known
  }
}
