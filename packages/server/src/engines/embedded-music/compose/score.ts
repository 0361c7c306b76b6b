import type { Vowel } from '../plan/syllables.js';
import type { PatchName } from '../sound/patches.js';
import type { DrumSound, Groove } from './grooves.js';
import type { InstrumentName } from './orchestra.js';

/** The parts of an arrangement, in the order in which they are mixed. */
export const PARTS = ['bass', 'comp', 'second', 'pad', 'arp', 'lead', 'counter', 'voice'] as const;
export type Part = (typeof PARTS)[number];

/** A part, or the drums. */
export type Layer = Part | 'drums';

/** A note as the composer thinks of it: in beats from the start of its section. */
export interface BeatNote {
  beat: number;
  beats: number;
  pitch: number;
  /** 0 to 1. */
  velocity: number;
  vowel?: Vowel;
}

/** A stroke of the drums, in beats from the start of its section. */
export interface BeatHit {
  beat: number;
  sound: DrumSound;
  velocity: number;
}

/** A note in its final place. */
export interface Note {
  part: Part;
  startSample: number;
  lengthSamples: number;
  pitch: number;
  velocity: number;
  vowel?: Vowel;
}

export interface Hit {
  startSample: number;
  sound: DrumSound;
  velocity: number;
}

/** A word of a lyric line and when it is sung. */
export interface TimedWord {
  text: string;
  startMs: number;
  endMs: number;
}

/** A lyric line and when it is sung (or played). */
export interface TimedLine {
  section: number;
  text: string;
  startMs: number;
  endMs: number;
  words: readonly TimedWord[];
}

/** Where a part stands. */
export interface Place {
  /** -1 left to 1 right. */
  pan: number;
  /** Level beside the usual one of the part: 1 leaves it. */
  gain: number;
}

/** A change of level: from this sample on, reached over a short ramp. */
export interface LevelPoint {
  sample: number;
  gain: number;
}

/** Everything that the renderer needs. Notes and hits are in order of their start. */
export interface Score {
  totalSamples: number;
  /** End of each bar: the steps of rendering. */
  barEnds: readonly number[];
  notes: readonly Note[];
  hits: readonly Hit[];
  /** Who plays each part: see `ORCHESTRA` for programs and ranges. */
  instruments: Readonly<Partial<Record<Part, InstrumentName>>>;
  /** The synthesised voices of the same parts. */
  patches: Readonly<Partial<Record<Part, PatchName>>>;
  /** Where each part stands and how loud it is among the others; the usual place where it is not named. */
  places: Readonly<Partial<Record<Part, Place>>>;
  kit: Groove['kit'];
  levels: readonly LevelPoint[];
  /** Seconds between echoes: three quarters of a beat. */
  echoSeconds: number;
  bright: number;
  room: number;
  duck: number;
  loudnessLufs: number;
  /** Length of the fade at the end. */
  fadeSamples: number;
  lyrics: readonly TimedLine[];
}
