/** The smallest picture there is, and a song of no notes: what matters is that they are stored. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);
const SONG = Buffer.from('fff344c40000', 'hex');

/**
 * An engine that hands in at once, for proofs that are about the door and not about what lies behind it.
 *
 * @returns {import('@rendercast/server').OwnEngine}
 */
export function hush() {
  return {
    engine: {
      name: 'hush',
      backend: 'hush',
      capabilities: () => ({
        kinds: ['image', 'music'],
        models: [],
        features: [],
        slots: 16,
        health: 'up',
        message: null,
      }),
      async run(work, context) {
        await context.stage({ stage: 'hush' });
        context.progress({ fraction: 1, step: 1, steps: 1 });
        const { kind } = work.job;
        await context.output(
          kind === 'image'
            ? { slot: 0, mediaType: 'image/png', body: PICTURE, name: 'hush.png', width: 1, height: 1, parameters: {} }
            : { slot: 0, mediaType: 'audio/mpeg', body: SONG, name: 'hush.mp3', durationMs: 1, parameters: {} },
        );
      },
      close: async () => undefined,
    },
    traits: { auto: [], repeatable: true },
  };
}
