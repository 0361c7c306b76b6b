import { createFormantVoice, type FormantPatch } from './formant-voice.js';
import { createPartialVoice, type Partial, type PartialPatch } from './partial-voice.js';
import { createPluckVoice, type PluckPatch } from './pluck-voice.js';
import type { Voice, VoiceNote } from './voice.js';
import { createWaveVoice, type Oscillator, type WavePatch } from './wave-voice.js';
import type { Shape } from './wavetables.js';

export type Patch = WavePatch | PartialPatch | PluckPatch | FormantPatch;

/** Several detuned oscillators spread from left to right. */
function ensemble(shape: Shape, cents: readonly number[], gain: number, width: number): Oscillator[] {
  return cents.map((detune, index) => ({
    shape,
    cents: detune,
    gain: gain / Math.sqrt(cents.length),
    pan: cents.length < 2 ? 0 : width * ((index / (cents.length - 1)) * 2 - 1) * (index % 2 ? 1 : -1),
  }));
}

const PIANO: readonly Partial[] = [
  [1, 1, 7],
  [2, 0.62, 5],
  [3, 0.34, 4],
  [4, 0.24, 3.2],
  [5, 0.15, 2.6],
  [6, 0.1, 2.1],
  [7, 0.055, 1.7],
  [8, 0.05, 1.4],
  [9, 0.035, 1.1],
  [10, 0.025, 0.9],
];

