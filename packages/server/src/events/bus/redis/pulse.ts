import type { Redis } from 'ioredis';
import type { Clock } from '../../../clock.js';

/** Time between two questions whether a connection is alive, in milliseconds. */
const PULSE_MS = 1_000;
/** A connection that has not answered for so long is given up, in milliseconds: a cut line says nothing by itself. */
const SILENCE_MS = 2_500;

/** Asks connections for a sign of life, again and again; tells when one stays silent. Returns how to stop. */
export function watchPulse(
  clock: Clock,
  connections: () => readonly Redis[],
  silent: (forMs: number) => void,
): () => void {
  const askedMs = new Map<Redis, number>();
  let stopped = false;
  let takeBack = clock.after(PULSE_MS, beat);

  function ask(redis: Redis): void {
    askedMs.set(redis, clock.monotonic());
    redis.ping().then(
      () => askedMs.delete(redis),
      () => askedMs.delete(redis), // its end is told by the connection itself
    );
  }

  function beat(): void {
    // After what lies in the sockets was read: a process that stood still itself must not take that for silence.
    setImmediate(() => {
      if (stopped) return;
      takeBack = clock.after(PULSE_MS, beat);
      const nowMs = clock.monotonic();
      for (const redis of connections()) {
        const sinceMs = askedMs.get(redis);
        if (sinceMs === undefined) ask(redis);
        else if (nowMs - sinceMs >= SILENCE_MS) return silent(nowMs - sinceMs);
      }
    });
  }

  return () => {
    stopped = true;
    takeBack();
  };
}
