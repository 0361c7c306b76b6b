/**
 * A worker with an engine of its own that sings by half, and on once a file is there: SINGER_GATE followed by the prompt.
 * Its settings come by the environment.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSilentLogger, defineEngine, loadConfig, startServer } from '@rendercast/server';

const HALF_BYTES = 300_000;

/** The same song for everybody who asks. */
const song = Buffer.alloc(2 * HALF_BYTES, 'la la la, and nobody knows how it ends; ');
song.writeUInt32BE(0xc0ffee, song.length - 4);

const singer = defineEngine({
  name: 'singer',
  kinds: ['music'],
  slots: 4,
  auto: false,
  async run({ request }, context) {
    for (let at = 0; at < HALF_BYTES; at += 10_000)
      await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes: song.subarray(at, at + 10_000) });
    while (!existsSync(`${process.env.SINGER_GATE}${request.prompt}`))
      await sleep(20, undefined, { signal: context.signal });
    const rest = { name: 'song.mp3', durationMs: 3_000, parameters: {} };
    await context.output({ slot: 0, mediaType: 'audio/mpeg', body: song, ...rest });
  },
});

const server = await startServer({
  config: loadConfig({}, process.env),
  logger: createSilentLogger(),
  studioDir: null,
  engines: [singer],
});
console.error('its role is worker, with a singer');
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
