import { SAMPLE_RATE } from '../compose/timeline.js';
import { createNoise, runEnvelope, type Voice, type VoiceNote } from './voice.js';

/** A plucked string: a burst of noise that runs round a delay line and loses its highs (Karplus and Strong). */
export interface PluckPatch {
  kind: 'pluck';
  gain: number;
  /** Brightness of the pluck, 0 dull to 1 bright, at medium force. */
  bright: number;
  /** Seconds in which the string falls by 60 dB at middle C. */
  seconds: number;
  /** Where along the string it is plucked: 0.5 is the middle. */
  position: number;
  /** Damping of the highs at each turn, 0 none to 1 strong. */
  damping: number;
  release: number;
}

/** Starts a note of a plucked patch. */
export function createPluckVoice(patch: PluckPatch, note: VoiceNote): Voice {
  const period = SAMPLE_RATE / note.hz;
  // The averaging filter delays by half a sample at full damping; a first-order all-pass tunes the rest.
  const filterDelay = patch.damping / 2;
  const whole = Math.max(2, Math.floor(period - filterDelay - 0.2));
  const fraction = period - filterDelay - whole;
  const tuning = (1 - fraction) / (1 + fraction);
  const line = excite(patch, note, whole);
  const ring = patch.seconds * Math.min(1.7, Math.max(0.25, (261.6 / note.hz) ** 0.5));
  const keep = 10 ** (-3 / (ring * note.hz));
  const held = Math.min(note.heldSamples, Math.round(ring * SAMPLE_RATE));
  const envelope = runEnvelope({ attack: 0.0015, decay: 1, sustain: 1, release: patch.release }, held, SAMPLE_RATE);
  const level = patch.gain * (0.25 + 0.75 * note.velocity);
  const amp = new Float32Array(256);
  const straight = 1 - patch.damping / 2;
  const crossed = patch.damping / 2;
  let index = 0;
  let previous = 0;
  let tunedIn = 0;
  let tunedOut = 0;
  return {
    totalSamples: envelope.totalSamples,
    render(left, right, at, count) {
      for (let done = 0; done < count; done += 256) {
        const size = Math.min(256, count - done);
        envelope.fill(amp, size);
        for (let i = 0, to = at + done; i < size; i++, to++) {
          const value = line[index] as number;
          const damped = (straight * value + crossed * previous) * keep;
          previous = value;
          tunedOut = tuning * (damped - tunedOut) + tunedIn;
          tunedIn = damped;
          line[index] = tunedOut;
          index = index + 1 === whole ? 0 : index + 1;
          const sample = value * (amp[i] as number) * level;
          left[to] = (left[to] as number) + sample * note.left;
          right[to] = (right[to] as number) + sample * note.right;
        }
      }
    },
  };
}

/** The string at the moment of the pluck: noise, softened, with the notch of the plucking place, without DC. */
function excite(patch: PluckPatch, note: VoiceNote, length: number): Float32Array {
  const noise = createNoise(note.seed);
  const burst = new Float32Array(length);
  const soft = Math.min(0.95, Math.max(0.05, patch.bright * (0.5 + 0.8 * note.velocity)));
  let low = 0;
  for (let i = 0; i < length; i++) {
    low += soft * (noise() - low);
    burst[i] = low;
  }
  const gap = Math.max(1, Math.round(length * patch.position));
  const line = new Float32Array(length);
  let mean = 0;
  for (let i = 0; i < length; i++) {
    line[i] = (burst[i] as number) - (burst[(i + length - gap) % length] as number);
    mean += (line[i] as number) / length;
  }
  let power = 0;
  for (let i = 0; i < length; i++) power += ((line[i] as number) - mean) ** 2 / length;
  const scale = 0.5 / Math.sqrt(power + 1e-9);
  for (let i = 0; i < length; i++) line[i] = ((line[i] as number) - mean) * scale;
  return line;
}
