import type { PatchName } from '../sound/patches.js';
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
  bass: { style: BassStyle; patch: PatchName } | null;
  comp: { style: CompStyle; patches: Some<PatchName> } | null;
  pad: Some<PatchName> | null;
  arp: PatchName | null;
  leads: Some<PatchName>;
  /** How busy the melody is: chance of splitting a beat, and of resting. */
  melody: { split: number; rest: number };
  /** How much the highs of the whole mix are lifted: 0 none, 0.5 about 3.5 dB. */
  bright: number;
  /** 0 dry to 1 cathedral; how deep the kick ducks pads; loudness aimed at. */
  room: number;
  duck: number;
  loudnessLufs: number;
}

const POP_MAJOR = {
  verse: ['1 5 6 4', '1 6 4 5', '6 4 1 5', '1 3 4 5'],
  chorus: ['1 5 6 4', '4 1 5 6', '4 5 1 6', '1 4 6 5'],
  bridge: ['2 4 6 5', '4 5 3 6', '6 3 4 5'],
} as const;
const POP_MINOR = {
  verse: ['1 6 3 7', '1 4 6 7', '1 7 6 7'],
  chorus: ['6 7 1 3', '1 6 3 7', '4 6 1 7'],
  bridge: ['4 6 1 5', '6 4 7 5'],
} as const;
const LOOP_MINOR = {
  verse: ['1 1 6 7', '1 3 4 4', '1 7 4 1'],
  chorus: ['1 6 3 7', '6 7 1 1', '4 6 7 1'],
  bridge: ['6 6 7 7', '4 4 1 1'],
} as const;
const LOOP_MAJOR = {
  verse: ['1 1 4 4', '1 6 4 4', '2 2 1 1'],
  chorus: ['4 5 6 1', '1 5 4 4', '4 1 5 6'],
  bridge: ['4 4 6 5', '2 2 4 4'],
} as const;
const JAZZ_MAJOR = {
  verse: ['1 6d 2 5', '2 5 1 6d', '3 6d 2 5'],
  chorus: ['4 b7d 3 6d 2 5 1 1', '1 4 3 6d', '2 5 1 1'],
  bridge: ['3d 6d 2d 5', '4 4m 3 6d'],
} as const;
const JAZZ_MINOR = {
  verse: ['1 4 2 5d', '1 6 2 5d'],
  chorus: ['4 7d 3 6 2 5d 1 1', '1 1d 4 4'],
  bridge: ['6 5d 1 1', '4 7d 3 6'],
} as const;
const STILL_MAJOR = {
  verse: ['1 4', '1 5s 4 1', '1 6 4 1'],
  chorus: ['4 1 5s 6', '1 3 4 5s'],
  bridge: ['6 4', '2 4'],
} as const;
const STILL_MINOR = {
  verse: ['1 6', '1 4 1 7', '1 3 6 7'],
  chorus: ['6 3 7 1', '1 6 3 7'],
  bridge: ['4 6', '6 7'],
} as const;
const CLASSIC_MAJOR = {
  verse: ['1 5 6 3 4 1 4 5', '1 4 5 1', '1 6 2 5'],
  chorus: ['4 5 3 6 2 5 1 1', '1 5 6 3 4 1 4 5'],
  bridge: ['6 2 5 1', '6 3 4 5'],
} as const;
const CLASSIC_MINOR = {
  verse: ['1 4 5M 1', '1 7 6 5M', '1 6 4 5M'],
  chorus: ['4 7 3 6 2 5M 1 1', '1 3 6 5M', '6 7 1 1'],
  bridge: ['6 4 1 5M', '3 7 1 5M'],
} as const;

