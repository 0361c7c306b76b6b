import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';

/** Crockford's base 32 in lower case: no letters that are misread, and its order is the order of the values. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/** Makes ids that sort by time: `j_` jobs, `a_` artifacts, `b_` batches. */
export interface Ids {
  job(): string;
  artifact(): string;
  batch(): string;
}

/**
 * ULIDs in lower case: 48 bits of time, 80 of chance. Ids of one maker never fall behind each other, also within one
 * millisecond and when the wall clock is set back: then the last time is kept and the chance part counted up.
 */
export function createIds(clock: Clock): Ids {
  let lastMs = -1;
  let chance: number[] = [];
  const next = (): string => {
    const nowMs = clock.now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The top bit stays clear, so that counting up cannot overflow.
      chance = [...randomBytes(RANDOM_DIGITS)].map((byte, index) => (index === 0 ? byte & 15 : byte & 31));
    } else {
      countUp(chance);
    }
    return timeDigits(lastMs) + chance.map((digit) => DIGITS[digit]).join('');
  };
  return { job: () => `j_${next()}`, artifact: () => `a_${next()}`, batch: () => `b_${next()}` };
}

function countUp(digits: number[]): void {
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = (digits[index] ?? 0) + 1;
    digits[index] = digit & 31;
    if (digit < 32) return;
  }
}

function timeDigits(ms: number): string {
  let rest = ms;
  let text = '';
  for (let index = 0; index < TIME_DIGITS; index++) {
    text = `${DIGITS[rest % 32]}${text}`;
    rest = Math.floor(rest / 32);
  }
  return text;
}
