import type { Clock } from '../clock.js';

/** Messages are counted over this time, so that a burst is no offence. */
const WINDOW_S = 10;

/** The messages of one socket, counted against the limit. */
export interface MessageRate {
  allows(): boolean;
}

/** Counts by a bucket that refills with time. */
export function createMessageRate(perSecond: number, clock: Clock): MessageRate {
  return new Bucket(perSecond, clock);
}

/** A class, because there is one for each open connection: see decision 006. */
class Bucket implements MessageRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #countedAtMs: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = perSecond * WINDOW_S;
    this.#countedAtMs = clock.monotonic();
  }

  allows(): boolean {
    const nowMs = this.#clock.monotonic();
    const refilled = this.#tokens + ((nowMs - this.#countedAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond * WINDOW_S, refilled) - 1;
    this.#countedAtMs = nowMs;
    return this.#tokens >= 0;
  }
}
