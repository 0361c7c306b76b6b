import { afterAll, beforeAll } from 'vitest';
import { systemClock } from '../../clock.js';
import { createSilentLogger } from '../../logger.js';
import { engineContract } from '../engine.contract.js';
import { type FakeProcess, startFake } from './fake-process.contract.js';
import { elevenLabs } from './index.js';

let fake: FakeProcess;
beforeAll(async () => {
  fake = await startFake({ workMs: 20, chunkBytes: 16_000 });
});
afterAll(() => fake.close());

const plan = {
  title: 'Exam',
  positiveStyles: ['pop', '120 bpm'],
  negativeStyles: [],
  sections: [
    { name: 'Verse', durationMs: 3_000, positiveStyles: [], negativeStyles: [], lines: [] },
    { name: 'Chorus', durationMs: 3_500, positiveStyles: [], negativeStyles: [], lines: ['sing a little song'] },
  ],
};

for (const stream of [false, true]) {
  engineContract({
    name: `elevenlabs, ${stream ? 'streaming' : 'detailed'}`,
    open: () =>
      elevenLabs.create({
        backend: 'exam',
        slots: null,
        shared: false,
        options: elevenLabs.options.parse({ apiKey: 'fake-key-0123456789', url: fake.url, stream }),
        clock: systemClock,
        logger: createSilentLogger(),
      }),
    jobs: [
      { title: 'a plan of chunks', kind: 'music', request: { plan }, outputs: 1, mediaType: 'audio/mpeg' },
      {
        title: 'a plan of sections',
        kind: 'music',
        request: { plan, model: 'music_v1', format: 'mp3' },
        outputs: 1,
        mediaType: 'audio/mpeg',
      },
      {
        title: 'a prompt with a length',
        kind: 'music',
        request: { prompt: 'a calm evening', lengthMs: 5_000 },
        outputs: 1,
        mediaType: 'audio/mpeg',
      },
    ],
    abortWithinMs: 500,
    // The service promises the same song for the same seed to nobody, and takes no seed with a prompt.
    deterministic: false,
  });
}
