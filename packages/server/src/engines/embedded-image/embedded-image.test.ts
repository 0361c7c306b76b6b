import { engineContract } from '../engine.contract.js';
import { createEmbeddedImage } from './index.js';

engineContract({
  name: 'embedded-image',
  open: () => createEmbeddedImage({ threads: 1 }),
  jobs: [
    {
      title: 'one PNG with both stages',
      kind: 'image',
      request: { prompt: 'a red fox under a yellow moon', width: 160, height: 128, steps: 6 },
      outputs: 1,
      mediaType: 'image/png',
    },
    {
      title: 'three WebP pictures of the base stage alone',
      kind: 'image',
      request: { prompt: 'boats', width: 96, height: 96, steps: 4, refinerSteps: 0, count: 3, format: 'webp' },
      outputs: 3,
      mediaType: 'image/webp',
    },
  ],
  abortWithinMs: 200,
});
