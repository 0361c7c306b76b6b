import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

/** What becomes of a job whose backend has a bad day: one row of the fault matrix (docs/engines/faults.md). */
export interface Fault {
  /** What goes wrong, in words that stand for the same thing with every engine. */
  fault: string;
  /** The servers that can have it. */
  on: readonly string[];
  verdict: Verdict;
  /** From the start of the attempt to its verdict, in milliseconds; a busy machine is allowed for. */
  withinMs: number;
}

/** `done`, `canceled`, or the code of the failure; `again`: another attempt may do better. */
export type Verdict = string;

/** How a run ended. */
export type Ended = 'done' | 'canceled' | { code: string; retryable: boolean | null };

/** Holds what was seen against the rows, so that the page can only say what is so. */
export interface FaultBook {
  /** The row of a fault on one server. Throws where there is none. */
  row(on: string, fault: string): Fault;
  /** One run that met this fault ended so, after so long. */
  judge(on: string, fault: string, ended: Ended, tookMs: number): void;
}

export function createFaultBook(rows: readonly Fault[]): FaultBook {
  const row = (on: string, fault: string): Fault => {
    const found = rows.find((each) => each.fault === fault && each.on.includes(on));
    if (found === undefined) throw new Error(`there is no row for "${fault}" on ${on}`);
    return found;
  };
  return {
    row,
    judge(on, fault, ended, tookMs) {
      const { verdict, withinMs } = row(on, fault);
      const report = process.env.RENDERCAST_FAULT_REPORT ?? '';
      if (report !== '') {
        const seen = { on, fault, verdict: verdictOf(ended), tookMs: Math.round(tookMs) };
        appendFileSync(report, `${JSON.stringify(seen)}\n`);
      }
      expect([fault, verdictOf(ended)]).toEqual([fault, verdict]);
      expect(tookMs, `${fault} on ${on}`).toBeLessThan(withinMs);
    },
  };
}

export function verdictOf(ended: Ended): Verdict {
  if (typeof ended === 'string') return ended;
  if (ended.code === 'succeeded') return 'done';
  return ended.retryable === true ? `${ended.code}, again` : ended.code;
}