/** The styles, each given real care rather than many thin ones. */
export const FAMILIES = {
  ambient: {
    title: 'Ambient',
    tempo: [58, 70, 84],
    modes: ['lydian', 'major', 'dorian', 'minor'],
    swing: { unit: 0.5, ratio: 0.5 },
    humanMs: 14,
    chordSize: 5,
    chordBeats: 8,
    cadence: 'none',
    progressions: STILL_MAJOR,
    minorProgressions: STILL_MINOR,
    groove: null,
    bass: { style: 'long', patch: 'subBass' },
    comp: null,
    pad: ['warmPad', 'glassPad', 'choirPad'],
    arp: 'bell',
    leads: ['musicBox', 'flute', 'glassLead'],
    melody: { split: 0.12, rest: 0.45 },
    bright: 0.3,
    room: 0.95,
    duck: 0,
    loudnessLufs: -16,
  },
  pop: {
    title: 'Pop',
    tempo: [92, 108, 126],
    modes: ['major', 'major', 'minor'],
    swing: { unit: 0.5, ratio: 0.5 },
    humanMs: 6,
    chordSize: 3,
    chordBeats: 4,
    cadence: 'authentic',
    progressions: POP_MAJOR,
    minorProgressions: POP_MINOR,
    groove: 'pop',
    bass: { style: 'kick', patch: 'fingerBass' },
    comp: { style: 'beats', patches: ['piano', 'electricPiano'] },
    pad: ['strings', 'warmPad'],
    arp: 'pluckSynth',
    leads: ['softLead', 'flute', 'squareLead'],
    melody: { split: 0.5, rest: 0.15 },
    bright: 0.6,
    room: 0.45,
    duck: 0.15,
    loudnessLufs: -14.5,
  },
  rock: {
    title: 'Rock',
    tempo: [104, 122, 146],
    modes: ['minor', 'mixolydian', 'major'],
    swing: { unit: 0.5, ratio: 0.5 },
    humanMs: 7,
    chordSize: 3,
    chordBeats: 4,
    cadence: 'authentic',
    progressions: POP_MAJOR,
    minorProgressions: POP_MINOR,
    groove: 'rock',
    bass: { style: 'roots8', patch: 'fingerBass' },
    comp: { style: 'pulse', patches: ['driveGuitar'] },
    pad: ['organ'],
    arp: null,
    leads: ['driveLead', 'organ'],
    melody: { split: 0.55, rest: 0.15 },
    bright: 0.5,
    room: 0.35,
    duck: 0,
    loudnessLufs: -14.5,
  },
  house: {
    title: 'House',
    tempo: [118, 124, 128],
    modes: ['minor', 'dorian'],
    swing: { unit: 0.25, ratio: 0.54 },
    humanMs: 2,
    chordSize: 4,
    chordBeats: 4,
    cadence: 'none',
    progressions: LOOP_MAJOR,
    minorProgressions: LOOP_MINOR,
    groove: 'house',
    bass: { style: 'offbeat', patch: 'sawBass' },
    comp: { style: 'offbeat', patches: ['stabSynth', 'organ', 'electricPiano'] },
    pad: ['warmPad', 'strings'],
    arp: 'pluckSynth',
    leads: ['pluckSynth', 'squareLead', 'sawLead'],
    melody: { split: 0.55, rest: 0.3 },
    bright: 0.6,
    room: 0.45,
    duck: 0.6,
    loudnessLufs: -14,
  },
  techno: {
    title: 'Techno',
    tempo: [126, 132, 140],
    modes: ['minor', 'phrygian'],
    swing: { unit: 0.25, ratio: 0.5 },
    humanMs: 1,
    chordSize: 3,
    chordBeats: 8,
    cadence: 'none',
    progressions: LOOP_MAJOR,
    minorProgressions: LOOP_MINOR,
    groove: 'techno',
    bass: { style: 'rolling', patch: 'acidBass' },
    comp: { style: 'offbeat', patches: ['stabSynth'] },
    pad: ['glassPad', 'warmPad'],
    arp: 'pluckSynth',
    leads: ['sawLead', 'squareLead'],
    melody: { split: 0.6, rest: 0.4 },
    bright: 0.5,
    room: 0.5,
    duck: 0.65,
    loudnessLufs: -14,
  },
  synthwave: {
    title: 'Synthwave',
    tempo: [84, 100, 118],
    modes: ['minor', 'dorian'],
    swing: { unit: 0.5, ratio: 0.5 },
    humanMs: 2,
    chordSize: 3,
    chordBeats: 4,
    cadence: 'none',
    progressions: POP_MAJOR,
    minorProgressions: POP_MINOR,
    groove: 'synthwave',
    bass: { style: 'roots8', patch: 'sawBass' },
    comp: { style: 'hold', patches: ['stabSynth'] },
    pad: ['warmPad', 'choirPad'],
    arp: 'pluckSynth',
    leads: ['sawLead', 'squareLead'],
    melody: { split: 0.35, rest: 0.2 },
    bright: 0.5,
    room: 0.6,
    duck: 0.4,
    loudnessLufs: -14,
  },
  jazz: {
    title: 'Jazz',
    tempo: [108, 132, 176],
    modes: ['major', 'dorian', 'minor'],
    swing: { unit: 0.5, ratio: 0.64 },
    humanMs: 9,
    chordSize: 5,
    chordBeats: 4,
    cadence: 'authentic',
    progressions: JAZZ_MAJOR,
    minorProgressions: JAZZ_MINOR,
    groove: 'swing',
    bass: { style: 'walking', patch: 'uprightBass' },
    comp: { style: 'charleston', patches: ['piano', 'electricPiano'] },
    pad: null,
    arp: null,
    leads: ['vibraphone', 'mellowBrass', 'reed'],
    melody: { split: 0.65, rest: 0.25 },
    bright: 0.15,
    room: 0.35,
    duck: 0,
    loudnessLufs: -16,
  },
  classical: {
    title: 'Classical',
    tempo: [72, 92, 120],
    modes: ['major', 'minor'],
    swing: { unit: 0.5, ratio: 0.5 },
    humanMs: 13,
    chordSize: 3,
    chordBeats: 2,
    cadence: 'authentic',
    progressions: CLASSIC_MAJOR,
    minorProgressions: CLASSIC_MINOR,
    groove: null,
    bass: { style: 'long', patch: 'lowStrings' },
    comp: { style: 'broken', patches: ['piano', 'harp'] },
    pad: ['strings'],
    arp: null,
    leads: ['flute', 'soloStrings', 'reed'],
    melody: { split: 0.45, rest: 0.1 },
    bright: 0.35,
    room: 0.7,
    duck: 0,
    loudnessLufs: -16,
  },
  cinematic: {
    title: 'Cinematic',
    tempo: [70, 88, 112],
    modes: ['minor', 'dorian', 'major'],
    swing: { unit: 0.5, ratio: 0.5 },
    humanMs: 9,
    chordSize: 3,
    chordBeats: 4,
    cadence: 'plagal',
    progressions: STILL_MAJOR,
    minorProgressions: POP_MINOR,
    groove: 'epic',
    bass: { style: 'long', patch: 'lowStrings' },
    comp: { style: 'ostinato', patches: ['shortStrings'] },
    pad: ['strings', 'choirPad'],
    arp: 'harp',
    leads: ['mellowBrass', 'soloStrings', 'flute'],
    melody: { split: 0.2, rest: 0.15 },
    bright: 0.5,
    room: 0.85,
    duck: 0,
    loudnessLufs: -15,
  },
  lofi: {
    title: 'Lo-fi',
    tempo: [70, 80, 90],
    modes: ['dorian', 'minor', 'major'],
    swing: { unit: 0.25, ratio: 0.6 },
    humanMs: 11,
    chordSize: 5,
    chordBeats: 4,
    cadence: 'none',
    progressions: JAZZ_MAJOR,
    minorProgressions: LOOP_MINOR,
    groove: 'lofi',
    bass: { style: 'sparse', patch: 'softBass' },
    comp: { style: 'lazy', patches: ['electricPiano', 'nylonGuitar', 'piano'] },
    pad: ['warmPad'],
    arp: null,
    leads: ['vibraphone', 'musicBox', 'flute', 'softLead'],
    melody: { split: 0.4, rest: 0.4 },
    bright: 0.1,
    room: 0.4,
    duck: 0.25,
    loudnessLufs: -15,
  },
  hiphop: {
    title: 'Hip-hop',
    tempo: [80, 90, 98],
    modes: ['minor', 'phrygian', 'dorian'],
    swing: { unit: 0.25, ratio: 0.57 },
    humanMs: 6,
    chordSize: 4,
    chordBeats: 4,
    cadence: 'none',
    progressions: LOOP_MAJOR,
    minorProgressions: LOOP_MINOR,
    groove: 'hiphop',
    bass: { style: 'kick', patch: 'subBass' },
    comp: { style: 'lazy', patches: ['piano', 'electricPiano', 'shortStrings'] },
    pad: ['strings', 'choirPad'],
    arp: 'bell',
    leads: ['bell', 'flute', 'softLead'],
    melody: { split: 0.5, rest: 0.35 },
    bright: 0.5,
    room: 0.35,
    duck: 0.3,
    loudnessLufs: -14,
  },
  folk: {
    title: 'Folk',
    tempo: [84, 102, 124],
    modes: ['major', 'mixolydian', 'dorian'],
    swing: { unit: 0.5, ratio: 0.53 },
    humanMs: 9,
    chordSize: 3,
    chordBeats: 4,
    cadence: 'authentic',
    progressions: POP_MAJOR,
    minorProgressions: POP_MINOR,
    groove: 'folk',
    bass: { style: 'sparse', patch: 'uprightBass' },
    comp: { style: 'strum', patches: ['steelGuitar', 'nylonGuitar'] },
    pad: ['strings'],
    arp: null,
    leads: ['flute', 'soloStrings', 'reed'],
    melody: { split: 0.5, rest: 0.15 },
    bright: 0.15,
    room: 0.4,
    duck: 0,
    loudnessLufs: -15.5,
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as [FamilyName, ...FamilyName[]];
