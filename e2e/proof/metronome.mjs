import { setTimeout as sleep } from 'node:timers/promises';

/**
 * An engine that only ticks: each report carries the instant of the report (microseconds since 1970, in `etaMs`), so that a reader on
 * the same machine can tell how long it was on its way. A job runs until it is canceled, or for `extra.ticks` reports.
 *
 * @param {number} ticksPerSecond reports of each job
 * @returns {import('@rendercast/server').OwnEngine}
 */
export function metronome(ticksPerSecond) {
  return {
    engine: {
      name: 'metronome',
      backend: 'metronome',
      capabilities: () => ({ kinds: ['image'], models: [], features: [], slots: 500, health: 'up', message: null }),
      async run(work, context) {
        const ticks = work.job.request.extra?.ticks ?? Number.POSITIVE_INFINITY;
        await context.stage({ stage: 'ticking' });
        for (let tick = 0; tick < ticks; tick += 1) {
          const nowMicros = Math.round((performance.timeOrigin + performance.now()) * 1000);
          context.progress({ fraction: null, step: tick, etaMs: nowMicros });
          await sleep(1000 / ticksPerSecond, undefined, { signal: context.signal });
        }
      },
      close: async () => undefined,
    },
    traits: { auto: [], repeatable: true },
  };
}
