import { expect, test } from 'vitest';
import type { Clock } from '../../../clock.js';
import { createSilentLogger } from '../../../logger.js';
import { BusOpenError } from './open-error.js';
import { supervise } from './supervise.js';

/** A clock whose timers go off by hand; the limit of an opening is none of the waits that are looked at. */
function createHandClock() {
  const time = { nowMs: 0 };
  const timers: { delayMs: number; callback: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => time.nowMs,
    after(delayMs, callback) {
      const timer = { delayMs, callback };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
  };
  return { clock, timers, time };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function delaysWith(random: () => number, attempts: number): Promise<number[]> {
  const { clock, timers } = createHandClock();
  const open = () => Promise.reject(new Error('nobody is there'));
  const nothing = { up: async () => undefined, down: () => undefined };
  const supervised = await supervise({ open, ...nothing, clock, logger: createSilentLogger(), random });
  const delays: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const timer = timers.shift();
    if (timer === undefined) throw new Error('nothing was planned');
    delays.push(timer.delayMs);
    timer.callback();
    await turn();
  }
  supervised.close();
  expect(timers).toEqual([]);
  return delays;
}

test('attempts to come back are spread: the time between them grows, up to a limit, and is drawn anew each time', async () => {
  expect(await delaysWith(() => 1, 9)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  expect(await delaysWith(() => 0, 7)).toEqual([25, 50, 100, 200, 400, 800, 1_250]);
  let drawn = 0;
  expect(await delaysWith(() => drawn++ % 2, 3)).toEqual([25, 200, 100]);
});

test('a fault of the set-up at the start is thrown, and nothing is tried again', async () => {
  const { clock, timers } = createHandClock();
  const open = () => Promise.reject(new BusOpenError('too_old', 'it is too old'));
  const nothing = { up: async () => undefined, down: () => undefined };
  const opening = supervise({ open, ...nothing, clock, logger: createSilentLogger() });
  await expect(opening).rejects.toMatchObject({ reason: 'too_old' });
  expect(timers).toEqual([]);
});

test('a session that is lost again and again is opened ever less often, until one has lasted', async () => {
  const { clock, timers, time } = createHandClock();
  let lose = (_reason: string): void => undefined;
  const session = {
    ...{ server: 'x', publish: 'PUBLISH' as const, call: async () => null, callBuffer: async () => null },
    ...{
      run: async () => null,
      subscribe: async () => undefined,
      unsubscribe: () => undefined,
      close: () => undefined,
    },
  };
  const open = (failed: (reason: string) => void) => {
    lose = failed;
    return Promise.resolve(session);
  };
  const nothing = { up: async () => undefined, down: () => undefined };
  const supervised = await supervise({ open, ...nothing, clock, logger: createSilentLogger(), random: () => 1 });
  const delays: number[] = [];
  for (const livedMs of [10, 10, 10, 60_000, 10]) {
    time.nowMs += livedMs;
    lose('it was cut');
    expect(supervised.degraded).toBe('it was cut');
    const timer = timers.shift();
    delays.push(timer?.delayMs ?? 0);
    timer?.callback();
    await turn();
    expect(supervised.degraded).toBeNull();
  }
  expect(delays).toEqual([100, 200, 400, 100, 200]);
  expect(supervised.losses).toBe(5);
  supervised.close();
});

test('an opening that never ends is given up, and one that ends after that is closed', async () => {
  const { clock, timers } = createHandClock();
  let closed = 0;
  let finish = (): void => undefined;
  const session = {
    ...{ server: 'x', publish: 'PUBLISH' as const, call: async () => null, callBuffer: async () => null },
    ...{ run: async () => null, subscribe: async () => undefined, unsubscribe: () => undefined },
    close: () => void (closed += 1),
  };
  const nothing = { up: async () => undefined, down: () => undefined };
  const open = () =>
    new Promise<typeof session>((resolve) => {
      finish = () => resolve(session);
    });
  const opening = supervise({ open, ...nothing, clock, logger: createSilentLogger(), random: () => 1 });
  timers.shift()?.callback();
  const supervised = await opening;
  expect(supervised.degraded).toContain('4000 ms');
  finish();
  await turn();
  expect(closed).toBe(1);
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([100]);
  supervised.close();
});
