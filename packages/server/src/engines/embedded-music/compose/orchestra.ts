import type { PatchName } from '../sound/patches.js';
import type { DrumSound, Groove } from './grooves.js';

/** One instrument as the composer knows it. */
export interface Instrument {
  title: string;
  /** Program of General MIDI, counted from 0, where a recording serves best; null: always synthesised. */
  program: number | null;
  /** The synthesised voice that plays it where there is no recording. */
  patch: PatchName;
  /** Lowest and highest pitch that sounds good. */
  range: readonly [low: number, high: number];
}

/** Every instrument that a score may ask for. A SoundFont needs these programs and no others. */
export const ORCHESTRA = {
  piano: { title: 'Piano', program: 0, patch: 'piano', range: [33, 98] },
  electricPiano: { title: 'Electric piano', program: 4, patch: 'electricPiano', range: [36, 91] },
  glockenspiel: { title: 'Glockenspiel', program: 9, patch: 'bell', range: [67, 100] },
  musicBox: { title: 'Music box', program: 10, patch: 'musicBox', range: [60, 96] },
  vibraphone: { title: 'Vibraphone', program: 11, patch: 'vibraphone', range: [53, 89] },
  marimba: { title: 'Marimba', program: 12, patch: 'vibraphone', range: [48, 91] },
  organ: { title: 'Organ', program: 16, patch: 'organ', range: [40, 88] },
  accordion: { title: 'Accordion', program: 21, patch: 'reed', range: [53, 89] },
  nylonGuitar: { title: 'Nylon guitar', program: 24, patch: 'nylonGuitar', range: [40, 81] },
  steelGuitar: { title: 'Steel guitar', program: 25, patch: 'steelGuitar', range: [40, 83] },
  cleanGuitar: { title: 'Clean electric guitar', program: 27, patch: 'steelGuitar', range: [40, 84] },
  driveLead: { title: 'Overdriven guitar', program: 29, patch: 'driveLead', range: [45, 86] },
  driveGuitar: { title: 'Distorted guitar', program: 30, patch: 'driveGuitar', range: [38, 76] },
  uprightBass: { title: 'Double bass', program: 32, patch: 'uprightBass', range: [26, 60] },
  fingerBass: { title: 'Electric bass', program: 33, patch: 'fingerBass', range: [26, 60] },
  violin: { title: 'Violin', program: 40, patch: 'soloStrings', range: [55, 96] },
  cello: { title: 'Cello', program: 42, patch: 'lowStrings', range: [36, 72] },
  pizzicato: { title: 'Plucked strings', program: 45, patch: 'shortStrings', range: [43, 88] },
  harp: { title: 'Harp', program: 46, patch: 'harp', range: [36, 96] },
  strings: { title: 'Strings', program: 48, patch: 'strings', range: [36, 91] },
  choir: { title: 'Choir', program: 52, patch: 'choirPad', range: [48, 79] },
  trumpet: { title: 'Trumpet', program: 56, patch: 'mellowBrass', range: [54, 84] },
  horn: { title: 'French horn', program: 60, patch: 'mellowBrass', range: [45, 77] },
  brass: { title: 'Brass', program: 61, patch: 'mellowBrass', range: [45, 82] },
  saxophone: { title: 'Saxophone', program: 66, patch: 'reed', range: [46, 80] },
  oboe: { title: 'Oboe', program: 68, patch: 'reed', range: [58, 88] },
  clarinet: { title: 'Clarinet', program: 71, patch: 'reed', range: [50, 88] },
  flute: { title: 'Flute', program: 73, patch: 'flute', range: [60, 93] },
  shortStrings: { title: 'Short strings', program: null, patch: 'shortStrings', range: [43, 88] },
  softBass: { title: 'Soft bass', program: null, patch: 'softBass', range: [26, 60] },
  subBass: { title: 'Sub bass', program: null, patch: 'subBass', range: [26, 52] },
  sawBass: { title: 'Synth bass', program: null, patch: 'sawBass', range: [26, 60] },
  acidBass: { title: 'Acid bass', program: null, patch: 'acidBass', range: [26, 64] },
  warmPad: { title: 'Warm pad', program: null, patch: 'warmPad', range: [40, 84] },
  glassPad: { title: 'Glass pad', program: null, patch: 'glassPad', range: [40, 84] },
  softLead: { title: 'Soft lead', program: null, patch: 'softLead', range: [52, 91] },
  squareLead: { title: 'Square lead', program: null, patch: 'squareLead', range: [52, 93] },
  sawLead: { title: 'Saw lead', program: null, patch: 'sawLead', range: [52, 91] },
  glassLead: { title: 'Glass lead', program: null, patch: 'glassLead', range: [57, 93] },
  pluckSynth: { title: 'Synth pluck', program: null, patch: 'pluckSynth', range: [45, 96] },
  stabSynth: { title: 'Synth chords', program: null, patch: 'stabSynth', range: [45, 84] },
  voice: { title: 'Voice', program: null, patch: 'voice', range: [52, 81] },
} as const satisfies Record<string, Instrument>;

export type InstrumentName = keyof typeof ORCHESTRA;

/** Drum kits: program of General MIDI (percussion bank) for each kit of a groove. */
export const GM_KITS: Readonly<Record<Groove['kit'], number>> = {
  acoustic: 0,
  power: 16,
  electronic: 25,
  soft: 40,
  orchestral: 48,
};

/**
 * The key of each drum sound in a General MIDI kit; null: always synthesised. In the orchestral kit the keys 41 to 53
 * are kettledrums, so that its toms come from the acoustic kit.
 */
export const DRUM_NOTES: Readonly<Record<DrumSound, number | null>> = {
  kick: 36,
  snare: 38,
  rim: 37,
  clap: 39,
  hat: 42,
  openHat: 46,
  ride: 51,
  crash: 49,
  shaker: 70,
  tambourine: 54,
  cowbell: 56,
  clave: 75,
  congaHigh: 63,
  congaMute: 62,
  congaLow: 64,
  timbale: 65,
  tomHigh: 48,
  tomMid: 47,
  tomLow: 43,
  boom: null,
  riser: null,
};
