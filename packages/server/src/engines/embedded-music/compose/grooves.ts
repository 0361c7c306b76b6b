/** Sounds of the drum kits. */
export type DrumSound =
  | 'kick'
  | 'snare'
  | 'rim'
  | 'clap'
  | 'hat'
  | 'openHat'
  | 'ride'
  | 'crash'
  | 'shaker'
  | 'tambourine'
  | 'cowbell'
  | 'clave'
  | 'congaHigh'
  | 'congaMute'
  | 'congaLow'
  | 'timbale'
  | 'tomHigh'
  | 'tomMid'
  | 'tomLow'
  | 'boom'
  | 'riser';

/** One line of a pattern: sixteen sixteenths of a 4/4 bar; `x` strong, `o` medium, `-` soft, anything else silent. */
export type Line = readonly [DrumSound, string];

/** What a groove plays at three levels of energy, and the sounds of its fills. */
export interface Groove {
  kit: 'acoustic' | 'power' | 'electronic' | 'soft' | 'orchestral';
  low: readonly Line[];
  mid: readonly Line[];
  high: readonly Line[];
  fill: readonly DrumSound[];
}

/** How strong a mark is; 0 for silence. */
export function markStrength(mark: string): number {
  return mark === 'x' ? 1 : mark === 'o' ? 0.66 : mark === '-' ? 0.34 : 0;
}

