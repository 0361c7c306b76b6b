import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createFaultBook } from '../../packages/server/src/engines/fault-book.contract.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { createServerProcess } from '../stories/server-process.js';
import { until } from '../support/house.js';
import { KILL_FAULTS } from './elevenlabs-fault-rows.js';
import { backendOf, ENDS, endOf, factsOf, fakeService, orderSong, paidFor } from './elevenlabs-house.js';

const book = createFaultBook(KILL_FAULTS);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it('a server that is killed in the middle of songs orders none of them again, and ends each once', async () => {
  const chance = createChance(seedOfRun(20_261_121));
  const fake = await fakeService({ workMs: 300, chunkMs: 10, chunkBytes: 2_000 });
  closing.push(() => fake.close());
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-backends-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'backends.json');
  await writeFile(file, backendOf(fake, { slots: 2 }));
  const server = await createServerProcess(['--backends', file]);
  closing.push(() => server.close());
  await server.start();
  const songs: { id: string; title: string }[] = [];
  for (let kill = 0; kill < timesOfRun('RENDERCAST_TEST_SONG_KILLS', 2); kill++) {
    for (const part of ['a', 'b', 'c']) {
      const title = `kill-${kill}-${part}`;
      songs.push({ id: await orderSong(server.url, title), title });
    }
    // At some instant between the order of a song and its last byte, two of them on their way and one waiting.
    await until(async () => (await fake.journal()).running > 0, 'a song to be under way');
    await new Promise((resolve) => setTimeout(resolve, chance.between(0, 500)));
    await server.kill();
    await server.start();
  }
  let unknown = 0;
  for (const { id, title } of songs) {
    const job = await endOf(server.url, id, 30_000);
    const paid = await paidFor(fake, title);
    if (job.state === 'succeeded') expect(paid, title).toBe(1);
    else {
      const { code = 'none', retryable = false } = job.error ?? {};
      const tookMs = Date.parse(job.endedAt ?? '') - Date.parse(job.startedAt ?? '');
      book.judge('elevenlabs', 'our restart in mid-run', { code, retryable }, tookMs);
      expect(job.state).toBe('failed');
      expect(paid, title).toBeLessThanOrEqual(1);
      unknown++;
    }
    expect((await factsOf(server.url, id)).filter(({ type }) => ENDS.includes(type))).toHaveLength(1);
  }
  // Those that waited were not touched by the kills, those that were under way were.
  expect(unknown).toBeGreaterThan(0);
  expect(unknown).toBeLessThan(songs.length);
  expect(JSON.stringify(server.output)).not.toContain('e2e-key');
});
