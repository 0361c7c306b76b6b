import { expect, it } from 'vitest';
import { startHouse } from '../support/house.js';
import { endOf, orderSong } from './elevenlabs-house.js';

const key = process.env['RENDERCAST_TEST_ELEVENLABS_KEY'] ?? '';

it.skipIf(key === '')(
  'the service itself makes a song of three seconds (RENDERCAST_TEST_ELEVENLABS_KEY; it costs)',
  {
    timeout: 600_000,
  },
  async () => {
    const backends = JSON.stringify([{ name: 'songs', engine: 'elevenlabs', apiKey: key }]);
    const house = await startHouse({ backends });
    try {
      const job = await endOf(house.url, await orderSong(house.url, 'Three seconds'), 600_000);
      expect(job.error).toBeNull();
      const artifact = job.outputs[0]?.artifact;
      expect(artifact?.mediaType).toBe('audio/mpeg');
      expect(Math.abs((artifact?.durationMs ?? 0) - 3_000)).toBeLessThan(1_500);
    } finally {
      await house.stop();
    }
  },
);
