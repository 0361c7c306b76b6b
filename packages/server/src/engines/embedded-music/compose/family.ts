import type { InstrumentName } from './orchestra.js';
import type { GrooveName } from './grooves.js';
import type { Mode } from './scales.js';

export type BassStyle = 'roots8' | 'kick' | 'offbeat' | 'rolling' | 'walking' | 'long' | 'sparse';
export type CompStyle =
  | 'beats'
  | 'strum'
  | 'offbeat'
  | 'broken'
  | 'charleston'
  | 'lazy'
  | 'ostinato'
  | 'pulse'
  | 'hold';

/** A list that cannot be empty. */
type Some<T> = readonly [T, ...T[]];

/** Everything that a style of music decides. Progressions are tokens of `chordOf`, parted by spaces. */
export interface Family {
  title: string;
  /** Beats per minute: slowest, usual, fastest. */
  tempo: readonly [number, number, number];
  modes: Some<Mode>;
  /** Swing of eighths (`0.5`) or sixteenths (`0.25`): where the second of a pair falls, 0.5 is straight. */
  swing: { unit: 0.5 | 0.25; ratio: number };
  /** Deviation of human timing, in milliseconds. */
  humanMs: number;
  /** Tones per chord. */
  chordSize: 3 | 4 | 5;
  chordBeats: number;
  cadence: 'authentic' | 'plagal' | 'none';
  progressions: { verse: Some<string>; chorus: Some<string>; bridge: Some<string> };
  minorProgressions: { verse: Some<string>; chorus: Some<string>; bridge: Some<string> };
  groove: GrooveName | null;
  bass: { style: BassStyle; patch: InstrumentName } | null;
  comp: { style: CompStyle; patches: Some<InstrumentName> } | null;
  pad: Some<InstrumentName> | null;
  arp: InstrumentName | null;
  leads: Some<InstrumentName>;
  /** How busy the melody is: chance of splitting a beat, and of resting. */
  melody: { split: number; rest: number };
  /** How much the highs of the whole mix are lifted: 0 none, 0.5 about 3.5 dB. */
  bright: number;
  /** 0 dry to 1 cathedral; how deep the kick ducks pads; loudness aimed at. */
  room: number;
  duck: number;
  loudnessLufs: number;
}
