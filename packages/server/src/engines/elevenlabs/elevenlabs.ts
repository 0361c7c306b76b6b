import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import type { Engine } from '../engine.js';
import { askForPlan } from './ask-for-plan.js';
import { MODEL_TITLES, MODELS } from './models.js';
import type { Options } from './options.js';
import { render } from './render.js';
import { createService } from './service.js';

/** Where a backend stands in the house. */
export interface Standing {
  backend: string;
  slots: number | null;
  clock: Clock;
  logger: Logger;
}

/** Songs at once where the configuration names no number: every plan that has music allows two. */
const SLOTS = 2;

/** Makes music with the API of ElevenLabs. */
export function createElevenLabs(options: Options, { backend, slots, clock, logger }: Standing): Engine {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const service = createService(options, clock, logger.child({ backend }));
  async function track<T>(work: Promise<T>): Promise<T> {
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  }
  return {
    name: 'elevenlabs',
    backend,
    capabilities: () => ({
      kinds: ['music'],
      models: [options.model, ...MODELS.filter((model) => model !== options.model)].map((id) => ({
        id,
        title: MODEL_TITLES[id],
      })),
      features: ['plan', 'prompt', 'negativePrompt', 'lyrics', 'mp3'],
      slots: slots ?? SLOTS,
      ...service.health.now(),
    }),
    run(work, context) {
      const signal = AbortSignal.any([context.signal, closing.signal]);
      return track(render(service, work, context, signal));
    },
    plan: (wish) => track(askForPlan(service, wish, closing.signal)),
    async close() {
      closing.abort(new Error('the engine is closing'));
      await Promise.allSettled(running);
    },
  };
}
