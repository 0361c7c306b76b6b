import { backendMaker } from '../backend-maker.js';
import { sdapiOptionsSchema } from './options.js';
import { createSdapi, SDAPI } from './sdapi.js';

/** How backends on SD.Next, A1111, Forge and stable-diffusion.cpp are made from the configuration. */
export const sdapi = backendMaker({
  engine: SDAPI,
  kinds: ['image'],
  options: sdapiOptionsSchema,
  // A picture of an own server may be made twice; the server is one and the same for all processes.
  traits: { repeatable: true, shared: true },
  create: createSdapi,
});
