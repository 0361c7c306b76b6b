/**
 * Makes the twelve songs of `song-plans.ts` as MP3 with their spectrograms, and prints what each measures: to be listened to
 * and looked at whenever the composer or its sound has changed.
 *
 *     npm run songs -w @rendercast/server -- [folder] [style …]
 *
 * The folder is `packages/server/output/songs` by default and is not part of the repository.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { MPEGDecoder } from 'mpg123-decoder';
import { makeSong } from '../src/engines/embedded-music/song.js';
import { createLoudnessMeter } from '../src/engines/embedded-music/sound/loudness.js';
import { createPeakMeter } from '../src/engines/embedded-music/sound/true-peak.js';
import { SONG_PLANS } from './song-plans.js';
import { spectrogram } from './spectrogram.js';

/** Each song has its own, so that keys and instruments differ. */
const FIRST_SEED = 7;
const [folder = fileURLToPath(new URL('../output/songs', import.meta.url)), ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

for (const [index, plan] of SONG_PLANS.entries()) {
  const [style = ''] = plan.positiveStyles;
  if (wanted.length > 0 && !wanted.includes(style)) continue;
  const order = { plan, seed: FIRST_SEED + index, format: 'mp3' } as const;
  const pieces: Uint8Array[] = [];
  const startedMs = performance.now();
  let firstMs = 0;
  const song = await makeSong(
    { ...order, request: order },
    {
      stopped: () => false,
      stage: () => undefined,
      step: (step) => {
        if (step > 0 && firstMs === 0) firstMs = performance.now() - startedMs;
      },
      picture: () => undefined,
      bytes: (bytes) => void pieces.push(bytes),
    },
  );
  const tookMs = performance.now() - startedMs;
  const bytes = Buffer.concat(pieces);
  const heard = await decode(bytes);
  const name = `${style}--${plan.title ?? 'song'}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  writeFileSync(join(folder, `${name}.mp3`), bytes);
  writeFileSync(join(folder, `${name}.png`), spectrogram(heard.both, heard.sampleRate));
  const { tempoBpm, key, instruments, loudnessLufs } = song.parameters as Record<string, string | number>;
  console.log(
    [
      style.padEnd(11),
      `${String(tempoBpm).padStart(6)} bpm`,
      String(key).padEnd(14),
      `${(song.durationMs / tookMs).toFixed(1)} × real time, first bar after ${(firstMs / 1000).toFixed(1)} s`,
      `${heard.loudnessLufs.toFixed(1)} LUFS decoded, ${String(loudnessLufs)} before`,
      `${heard.truePeakDbfs.toFixed(1)} dBTP`,
      JSON.stringify(instruments),
    ].join(' | '),
  );
}

/** The song as an independent decoder hears it: both channels in one, and what our meters say of it. */
async function decode(mp3: Uint8Array) {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { channelData, sampleRate } = decoder.decode(mp3);
  const [left = new Float32Array(), right = left] = channelData;
  const [meter, peaks] = [createLoudnessMeter(), createPeakMeter()];
  meter.add(left, right, left.length);
  peaks.add(left, right, left.length);
  const both = left.map((value, i) => (value + (right[i] ?? 0)) / 2);
  decoder.free();
  return { both, sampleRate, loudnessLufs: meter.integrated(), truePeakDbfs: 20 * Math.log10(peaks.peak()) };
}
