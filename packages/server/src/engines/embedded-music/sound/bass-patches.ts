import type { WavePatch } from './wave-voice.js';

/** Electric and synthetic basses. */
export const BASSES = {
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
} as const satisfies Record<string, WavePatch>;
