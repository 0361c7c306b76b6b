import { systemClock } from '../../clock.js';
import { createSilentLogger } from '../../logger.js';
import type { Engine } from '../engine.js';
import { sdapiOptionsSchema } from './options.js';
import { createSdapi } from './sdapi.js';

export interface BackendWishes {
  shared?: boolean;
  slots?: number;
  [option: string]: unknown;
}

/** An engine over the server at an address, at a pace for tests. */
export function openBackend(url: string, { shared = false, slots, ...wishes }: BackendWishes = {}): Engine {
  return createSdapi({
    backend: 'studio',
    slots: slots ?? null,
    shared,
    options: sdapiOptionsSchema.parse({ url, pollMs: 15, interruptMs: 20, answerMs: 1_500, ...wishes }),
    clock: systemClock,
    logger: createSilentLogger(),
  });
}
