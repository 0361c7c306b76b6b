import { afterAll, beforeAll, describe } from 'vitest';
import { engineContract } from '../engine.contract.js';
import type { Kind } from './fake/server-state.js';
import { openBackend } from './open-backend.contract.js';
import { type FakeProcess, spawnFake } from './spawn-fake.contract.js';

const KINDS: readonly Kind[] = ['sdnext', 'a1111', 'forge', 'sdcpp'];

for (const kind of KINDS) {
  describe(kind, () => {
    let fake: FakeProcess;
    beforeAll(async () => {
      fake = await spawnFake(kind, [
        '--manners',
        JSON.stringify({ stepMs: 25, partMs: 5, extraPictures: kind === 'forge' ? 2 : 0 }),
      ]);
    });
    afterAll(() => fake.stop());
    engineContract({
      name: kind,
      open: () => openBackend(fake.url),
      abortWithinMs: 500,
      // stable-diffusion.cpp has no way to ask how far it is.
      ...(kind === 'sdcpp' ? { progress: false, previews: false } : {}),
      jobs: [
        {
          title: 'two pictures',
          kind: 'image',
          request: { prompt: 'a red fox', width: 64, height: 64, steps: 5, count: 2 },
          outputs: 2,
          mediaType: kind === 'sdnext' ? 'image/jpeg' : 'image/png',
        },
      ],
    });
  });
}
