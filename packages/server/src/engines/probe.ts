import { type Clock, sleep } from '../clock.js';
import type { Capabilities, Engine } from './engine.js';

/** Asks one backend how it is, at its own pace. */
export interface Probe {
  /** Whether it is time to ask: the pace is over, and no earlier question is still unanswered. */
  isDue(): boolean;
  /** Asks now. Rejects when it does not answer in time, or answers with an error. */
  ask(): Promise<Capabilities>;
  /** How long the last answer took, in milliseconds; null: there was none. */
  tookMs(): number | null;
}

export interface ProbeOptions {
  engine: Engine;
  clock: Clock;
  /** Longest wait for an answer, in milliseconds. */
  answerMs: number;
  /** Time between questions while it answers, in milliseconds; without an answer it grows to three times as much. */
  everyMs: number;
}

/** A question that has hung for so many longest waits is given up, and another may be asked. */
const GIVE_UP_AFTER = 10;
const SLOWEST = 3;

export function createProbe({ engine, clock, answerMs, everyMs }: ProbeOptions): Probe {
  /** When the question was asked that hangs, by the monotonic clock; null: none does. */
  let hangsSinceMs: number | null = null;
  let dueMs = 0;
  let missed = 0;
  let tookMs: number | null = null;

  async function ask(): Promise<Capabilities> {
    const askedMs = clock.monotonic();
    hangsSinceMs = askedMs;
    const answer = Promise.resolve()
      .then(() => engine.capabilities())
      .finally(() => {
        if (hangsSinceMs === askedMs) hangsSinceMs = null;
      });
    try {
      const capabilities = await within(answer);
      missed = 0;
      tookMs = clock.monotonic() - askedMs;
      return capabilities;
    } catch (thrown) {
      missed += 1;
      tookMs = null;
      throw thrown;
    } finally {
      dueMs = clock.monotonic() + everyMs * Math.min(SLOWEST, 1 + missed / 2);
    }
  }

  async function within(answer: Promise<Capabilities>): Promise<Capabilities> {
    const answered = new AbortController();
    const late = sleep(clock, answerMs, answered.signal).then(() => {
      throw new Error(`no answer within ${answerMs} ms`);
    });
    late.catch(() => undefined); // taken back below: its rejection is no news then
    try {
      return await Promise.race([answer, late]);
    } finally {
      answered.abort();
    }
  }

  return {
    isDue() {
      const nowMs = clock.monotonic();
      const hangs = hangsSinceMs !== null && nowMs - hangsSinceMs < answerMs * GIVE_UP_AFTER;
      return nowMs >= dueMs && !hangs;
    },
    ask,
    tookMs: () => tookMs,
  };
}
