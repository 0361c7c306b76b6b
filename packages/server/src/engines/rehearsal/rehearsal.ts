import { type Clock, systemClock } from '../../clock.js';
import type { Engine } from '../engine.js';
import { perform } from './performance.js';

export interface RehearsalOptions {
  /** Name of the backend. Default: `rehearsal`. */
  backend?: string;
  /** Jobs at once. Default: 4, enough to see a line form without waiting long. */
  slots?: number;
  clock?: Clock;
}

/** What a rehearsal is told to be by its registration: never chosen by `auto`, harmless to repeat. */
export const REHEARSAL = { name: 'rehearsal', auto: [], repeatable: true } as const;

/**
 * An engine for tests and demos only. It plays the script in `request.extra.rehearsal` — timing, stages, previews
 * and every kind of failure — so that a front end can be tried against each bad day. See README.md.
 */
export function createRehearsal(options: RehearsalOptions = {}): Engine {
  const clock = options.clock ?? systemClock;
  const closing = new AbortController();
  const playing = new Set<Promise<void>>();
  return {
    name: REHEARSAL.name,
    backend: options.backend ?? REHEARSAL.name,
    capabilities: () => ({
      kinds: ['image', 'music'],
      models: [],
      features: ['steps', 'previews', 'seed', 'count', 'refiner'],
      slots: options.slots ?? 4,
      health: 'up',
      message: 'Plays scripts for tests and demos; makes no art.',
    }),
    async run(work, context) {
      const signal = AbortSignal.any([context.signal, closing.signal]);
      const performance = perform(work, { ...context, signal }, clock, closing.signal);
      playing.add(performance);
      try {
        await performance;
      } finally {
        playing.delete(performance);
      }
    },
    async close() {
      closing.abort(new Error('the engine is closing'));
      await Promise.allSettled(playing);
    },
  };
}
