import { engineContract } from '../engine.contract.js';
import { createEmbeddedMusic } from './index.js';

engineContract({
  name: 'embedded-music',
  open: () => createEmbeddedMusic({ threads: 1 }),
  jobs: [
    {
      title: 'a short plan',
      kind: 'music',
      request: {
        plan: {
          title: 'Exam',
          positiveStyles: ['pop', '120 bpm'],
          negativeStyles: [],
          sections: [
            { name: 'Verse', durationMs: 2500, positiveStyles: [], negativeStyles: [], lines: [] },
            { name: 'Chorus', durationMs: 2500, positiveStyles: [], negativeStyles: [], lines: ['sing a little song'] },
          ],
        },
      },
      outputs: 1,
      mediaType: 'audio/mpeg',
    },
  ],
  abortWithinMs: 200,
  previews: true,
});
