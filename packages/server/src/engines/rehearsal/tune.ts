import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRandom } from './random.js';

const SAMPLE_RATE = 22_050;
const BYTES_PER_SAMPLE = 2;
/** A pentatonic scale from A3: any order of its notes sounds agreeable. */
const SCALE_HZ = [220, 246.94, 277.18, 329.63, 369.99, 440];
const NOTE_MS = 250;

/** A tune of the seed as a WAV file (mono, 16 bit, 22,050 Hz), one second at a time so that the loop can breathe. */
export async function* playTune(seed: number, durationMs: number): AsyncGenerator<Uint8Array> {
  const samples = Math.round((durationMs / 1000) * SAMPLE_RATE);
  yield waveHeader(samples * BYTES_PER_SAMPLE);
  const random = createRandom(seed);
  const noteSamples = Math.round((NOTE_MS / 1000) * SAMPLE_RATE);
  let pitchHz = SCALE_HZ[0] ?? 220;
  for (let from = 0; from < samples; from += SAMPLE_RATE) {
    const count = Math.min(SAMPLE_RATE, samples - from);
    const chunk = Buffer.alloc(count * BYTES_PER_SAMPLE);
    for (let index = 0; index < count; index++) {
      const within = (from + index) % noteSamples;
      if (within === 0) pitchHz = SCALE_HZ[Math.floor(random() * SCALE_HZ.length)] ?? pitchHz;
      const fade = Math.min(1, within / 200) * (1 - within / noteSamples);
      const value = Math.sin((2 * Math.PI * pitchHz * within) / SAMPLE_RATE) * fade * 0.5;
      chunk.writeInt16LE(Math.round(value * 32_767), index * BYTES_PER_SAMPLE);
    }
    yield chunk;
    await nextTurn();
  }
}

function waveHeader(dataBytes: number): Uint8Array {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
