import { SAMPLE_RATE } from '../compose/timeline.js';
import { createNoise, type Envelope, runEnvelope, type Voice, type VoiceNote } from './voice.js';
import { type Shape, TABLE_SIZE, wavetable } from './wavetables.js';

/** One oscillator: its pitch as a ratio and cents from the note's, its share, its place from -1 left to 1 right. */
export interface Oscillator {
  shape: Shape;
  ratio?: number;
  cents?: number;
  gain: number;
  pan?: number;
}

/** Oscillators through a low-pass filter that an envelope opens: most synthesizers, strings, brass, organ, basses. */
export interface WavePatch {
  kind: 'wave';
  gain: number;
  oscillators: readonly Oscillator[];
  amp: Envelope;
  filter: {
    /** Cut-off at middle C and medium force, in hertz; how far it follows the pitch (0 to 1). */
    hz: number;
    track: number;
    q: number;
    /** Octaves that the envelope opens it, and the seconds in which it closes again. */
    octaves: number;
    seconds: number;
  };
  vibrato?: { hz: number; cents: number; delay: number };
  /** Share of breath or bow noise. */
  noise?: number;
  /** Gain into a soft clipper; absent: clean. */
  drive?: number;
}

/** Samples between two settings of pitch and filter. */
const CONTROL = 32;

/** Shared by all voices of a thread: it holds nothing between two calls, and small arrays for each note would keep the collector busy. */
const bufferL = new Float32Array(CONTROL);
const bufferR = new Float32Array(CONTROL);
const amp = new Float32Array(CONTROL);
/** Starts a note of a wave patch. */
export function createWaveVoice(patch: WavePatch, note: VoiceNote): Voice {
  const noise = createNoise(note.seed);
  const wide = patch.oscillators.some((osc) => (osc.pan ?? 0) !== 0);
  const oscillators = patch.oscillators.map((osc) => {
    const hz = note.hz * (osc.ratio ?? 1) * 2 ** ((osc.cents ?? 0) / 1200);
    const pan = osc.pan ?? 0;
    return {
      table: wavetable(osc.shape, hz),
      step: (hz * TABLE_SIZE) / SAMPLE_RATE,
      phase: (noise() * 0.5 + 0.5) * TABLE_SIZE,
      left: osc.gain * Math.min(1, 1 - pan) * (wide ? note.left : 1),
      right: osc.gain * Math.min(1, 1 + pan) * (wide ? note.right : 1),
    };
  });
  const envelope = runEnvelope(patch.amp, note.heldSamples, SAMPLE_RATE);
  const level = patch.gain * (0.25 + 0.75 * note.velocity);
  const base = patch.filter.hz * (note.hz / 261.6) ** patch.filter.track * 2 ** (1.6 * (note.velocity - 0.6));
  const filterL = createLowPass(patch.filter.q);
  const filterR = createLowPass(patch.filter.q);
  let age = 0;

  const fillWaves = (count: number, bend: number): void => {
    bufferL.fill(0);
    bufferR.fill(0);
    for (const osc of oscillators) {
      const { table, left, right } = osc;
      const step = osc.step * bend;
      let phase = osc.phase;
      for (let i = 0; i < count; i++) {
        const index = phase | 0;
        const low = table[index] as number;
        const value = low + ((table[index + 1] as number) - low) * (phase - index);
        bufferL[i] = (bufferL[i] as number) + value * left;
        if (wide) bufferR[i] = (bufferR[i] as number) + value * right;
        phase += step;
        if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
      }
      osc.phase = phase;
    }
    if (patch.noise) addNoise(count, patch.noise);
  };
  const addNoise = (count: number, share: number): void => {
    for (let i = 0; i < count; i++) {
      const value = noise() * share;
      bufferL[i] = (bufferL[i] as number) + value;
      if (wide) bufferR[i] = (bufferR[i] as number) + value;
    }
  };
  const bendNow = (): number => {
    if (!patch.vibrato) return 1;
    const seconds = age / SAMPLE_RATE;
    const depth = Math.min(1, Math.max(0, (seconds - patch.vibrato.delay) / 0.4));
    return 2 ** ((depth * patch.vibrato.cents * Math.sin(2 * Math.PI * patch.vibrato.hz * seconds)) / 1200);
  };

  return {
    totalSamples: envelope.totalSamples,
    render(left, right, at, count) {
      for (let done = 0; done < count; done += CONTROL) {
        const size = Math.min(CONTROL, count - done);
        fillWaves(size, bendNow());
        const opened = patch.filter.octaves * Math.exp((-3 * age) / (patch.filter.seconds * SAMPLE_RATE));
        const cutoff = Math.min(16_000, base * 2 ** opened);
        filterL.run(bufferL, size, cutoff);
        if (wide) filterR.run(bufferR, size, cutoff);
        if (patch.drive) {
          clip(bufferL, size, patch.drive);
          if (wide) clip(bufferR, size, patch.drive);
        }
        envelope.fill(amp, size);
        const sourceR = wide ? bufferR : bufferL;
        const [levelL, levelR] = wide ? [level, level] : [level * note.left, level * note.right];
        for (let i = 0, to = at + done; i < size; i++, to++) {
          const gain = amp[i] as number;
          left[to] = (left[to] as number) + (bufferL[i] as number) * gain * levelL;
          right[to] = (right[to] as number) + (sourceR[i] as number) * gain * levelR;
        }
        age += size;
      }
    },
  };
}

function clip(buffer: Float32Array, count: number, drive: number): void {
  for (let i = 0; i < count; i++) buffer[i] = Math.tanh((buffer[i] as number) * drive);
}

/** A resonant low-pass filter of two poles that keeps its shape while the cut-off moves (trapezoidal state variables). */
export function createLowPass(q: number): { run(buffer: Float32Array, count: number, cutoffHz: number): void } {
  const k = 1 / q;
  let ic1 = 0;
  let ic2 = 0;
  return {
    run(buffer, count, cutoffHz) {
      const g = Math.tan((Math.PI * Math.min(cutoffHz, SAMPLE_RATE * 0.45)) / SAMPLE_RATE);
      const a1 = 1 / (1 + g * (g + k));
      const a2 = g * a1;
      const a3 = g * a2;
      let s1 = ic1;
      let s2 = ic2;
      for (let i = 0; i < count; i++) {
        const v3 = (buffer[i] as number) - s2;
        const v1 = a1 * s1 + a2 * v3;
        const v2 = s2 + a2 * s1 + a3 * v3;
        s1 = 2 * v1 - s1;
        s2 = 2 * v2 - s2;
        buffer[i] = v2;
      }
      // Denormals cost hundreds of cycles each: let them be zero.
      ic1 = Math.abs(s1) < 1e-20 ? 0 : s1;
      ic2 = Math.abs(s2) < 1e-20 ? 0 : s2;
    },
  };
}
