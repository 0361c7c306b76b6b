/**
 * Measures how loud every instrument of the orchestra is, recorded and synthesised, and prints the factor that makes the recorded
 * one as loud as the synthesised one it stands for (`gain` in `sound/instruments.ts`, which must be 1 for all while this runs or is
 * taken into account as printed).
 *
 *     npx tsx packages/server/scripts/level-instruments.ts
 */
import { type InstrumentName, ORCHESTRA } from '../src/engines/embedded-music/compose/orchestra.js';
import { playNote, touchOf } from '../src/engines/embedded-music/sound/instruments.js';
import { createLoudnessMeter } from '../src/engines/embedded-music/sound/loudness.js';
import { createVoice } from '../src/engines/embedded-music/sound/patches.js';
import { openSoundBank } from '../src/engines/embedded-music/sound/sound-bank.js';
import type { Voice, VoiceNote } from '../src/engines/embedded-music/sound/voice.js';

const RATE = 44_100;
const NOTE_SECONDS = 0.5;
const bank = await openSoundBank();

/** A phrase over the middle of the instrument's range, at medium force. */
function loudnessOf(name: InstrumentName, start: (pitch: number, note: VoiceNote) => Voice): number {
  const [low, high] = ORCHESTRA[name].range;
  const middle = Math.round((low + high) / 2);
  const pitches = [-7, 0, 5, 7, 12, 4, -5, 0].map((step) => Math.max(low, Math.min(high, middle + step)));
  const left = new Float32Array((pitches.length + 4) * NOTE_SECONDS * RATE);
  const right = new Float32Array(left.length);
  for (const [index, pitch] of pitches.entries()) {
    const voice = start(pitch, {
      hz: 440 * 2 ** ((pitch - 69) / 12),
      velocity: 0.65,
      heldSamples: NOTE_SECONDS * RATE,
      seed: index + 1,
      vowel: 'a',
      left: 1,
      right: 1,
    });
    const from = index * NOTE_SECONDS * RATE;
    const count = Math.min(voice.totalSamples, left.length - from);
    for (let at = 0; at < count; at += 2048) voice.render(left, right, from + at, Math.min(2048, count - at));
  }
  const meter = createLoudnessMeter();
  meter.add(left, right, left.length);
  return meter.integrated();
}

for (const name of Object.keys(ORCHESTRA) as InstrumentName[]) {
  const made = loudnessOf(name, (_, note) => createVoice(ORCHESTRA[name].patch, note));
  const touch = touchOf(name);
  if (touch === undefined) {
    console.log(`${name.padEnd(16)} synthesised ${made.toFixed(1)} LUFS`);
    continue;
  }
  const recorded = loudnessOf(name, (pitch, note) => playNote(bank, name, pitch, note));
  const gain = touch.gain * 10 ** ((made - recorded) / 20);
  console.log(
    `${name.padEnd(16)} synthesised ${made.toFixed(1)}, recorded ${recorded.toFixed(1)} LUFS: gain ${gain.toFixed(3)}`,
  );
}