/** Every instrument as data. Gains are set so that a chord or line of each has about the same loudness. */
export const PATCHES = {
  piano: {
    kind: 'partial',
    gain: 0.204,
    partials: PIANO,
    inharmonic: 0.00035,
    bright: 0.9,
    knock: 0.6,
    release: 0.22,
    detune: 1.6,
  },
  electricPiano: {
    kind: 'partial',
    gain: 0.238,
    inharmonic: 0,
    bright: 1,
    knock: 0.15,
    release: 0.25,
    detune: 0,
    partials: [
      [1, 1, 4.5],
      [2, 0.22, 3],
      [3, 0.1, 1.8],
      [4, 0.05, 1.2],
      [14, 0.09, 0.35],
      [14.8, 0.03, 0.2],
    ],
    tremolo: { hz: 4.6, depth: 0.22 },
  },
  vibraphone: {
    kind: 'partial',
    gain: 0.47,
    inharmonic: 0,
    bright: 0.7,
    knock: 0.1,
    release: 0.5,
    detune: 0,
    partials: [
      [1, 1, 4],
      [4, 0.2, 1.6],
      [10, 0.06, 0.4],
    ],
    tremolo: { hz: 5.2, depth: 0.25 },
  },
  bell: {
    kind: 'partial',
    gain: 0.26,
    inharmonic: 0,
    bright: 0.7,
    knock: 0,
    release: 1.2,
    detune: 2,
    partials: [
      [1, 1, 4],
      [2.76, 0.4, 2.2],
      [5.4, 0.2, 1.1],
      [8.93, 0.1, 0.5],
    ],
  },
  musicBox: {
    kind: 'partial',
    gain: 0.34,
    inharmonic: 0,
    bright: 0.6,
    knock: 0.12,
    release: 0.6,
    detune: 1,
    partials: [
      [1, 1, 2.6],
      [2, 0.18, 1.6],
      [4.1, 0.22, 0.8],
      [6.7, 0.08, 0.3],
    ],
  },
  steelGuitar: { kind: 'pluck', gain: 0.3, bright: 0.62, seconds: 4.2, position: 0.17, damping: 0.35, release: 0.12 },
  nylonGuitar: { kind: 'pluck', gain: 0.36, bright: 0.3, seconds: 3, position: 0.24, damping: 0.6, release: 0.14 },
  harp: { kind: 'pluck', gain: 0.34, bright: 0.34, seconds: 5, position: 0.4, damping: 0.5, release: 0.6 },
  uprightBass: { kind: 'pluck', gain: 0.355, bright: 0.2, seconds: 1.9, position: 0.3, damping: 0.7, release: 0.09 },
  voice: { kind: 'formant', gain: 0.225 },
  organ: {
    kind: 'wave',
    gain: 0.128,
    amp: { attack: 0.012, decay: 0.1, sustain: 0.95, release: 0.06 },
    oscillators: [
      { shape: 'sine', ratio: 0.5, gain: 0.5 },
      { shape: 'sine', gain: 0.9, pan: -0.3 },
      { shape: 'sine', ratio: 1.5, gain: 0.4, pan: 0.3 },
      { shape: 'sine', ratio: 2, gain: 0.5, pan: 0.3 },
      { shape: 'sine', ratio: 4, gain: 0.2, pan: -0.3 },
    ],
    filter: { hz: 5000, track: 0, q: 0.7, octaves: 0, seconds: 1 },
    vibrato: { hz: 5.8, cents: 7, delay: 0 },
    drive: 1.1,
  },
  strings: {
    kind: 'wave',
    gain: 0.13,
    amp: { attack: 0.28, decay: 0.8, sustain: 0.85, release: 0.5 },
    oscillators: ensemble('saw', [-11, -4, 3, 9], 1, 0.8),
    filter: { hz: 1900, track: 0.5, q: 0.7, octaves: 0.2, seconds: 1.2 },
    vibrato: { hz: 5.1, cents: 7, delay: 0.3 },
    noise: 0.02,
  },
  lowStrings: {
    kind: 'wave',
    gain: 0.313,
    amp: { attack: 0.09, decay: 0.6, sustain: 0.8, release: 0.3 },
    oscillators: ensemble('saw', [-7, 0, 6], 1, 0.3),
    filter: { hz: 1100, track: 0.4, q: 0.7, octaves: 0.4, seconds: 0.6 },
    vibrato: { hz: 4.8, cents: 6, delay: 0.3 },
    noise: 0.02,
  },
  shortStrings: {
    kind: 'wave',
    gain: 0.42,
    amp: { attack: 0.018, decay: 0.22, sustain: 0.35, release: 0.14 },
    oscillators: ensemble('saw', [-9, -3, 4, 8], 1, 0.6),
    filter: { hz: 1800, track: 0.5, q: 0.8, octaves: 1, seconds: 0.2 },
    noise: 0.03,
  },
  soloStrings: {
    kind: 'wave',
    gain: 0.25,
    amp: { attack: 0.07, decay: 0.4, sustain: 0.85, release: 0.18 },
    oscillators: ensemble('saw', [-3, 3], 1, 0.3),
    filter: { hz: 2300, track: 0.6, q: 0.9, octaves: 0.3, seconds: 0.5 },
    vibrato: { hz: 5.6, cents: 17, delay: 0.2 },
    noise: 0.025,
  },
  warmPad: {
    kind: 'wave',
    gain: 0.13,
    amp: { attack: 0.55, decay: 1.5, sustain: 0.85, release: 0.9 },
    oscillators: [...ensemble('saw', [-8, 0, 8], 1, 0.9), { shape: 'sine', gain: 0.4 }],
    filter: { hz: 950, track: 0.4, q: 0.9, octaves: 0.7, seconds: 2.5 },
  },
  glassPad: {
    kind: 'wave',
    gain: 0.17,
    amp: { attack: 0.8, decay: 2, sustain: 0.8, release: 1.4 },
    oscillators: [
      { shape: 'triangle', cents: -5, gain: 0.6, pan: -0.8 },
      { shape: 'triangle', cents: 5, gain: 0.6, pan: 0.8 },
      { shape: 'sine', ratio: 2, gain: 0.25, pan: 0.4 },
      { shape: 'sine', ratio: 3, gain: 0.12, pan: -0.4 },
    ],
    filter: { hz: 3200, track: 0.3, q: 0.7, octaves: 0, seconds: 1 },
    vibrato: { hz: 3.2, cents: 5, delay: 0.5 },
  },
  choirPad: {
    kind: 'wave',
    gain: 0.16,
    amp: { attack: 0.45, decay: 1, sustain: 0.9, release: 0.8 },
    oscillators: [...ensemble('hollow', [-10, -3, 4, 11], 1, 0.8), { shape: 'sine', gain: 0.3 }],
    filter: { hz: 1300, track: 0.3, q: 1.6, octaves: 0.2, seconds: 1 },
    vibrato: { hz: 4.7, cents: 9, delay: 0.2 },
    noise: 0.02,
  },
  flute: {
    kind: 'wave',
    gain: 0.211,
    amp: { attack: 0.06, decay: 0.3, sustain: 0.9, release: 0.12 },
    oscillators: [
      { shape: 'sine', gain: 0.8 },
      { shape: 'triangle', gain: 0.25 },
      { shape: 'sine', ratio: 2, gain: 0.16 },
    ],
    filter: { hz: 3600, track: 0.5, q: 0.7, octaves: 0.3, seconds: 0.15 },
    vibrato: { hz: 5, cents: 12, delay: 0.25 },
    noise: 0.05,
  },
  reed: {
    kind: 'wave',
    gain: 0.27,
    amp: { attack: 0.045, decay: 0.3, sustain: 0.85, release: 0.1 },
    oscillators: [
      { shape: 'hollow', gain: 0.8 },
      { shape: 'saw', cents: 3, gain: 0.35 },
    ],
    filter: { hz: 1900, track: 0.5, q: 1.2, octaves: 0.7, seconds: 0.35 },
    vibrato: { hz: 5.2, cents: 14, delay: 0.3 },
    noise: 0.04,
  },
  mellowBrass: {
    kind: 'wave',
    gain: 0.299,
    amp: { attack: 0.05, decay: 0.4, sustain: 0.8, release: 0.14 },
    oscillators: ensemble('saw', [-4, 0, 5], 1, 0.35),
    filter: { hz: 1100, track: 0.6, q: 0.9, octaves: 1.3, seconds: 0.5 },
    vibrato: { hz: 4.9, cents: 7, delay: 0.4 },
    noise: 0.015,
  },
  softLead: {
    kind: 'wave',
    gain: 0.27,
    amp: { attack: 0.02, decay: 0.4, sustain: 0.75, release: 0.16 },
    oscillators: [
      { shape: 'triangle', gain: 0.8 },
      { shape: 'saw', cents: 6, gain: 0.22, pan: 0.3 },
      { shape: 'saw', cents: -6, gain: 0.22, pan: -0.3 },
    ],
    filter: { hz: 2300, track: 0.5, q: 0.9, octaves: 0.8, seconds: 0.35 },
    vibrato: { hz: 5.3, cents: 9, delay: 0.3 },
  },
  squareLead: {
    kind: 'wave',
    gain: 0.238,
    amp: { attack: 0.005, decay: 0.25, sustain: 0.7, release: 0.09 },
    oscillators: [
      { shape: 'square', cents: -4, gain: 0.6, pan: -0.25 },
      { shape: 'square', cents: 4, gain: 0.6, pan: 0.25 },
    ],
    filter: { hz: 3400, track: 0.5, q: 0.8, octaves: 0.6, seconds: 0.2 },
    vibrato: { hz: 5.5, cents: 11, delay: 0.25 },
  },
  sawLead: {
    kind: 'wave',
    gain: 0.272,
    amp: { attack: 0.008, decay: 0.35, sustain: 0.75, release: 0.16 },
    oscillators: ensemble('saw', [-14, -6, 0, 7, 13], 1.1, 0.7),
    filter: { hz: 3200, track: 0.5, q: 0.9, octaves: 0.8, seconds: 0.4 },
    vibrato: { hz: 5.2, cents: 8, delay: 0.35 },
  },
  glassLead: {
    kind: 'wave',
    gain: 0.3,
    amp: { attack: 0.09, decay: 0.8, sustain: 0.6, release: 0.7 },
    oscillators: [
      { shape: 'sine', gain: 0.8 },
      { shape: 'sine', ratio: 2.005, gain: 0.2, pan: 0.5 },
      { shape: 'sine', ratio: 3, gain: 0.1, pan: -0.5 },
    ],
    filter: { hz: 5000, track: 0, q: 0.7, octaves: 0, seconds: 1 },
    vibrato: { hz: 4.2, cents: 9, delay: 0.3 },
  },
  pluckSynth: {
    kind: 'wave',
    gain: 0.299,
    amp: { attack: 0.003, decay: 0.28, sustain: 0.12, release: 0.16 },
    oscillators: ensemble('saw', [-6, 6], 1, 0.5),
    filter: { hz: 750, track: 0.5, q: 1.4, octaves: 2.4, seconds: 0.22 },
  },
  stabSynth: {
    kind: 'wave',
    gain: 0.333,
    amp: { attack: 0.004, decay: 0.45, sustain: 0.4, release: 0.14 },
    oscillators: ensemble('saw', [-10, -3, 4, 11], 1, 0.8),
    filter: { hz: 1200, track: 0.4, q: 1, octaves: 1.6, seconds: 0.3 },
  },
  driveGuitar: {
    kind: 'wave',
    gain: 0.15,
    amp: { attack: 0.004, decay: 0.5, sustain: 0.6, release: 0.07 },
    oscillators: [
      { shape: 'saw', cents: -5, gain: 0.8, pan: -0.85 },
      { shape: 'saw', cents: 5, gain: 0.8, pan: 0.85 },
      { shape: 'square', ratio: 0.5, gain: 0.3 },
    ],
    filter: { hz: 1700, track: 0.3, q: 1, octaves: 0.6, seconds: 0.2 },
    drive: 2.6,
  },
  driveLead: {
    kind: 'wave',
    gain: 0.163,
    amp: { attack: 0.006, decay: 0.8, sustain: 0.8, release: 0.12 },
    oscillators: [
      { shape: 'saw', gain: 0.8 },
      { shape: 'square', cents: 4, gain: 0.4 },
    ],
    filter: { hz: 2300, track: 0.4, q: 1.3, octaves: 0.5, seconds: 0.3 },
    vibrato: { hz: 5.6, cents: 16, delay: 0.25 },
    drive: 2.4,
  },
  fingerBass: {
    kind: 'wave',
    gain: 0.5,
    amp: { attack: 0.006, decay: 0.5, sustain: 0.55, release: 0.07 },
    oscillators: [
      { shape: 'saw', gain: 0.55 },
      { shape: 'triangle', gain: 0.6 },
    ],
    filter: { hz: 1500, track: 0.45, q: 0.8, octaves: 1.3, seconds: 0.2 },
  },
  softBass: {
    kind: 'wave',
    gain: 0.468,
    amp: { attack: 0.012, decay: 0.6, sustain: 0.6, release: 0.1 },
    oscillators: [
      { shape: 'triangle', gain: 0.7 },
      { shape: 'sine', gain: 0.4 },
    ],
    filter: { hz: 1400, track: 0.4, q: 0.7, octaves: 0.8, seconds: 0.2 },
  },
  subBass: {
    kind: 'wave',
    gain: 0.391,
    amp: { attack: 0.01, decay: 0.9, sustain: 0.7, release: 0.14 },
    oscillators: [
      { shape: 'sine', gain: 0.85 },
      { shape: 'triangle', gain: 0.2 },
      { shape: 'sine', ratio: 2, gain: 0.12 },
    ],
    filter: { hz: 1500, track: 0.3, q: 0.7, octaves: 0.4, seconds: 0.2 },
    drive: 1.2,
  },
  sawBass: {
    kind: 'wave',
    gain: 0.42,
    amp: { attack: 0.004, decay: 0.25, sustain: 0.5, release: 0.06 },
    oscillators: [
      { shape: 'saw', cents: -5, gain: 0.5 },
      { shape: 'saw', cents: 5, gain: 0.5 },
      { shape: 'sine', gain: 0.5 },
    ],
    filter: { hz: 1200, track: 0.4, q: 1.2, octaves: 1.6, seconds: 0.16 },
  },
  acidBass: {
    kind: 'wave',
    gain: 0.36,
    amp: { attack: 0.003, decay: 0.18, sustain: 0.4, release: 0.05 },
    oscillators: [
      { shape: 'saw', gain: 0.8 },
      { shape: 'sine', gain: 0.35 },
    ],
    filter: { hz: 700, track: 0.3, q: 3.2, octaves: 2.2, seconds: 0.14 },
    drive: 1.3,
  },
} as const satisfies Record<string, Patch>;

export type PatchName = keyof typeof PATCHES;

/** Starts a note of an instrument. */
export function createVoice(name: PatchName, note: VoiceNote): Voice {
  const patch: Patch = PATCHES[name];
  switch (patch.kind) {
    case 'wave':
      return createWaveVoice(patch, note);
    case 'partial':
      return createPartialVoice(patch, note);
    case 'pluck':
      return createPluckVoice(patch, note);
    case 'formant':
      return createFormantVoice(patch, note);
  }
}
