import type { Fact } from '../events.js';
import type { Line } from './line.js';
import type { Violation, ViolationCode } from './violations.js';

/** Collects the faults of one reader. A fact that comes after a later one is out of order, not lost. */
export interface Report {
  /** The observation under judgement. */
  at(index: number): void;
  add(code: ViolationCode, jobId: string | null, seq: number | null, message: string): void;
  /** Facts at places after `from` and up to `to` were passed over. */
  lose(line: Line, from: number, to: number, why: string): void;
  /** A fact at a place that was passed: late, or a second time. */
  repeated(place: number, fact: Fact): void;
  /** What is missing now will not come any more. */
  settle(): void;
  done(): Violation[];
}

/** Makes an empty report. */
export function createReport(reader: string): Report {
  const violations: Violation[] = [];
  const missing = new Map<number, Violation>();
  let index = 0;

  const make = (code: ViolationCode, jobId: string | null, seq: number | null, message: string): Violation => ({
    code,
    reader,
    index,
    jobId,
    seq,
    message,
  });

  const settle = (): void => {
    for (const lost of missing.values()) violations.push(lost);
    missing.clear();
  };

  return {
    at(next) {
      index = next;
    },
    add(code, jobId, seq, message) {
      violations.push(make(code, jobId, seq, message));
    },
    lose(line, from, to, why) {
      for (let next = firstAfter(line.musts, from); ; next += 1) {
        const must = line.musts[next];
        if (must === undefined || must.place > to) break;
        const message = `fact ${must.seq} of ${must.jobId} was not shown: ${why}`;
        missing.set(must.place, make('RC-FACT-LOST', must.jobId, must.seq, message));
      }
    },
    repeated(place, fact) {
      const late = missing.delete(place);
      const message = late ? 'it came after later facts' : 'it had been shown before, or was part of the snapshot';
      violations.push(make(late ? 'RC-FACT-ORDER' : 'RC-FACT-TWICE', fact.jobId, fact.seq, message));
    },
    settle,
    done() {
      settle();
      return violations.sort((left, right) => (left.index ?? 0) - (right.index ?? 0));
    },
  };
}

/** Index of the first place after `from`, by halving: feeds of long runs hold many thousands. */
function firstAfter(musts: Line['musts'], from: number): number {
  let low = 0;
  let high = musts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((musts[middle]?.place ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return low;
}
