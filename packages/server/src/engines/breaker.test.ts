import { describe, expect, test } from 'vitest';
import { createSteppedClock } from '../queue/stepped-clock.contract.js';
import { createBreaker } from './breaker.js';

const clock = createSteppedClock();
const opened = () => {
  const breaker = createBreaker({ clock, longestMs: 20_000 });
  for (let loss = 0; loss < 3; loss += 1) breaker.lost();
  return breaker;
};

describe('a breaker', () => {
  test('opens after three losses in a row, and a job that works in between starts the count anew', () => {
    const breaker = createBreaker({ clock });
    breaker.lost();
    breaker.lost();
    breaker.worked();
    breaker.lost();
    breaker.lost();
    expect(breaker.state()).toBe('closed');
    breaker.lost();
    expect(breaker.state()).toBe('open');
    expect(breaker.losses()).toBe(5);
  });

  test('goes on trial when its time is over and the backend answers, and closes when a job works', () => {
    const breaker = opened();
    expect(breaker.untilMs()).toBe(clock.now() + 5_000);
    clock.step(4_999);
    breaker.answered();
    expect(breaker.state()).toBe('open');
    clock.step(1);
    expect(breaker.state()).toBe('open');
    breaker.answered();
    expect(breaker.state()).toBe('trial');
    expect(breaker.untilMs()).toBeNull();
    breaker.worked();
    expect(breaker.state()).toBe('closed');
  });

  test('stays open twice as long after each trial that fails, up to a bound', () => {
    const breaker = opened();
    const waits: number[] = [];
    for (let trial = 0; trial < 4; trial += 1) {
      const waitMs = (breaker.untilMs() ?? 0) - clock.now();
      waits.push(waitMs);
      clock.step(waitMs);
      breaker.answered();
      breaker.lost();
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 20_000]);
  });

  test('is not opened for longer by jobs that were lost along with the others', () => {
    const breaker = opened();
    const untilMs = breaker.untilMs();
    breaker.lost();
    expect(breaker.untilMs()).toBe(untilMs);
  });
});
