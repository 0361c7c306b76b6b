import type { VoiceParameters } from 'spessasynth_core';
import { SAMPLE_RATE } from '../compose/timeline.js';

/** One recording as a key plays it: what a SoundFont says of it, in seconds, hertz and factors. */
export interface Zone {
  /** One channel. */
  samples: Float32Array;
  /** Recorded samples per sample of ours, so that it sounds at the key's pitch. */
  step: number;
  /** First sample of the loop and the one after its last; null: it is played once. */
  loop: { start: number; end: number } | null;
  /** Whether it goes on looping after the key is let go. */
  loopsInRelease: boolean;
  gain: number;
  /** -1 left to 1 right. */
  pan: number;
  /** Cut-off of its low-pass filter, and how sharp that is. */
  filterHz: number;
  filterQ: number;
  /** How far the second envelope moves the cut-off, in octaves; it falls over these seconds. */
  filterOctaves: number;
  filterSeconds: number;
  amp: ZoneEnvelope;
}

/** Seconds; decay and release are for a fall of 100 dB, as the format counts them. `sustain` is a factor. */
export interface ZoneEnvelope {
  delay: number;
  attack: number;
  hold: number;
  decay: number;
  sustain: number;
  release: number;
}

/** Numbers of the format's generators that are heeded (SoundFont 2.04, section 8.1.2). */
const GENERATOR = {
  loopStart: 2,
  loopEnd: 3,
  filterCents: 8,
  filterQ: 9,
  modToFilter: 11,
  pan: 17,
  modDecay: 28,
  delay: 33,
  attack: 34,
  hold: 35,
  decay: 36,
  sustain: 37,
  release: 38,
  keyToHold: 39,
  keyToDecay: 40,
  loopStartCoarse: 45,
  attenuation: 48,
  loopEndCoarse: 50,
  coarseTune: 51,
  fineTune: 52,
  sampleModes: 54,
  scaleTuning: 56,
  rootKey: 58,
} as const;

/** Works out how a key plays one recording of a preset. */
export function zoneOf({ generators, sample }: VoiceParameters, key: number, samples: Float32Array): Zone {
  const at = (name: keyof typeof GENERATOR) => generators[GENERATOR[name]] ?? 0;
  const root = at('rootKey') >= 0 ? at('rootKey') : sample.originalKey;
  const cents = (key - root) * at('scaleTuning') + at('coarseTune') * 100 + at('fineTune') + sample.pitchCorrection;
  const start = sample.loopStart + at('loopStart') + 32_768 * at('loopStartCoarse');
  const end = Math.min(samples.length, sample.loopEnd + at('loopEnd') + 32_768 * at('loopEndCoarse'));
  const mode = at('sampleModes');
  const loops = (mode === 1 || mode === 3) && start >= 0 && end - start >= 8;
  return {
    samples,
    step: (2 ** (cents / 1200) * sample.sampleRate) / SAMPLE_RATE,
    loop: loops ? { start, end } : null,
    loopsInRelease: mode === 1,
    gain: 10 ** (-at('attenuation') / 200),
    pan: Math.max(-1, Math.min(1, at('pan') / 500)),
    filterHz: 8.176 * 2 ** (at('filterCents') / 1200),
    filterQ: 10 ** (at('filterQ') / 200) * Math.SQRT1_2,
    filterOctaves: at('modToFilter') / 1200,
    filterSeconds: Math.max(0.02, seconds(at('modDecay'))),
    amp: {
      delay: seconds(at('delay')),
      attack: seconds(at('attack')),
      hold: seconds(at('hold') + (60 - key) * at('keyToHold')),
      decay: Math.max(0.001, seconds(at('decay') + (60 - key) * at('keyToDecay'))),
      sustain: 10 ** (-Math.max(0, at('sustain')) / 200),
      release: Math.max(0.001, seconds(at('release'))),
    },
  };
}

/** Times are given in cents of an octave of seconds; -12,000 and below is a millisecond or none. */
const seconds = (timecents: number) => (timecents <= -12_000 ? 0 : 2 ** (Math.min(8000, timecents) / 1200));
