import type { Vowel } from '../plan/syllables.js';

/** One sounding note. Its samples are asked for in order, without gaps. */
export interface Voice {
  /** Samples from its start to its last. */
  readonly totalSamples: number;
  /** Adds its next `count` samples to both channels, from index `at` on. */
  render(left: Float32Array, right: Float32Array, at: number, count: number): void;
}

/** What a note asks of an instrument. */
export interface VoiceNote {
  hz: number;
  velocity: number;
  /** How long the key is held, in samples. */
  heldSamples: number;
  /** Different for every note: start phases and noise. */
  seed: number;
  vowel: Vowel;
  /** Shares of the two channels, by the place of the note. */
  left: number;
  right: number;
}

/** Attack, decay and release in seconds; sustain as a share of the peak. */
export interface Envelope {
  attack: number;
  decay: number;
  sustain: number;
  release: number;
}

/** A quick source of noise in [-1, 1): a linear congruence, good enough for the ear. */
export function createNoise(seed: number): () => number {
  // Kept as a signed integer: V8 would put an unsigned one into a new object at every step.
  let state = seed ^ 0x5bd1e995 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2_147_483_648;
  };
}

/** Writes the next values of an envelope; holds where it stands between calls. */
export interface EnvelopeRun {
  readonly totalSamples: number;
  fill(out: Float32Array, count: number): void;
}

/** Starts an envelope: linear attack, exponential decay and release; the release ends in silence, without a click. */
export function runEnvelope(envelope: Envelope, heldSamples: number, sampleRate: number): EnvelopeRun {
  const attack = Math.max(48, Math.round(envelope.attack * sampleRate));
  const release = Math.max(440, Math.round(envelope.release * sampleRate));
  const held = Math.max(attack + 64, heldSamples);
  // A time constant is a third of the time named: the rest is 5 % then.
  const decayKeep = Math.exp(-3 / Math.max(1, envelope.decay * sampleRate));
  const releaseKeep = Math.exp(-5 / release);
  const total = held + release;
  let age = 0;
  let reached = 0;
  return {
    totalSamples: total,
    fill(out, count) {
      // Locals in the loop: a captured number that changes costs an allocation per sample.
      let at = age;
      let level = reached;
      for (let i = 0; i < count; i++, at++) {
        if (at < attack) level += 1 / attack;
        else if (at < held) level = envelope.sustain + (level - envelope.sustain) * decayKeep;
        else level *= releaseKeep;
        const left = total - at;
        out[i] = left < 256 ? (level * Math.max(0, left)) / 256 : level;
      }
      age = at;
      reached = level;
    },
  };
}
