import sharp from 'sharp';
import { afterAll, beforeAll, describe } from 'vitest';
import { engineContract } from '../engine.contract.js';
import { type Fake, startFake } from './fake-process.contract.js';

let fake: Fake;
const inputs = new Map<string, { mediaType: string; bytes: Uint8Array }>();
beforeAll(async () => {
  fake = await startFake();
  const picture = sharp({ create: { width: 96, height: 64, channels: 3, background: '#a42' } });
  inputs.set('a_init', { mediaType: 'image/png', bytes: await picture.png().toBuffer() });
});
afterAll(() => fake.close());

describe('over a fake server', () => {
  engineContract({
    name: 'comfyui',
    async open() {
      await fake.manners({ stepMs: 15 });
      await fake.does('forget');
      return fake.engine();
    },
    abortWithinMs: 500,
    inputs,
    jobs: [
      {
        title: 'two pictures from words',
        kind: 'image',
        request: { prompt: 'a fox', width: 64, height: 64, steps: 6, count: 2 },
        outputs: 2,
        mediaType: 'image/png',
      },
      {
        title: 'a picture from a picture',
        kind: 'image',
        request: { prompt: 'a fox', steps: 6, inputs: [{ artifactId: 'a_init', role: 'init', strength: 0.5 }] },
        outputs: 1,
        mediaType: 'image/png',
      },
    ],
  });
});
