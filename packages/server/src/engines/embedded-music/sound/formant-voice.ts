import { SAMPLE_RATE } from '../compose/timeline.js';
import type { Vowel } from '../plan/syllables.js';
import { createNoise, runEnvelope, type Voice, type VoiceNote } from './voice.js';
import { TABLE_SIZE, wavetable } from './wavetables.js';

/** A small choir that sings vowels: saw waves with vibrato through three resonances of the mouth. It sings no words. */
export interface FormantPatch {
  kind: 'formant';
  gain: number;
}

/** Frequencies (hertz) and shares of the three resonances that tell the vowels apart. */
const FORMANTS: Readonly<Record<Vowel, readonly (readonly [hz: number, gain: number])[]>> = {
  a: [
    [800, 1],
    [1150, 0.55],
    [2800, 0.16],
  ],
  e: [
    [450, 1],
    [1900, 0.35],
    [2650, 0.18],
  ],
  i: [
    [320, 1],
    [2150, 0.26],
    [2950, 0.16],
  ],
  o: [
    [470, 1],
    [830, 0.5],
    [2700, 0.08],
  ],
  u: [
    [350, 1],
    [680, 0.32],
    [2600, 0.06],
  ],
};

const SINGERS = [
  { cents: -7, left: 1, right: 0.45 },
  { cents: 6, left: 0.45, right: 1 },
  { cents: 0, left: 0.7, right: 0.7 },
] as const;
const CONTROL = 32;

/** Shared by all voices of a thread: it holds nothing between two calls, and small arrays for each note would keep the collector busy. */
const mouthL = new Float32Array(CONTROL);
const mouthR = new Float32Array(CONTROL);
const amp = new Float32Array(CONTROL);
const throatL = new Float32Array(CONTROL);
const throatR = new Float32Array(CONTROL);
/** Starts a sung note. */
export function createFormantVoice(patch: FormantPatch, note: VoiceNote): Voice {
  const noise = createNoise(note.seed);
  const singers = SINGERS.map((singer) => {
    const hz = note.hz * 2 ** (singer.cents / 1200);
    return {
      ...singer,
      step: (hz * TABLE_SIZE) / SAMPLE_RATE,
      phase: (noise() + 1) * 0.5 * TABLE_SIZE,
      turn: noise() * 3,
    };
  });
  const table = wavetable('saw', note.hz);
  // The first resonance never lies below the tone itself: singers open their mouths for high notes.
  const resonances = () =>
    FORMANTS[note.vowel].map(([hz, gain]) => createResonance(Math.max(hz, note.hz * 1.02), hz < 1000 ? 7 : 11, gain));
  const resonancesL = resonances();
  const resonancesR = resonances();
  const envelope = runEnvelope(
    { attack: 0.055, decay: 0.3, sustain: 0.85, release: 0.16 },
    note.heldSamples,
    SAMPLE_RATE,
  );
  // High tones lie in the first resonance and would shout.
  const shade = Math.min(1.2, (330 / note.hz) ** 0.8);
  const level = patch.gain * shade * (0.3 + 0.7 * note.velocity);
  let age = 0;
  const sing = (count: number): void => {
    throatL.fill(0);
    throatR.fill(0);
    const seconds = age / SAMPLE_RATE;
    const depth = 22 * Math.min(1, Math.max(0, (seconds - 0.15) / 0.35));
    for (const singer of singers) {
      const step = singer.step * 2 ** ((depth * Math.sin(2 * Math.PI * 5.1 * seconds + singer.turn)) / 1200);
      let phase = singer.phase;
      for (let i = 0; i < count; i++) {
        const index = phase | 0;
        const low = table[index] as number;
        const value = low + ((table[index + 1] as number) - low) * (phase - index);
        throatL[i] = (throatL[i] as number) + value * singer.left;
        throatR[i] = (throatR[i] as number) + value * singer.right;
        phase += step;
        if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
      }
      singer.phase = phase;
    }
    for (let i = 0; i < count; i++) {
      const breath = noise() * 0.05;
      throatL[i] = (throatL[i] as number) + breath;
      throatR[i] = (throatR[i] as number) + breath;
    }
  };
  return {
    totalSamples: envelope.totalSamples,
    render(left, right, at, count) {
      for (let done = 0; done < count; done += CONTROL) {
        const size = Math.min(CONTROL, count - done);
        sing(size);
        envelope.fill(amp, size);
        mouthL.fill(0);
        mouthR.fill(0);
        for (const resonance of resonancesL) resonance(throatL, mouthL, size);
        for (const resonance of resonancesR) resonance(throatR, mouthR, size);
        for (let i = 0, to = at + done; i < size; i++, to++) {
          const gain = (amp[i] as number) * level;
          left[to] = (left[to] as number) + (mouthL[i] as number) * gain * note.left;
          right[to] = (right[to] as number) + (mouthR[i] as number) * gain * note.right;
        }
        age += size;
      }
    },
  };
}

/** A band-pass filter that adds what it lets through. */
function createResonance(
  hz: number,
  q: number,
  gain: number,
): (input: Float32Array, out: Float32Array, count: number) => void {
  const g = Math.tan((Math.PI * hz) / SAMPLE_RATE);
  const k = 1 / q;
  const a1 = 1 / (1 + g * (g + k));
  const a2 = g * a1;
  const scale = 2 * k * gain;
  let kept1 = 0;
  let kept2 = 0;
  return (input, out, count) => {
    let s1 = kept1;
    let s2 = kept2;
    for (let i = 0; i < count; i++) {
      const v3 = (input[i] as number) - s2;
      const v1 = a1 * s1 + a2 * v3;
      const v2 = s2 + a2 * s1 + g * a2 * v3;
      s1 = 2 * v1 - s1;
      s2 = 2 * v2 - s2;
      out[i] = (out[i] as number) + v1 * scale;
    }
    kept1 = s1;
    kept2 = s2;
  };
}
