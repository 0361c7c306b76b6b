import { backendMaker } from '../backend-maker.js';
import { createElevenLabs } from './elevenlabs.js';
import { optionsSchema } from './options.js';

/**
 * Backends of ElevenLabs Music. A song is paid for when it is ordered, so what was lost on the way is never ordered again
 * by itself: an attempt that finds the word of an earlier one ends as unknown instead.
 */
export const elevenLabs = backendMaker({
  engine: 'elevenlabs',
  kinds: ['music'],
  options: optionsSchema,
  traits: { repeatable: false, adopts: true, shared: true },
  create: ({ options, ...order }) => createElevenLabs(options, order),
});
