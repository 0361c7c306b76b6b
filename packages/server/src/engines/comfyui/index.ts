import { backendMaker } from '../backend-maker.js';
import { createComfyui, NAME } from './comfyui.js';
import { optionsSchema } from './options.js';

/** Makes backends that drive ComfyUI servers. Songs need a workflow and are never taken by `auto`. */
export const comfyui = backendMaker({
  engine: NAME,
  kinds: ['image'],
  options: optionsSchema,
  traits: { repeatable: true, shared: true, adopts: true },
  create: createComfyui,
});