export const GROOVES = {
  pop: {
    kit: 'acoustic',
    low: [
      ['kick', 'x.......o.......'],
      ['hat', 'o...o...o...o...'],
      ['rim', '....o.......o...'],
    ],
    mid: [
      ['kick', 'x.....o.x.......'],
      ['snare', '....x.......x..-'],
      ['hat', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'x..o..o.x.o.....'],
      ['snare', '....x..-....x..-'],
      ['hat', 'x-o-x-o-x-o-x-o-'],
      ['shaker', 'o-o-o-o-o-o-o-o-'],
    ],
    fill: ['snare', 'tomHigh', 'tomLow'],
  },
  rock: {
    kit: 'acoustic',
    low: [
      ['kick', 'x.......x.......'],
      ['hat', 'x...x...x...x...'],
    ],
    mid: [
      ['kick', 'x.....x.x.......'],
      ['snare', '....x.......x...'],
      ['hat', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'x.o...x.x.x.....'],
      ['snare', '....x.......x..-'],
      ['ride', 'x.o.x.o.x.o.x.o.'],
      ['openHat', '..............o.'],
    ],
    fill: ['snare', 'tomHigh', 'tomHigh', 'tomLow'],
  },
  house: {
    kit: 'electronic',
    low: [
      ['kick', 'x...x...x...x...'],
      ['shaker', '-.-.-.-.-.-.-.-.'],
    ],
    mid: [
      ['kick', 'x...x...x...x...'],
      ['clap', '....x.......x...'],
      ['openHat', '..x...x...x...x.'],
      ['shaker', '-.o-.-o--.o-.-o-'],
    ],
    high: [
      ['kick', 'x...x...x...x...'],
      ['clap', '....x.......x...'],
      ['openHat', '..x...x...x...x.'],
      ['hat', 'o-.oo-.oo-.oo-.o'],
      ['rim', '...o..o....o..o.'],
    ],
    fill: ['clap', 'snare'],
  },
  techno: {
    kit: 'electronic',
    low: [
      ['kick', 'x...x...x...x...'],
      ['hat', '..-...-...-...-.'],
    ],
    mid: [
      ['kick', 'x...x...x...x...'],
      ['openHat', '..o...o...o...o.'],
      ['hat', 'o-o-o-o-o-o-o-o-'],
      ['rim', '...o......o..o..'],
    ],
    high: [
      ['kick', 'x...x...x...x...'],
      ['clap', '....x.......x...'],
      ['openHat', '..x...x...x...x.'],
      ['hat', 'oooooooooooooooo'],
      ['rim', '...o..o...o..o..'],
      ['ride', 'o.o.o.o.o.o.o.o.'],
    ],
    fill: ['snare', 'clap'],
  },
  synthwave: {
    kit: 'electronic',
    low: [
      ['kick', 'x.......x.......'],
      ['hat', '..o...o...o...o.'],
    ],
    mid: [
      ['kick', 'x...x...x...x...'],
      ['snare', '....x.......x...'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    high: [
      ['kick', 'x...x...x...x...'],
      ['snare', '....x.......x...'],
      ['hat', 'xooxxooxxooxxoox'],
      ['openHat', '..o...o...o...o.'],
      ['clap', '....o.......o...'],
    ],
    fill: ['tomHigh', 'tomHigh', 'tomLow'],
  },
  swing: {
    kit: 'soft',
    low: [
      ['ride', 'o...x.-.o...x.-.'],
      ['hat', '....-.......-...'],
    ],
    mid: [
      ['kick', 'o.........-.....'],
      ['ride', 'x...x.o.x...x.o.'],
      ['hat', '....o.......o...'],
      ['snare', '......-.......-.'],
    ],
    high: [
      ['kick', 'o.....-...o.....'],
      ['ride', 'x...x.o.x...x.o.'],
      ['hat', '....x.......x...'],
      ['snare', '..-...o...-...o.'],
      ['rim', '............o...'],
    ],
    fill: ['snare', 'snare', 'tomHigh', 'tomLow'],
  },
  epic: {
    kit: 'orchestral',
    low: [['boom', 'o...............']],
    mid: [
      ['boom', 'x.........o.....'],
      ['tomLow', 'o..-..o...-..-..'],
    ],
    high: [
      ['boom', 'x.......x.o.....'],
      ['tomLow', 'x-.o-.x-x-.o-.o-'],
      ['tomHigh', '..o...o...o..oo.'],
      ['shaker', '-.-.-.-.-.-.-.-.'],
    ],
    fill: ['tomHigh', 'tomLow', 'boom'],
  },
  lofi: {
    kit: 'soft',
    low: [
      ['kick', 'x.........o.....'],
      ['hat', '..o...o...o...o.'],
    ],
    mid: [
      ['kick', 'x......o..x.....'],
      ['snare', '....x.......x...'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    high: [
      ['kick', 'x......o..x..-..'],
      ['snare', '....x.......x..-'],
      ['hat', 'o-o.o.o-o.o-o.o.'],
      ['shaker', '..-...-...-...-.'],
      ['rim', '..........-.....'],
    ],
    fill: ['snare', 'rim'],
  },
  hiphop: {
    kit: 'electronic',
    low: [
      ['kick', 'x.......o.......'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    mid: [
      ['kick', 'x..o......x.....'],
      ['clap', '....x.......x...'],
      ['hat', 'x.o.x.o.x.o.x.oo'],
    ],
    high: [
      ['kick', 'x..x..o...x..o..'],
      ['clap', '....x.......x...'],
      ['snare', '....o.......o..-'],
      ['hat', 'xooxoxooxooxxoxx'],
      ['openHat', '......o.........'],
    ],
    fill: ['snare', 'hat', 'snare'],
  },
  folk: {
    kit: 'soft',
    low: [['shaker', 'o.-.o.-.o.-.o.-.']],
    mid: [
      ['kick', 'o.......o.......'],
      ['shaker', 'o.-.o.-.o.-.o.-.'],
      ['rim', '....o.......o...'],
    ],
    high: [
      ['kick', 'x.......x..o....'],
      ['snare', '....o.......o...'],
      ['shaker', 'o-o-x-o-o-o-x-o-'],
    ],
    fill: ['tomHigh', 'tomLow'],
  },
} as const satisfies Record<string, Groove>;

export type GrooveName = keyof typeof GROOVES;
