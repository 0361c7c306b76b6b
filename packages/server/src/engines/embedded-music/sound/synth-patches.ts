import { ensemble } from './ensemble.js';
import type { WavePatch } from './wave-voice.js';

/** Synthesizers: pads, leads and short sounds. */
export const SYNTHS = {
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
} as const satisfies Record<string, WavePatch>;
