import type { GrooveName } from './grooves.js';
import type { InstrumentName } from './orchestra.js';
import type { Mode } from './scales.js';

export type BassStyle =
  | 'roots8'
  | 'kick'
  | 'offbeat'
  | 'rolling'
  | 'walking'
  | 'long'
  | 'sparse'
  | 'alternate'
  | 'funk'
  | 'bossa'
  | 'tumbao';

export type CompStyle =
  | 'beats'
  | 'strum'
  | 'offbeat'
  | 'broken'
  | 'charleston'
  | 'lazy'
  | 'ostinato'
  | 'pulse'
  | 'hold'
  | 'picked'
  | 'skank'
  | 'funk'
  | 'bossa'
  | 'montuno';

/** A list that cannot be empty. */
export type Some<T> = readonly [T, ...T[]];

/** Progressions by the sort of section. */
export interface Progressions {
  verse: Some<string>;
  chorus: Some<string>;
  bridge: Some<string>;
}

/** A part that accompanies: its manner, and who may play it. */
interface Accompaniment {
  style: CompStyle;
  instruments: Some<InstrumentName>;
}

/** Everything that a style of music decides. Progressions are tokens of `chordOf`, parted by spaces. */
export interface Family {
  title: string;
  /** Beats per minute: slowest, usual, fastest. */
  tempo: readonly [number, number, number];
  modes: Some<Mode>;
  /** Swing of eighths (`0.5`) or sixteenths (`0.25`): where the second of a pair falls, 0.5 is straight. */
  swing: { unit: 0.5 | 0.25; ratio: number };
  /** Deviation of human timing, and how far behind the beat tune, chords and backbeat lie, in milliseconds. */
  humanMs: number;
  lateMs: number;
  /** Tones per chord. */
  chordSize: 3 | 4 | 5;
  chordBeats: number;
  cadence: 'authentic' | 'plagal' | 'none';
  progressions: Progressions;
  minorProgressions: Progressions;
  groove: GrooveName | null;
  bass: { style: BassStyle; instruments: Some<InstrumentName> } | null;
  comp: Accompaniment | null;
  /** Another hand beside the first, in another register and manner, where there is energy. */
  second: Accompaniment | null;
  pad: Some<InstrumentName> | null;
  arp: InstrumentName | null;
  leads: Some<InstrumentName>;
  /** What answers the tune: long lines under it, or short chords where it rests. */
  counter: { style: 'line' | 'stabs'; instruments: Some<InstrumentName> } | null;
  /** How busy the melody is: chance of splitting a beat, and of resting. */
  melody: { split: number; rest: number };
  /** How the song gathers: a band that joins in, a club track built of loops, or a slow tide. */
  growth: 'band' | 'club' | 'tide';
  /** How much the highs of the whole mix are lifted: 0 none, 0.5 about 3.5 dB. */
  bright: number;
  /** 0 dry to 1 cathedral; how deep the kick ducks pads; loudness aimed at. */
  room: number;
  duck: number;
  loudnessLufs: number;
}
