import type { Groove } from './groove.js';

/** Grooves of players: drum sets and hands. */
export const BAND_GROOVES = {
  pop: {
    kit: 'acoustic',
    fills: 'kit',
    low: [
      ['kick', 'x.......o.......'],
      ['hat', 'o...o...o...o...'],
      ['rim', '....o.......o...'],
    ],
    mid: [
      ['kick', 'x.....o.x.......x.....o.x..o....'],
      ['snare', '....x.......x..-'],
      ['hat', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'x..o..o.x.o.....x..o..o.x.....o.'],
      ['snare', '....x..-....x..-'],
      ['hat', 'x-o-x-o-x-o-x-o-'],
      ['tambourine', '....o.......o...'],
      ['openHat', '..............................o.'],
    ],
  },
  ballad: {
    kit: 'acoustic',
    fills: 'kit',
    low: [
      ['kick', 'o...............'],
      ['rim', '........o.......'],
    ],
    mid: [
      ['kick', 'x.........o.....'],
      ['rim', '....o.......o...'],
      ['hat', 'o.-.o.-.o.-.o.-.'],
    ],
    high: [
      ['kick', 'x......ox.......'],
      ['snare', '....x.......x...'],
      ['ride', 'x.o.x.o.x.o.x.o.'],
      ['tambourine', '..o...o...o...o.'],
    ],
  },
  rock: {
    kit: 'power',
    fills: 'kit',
    low: [
      ['kick', 'x.......x.......'],
      ['hat', 'x...x...x...x...'],
    ],
    mid: [
      ['kick', 'x.....x.x.......x.....x.x.o.....'],
      ['snare', '....x.......x...'],
      ['hat', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'x.o...x.x.x.....x.o..ox.x.x..o..'],
      ['snare', '....x.......x..-'],
      ['ride', 'x.o.x.o.x.o.x.o.'],
      ['openHat', '..............o.'],
    ],
  },
  metal: {
    kit: 'power',
    fills: 'kit',
    low: [
      ['kick', 'x..x..x.x..x....'],
      ['hat', 'x...x...x...x...'],
    ],
    mid: [
      ['kick', 'x.xx..x.x.xx..x.'],
      ['snare', '....x.......x...'],
      ['openHat', 'x...x...x...x...'],
    ],
    high: [
      ['kick', 'xxxxxxxxxxxxxxxx'],
      ['snare', '....x.......x...'],
      ['crash', 'x...............'],
      ['ride', 'x...x...x...x...'],
    ],
  },
  punk: {
    kit: 'power',
    fills: 'kit',
    low: [
      ['kick', 'x.......x.......'],
      ['hat', 'x.x.x.x.x.x.x.x.'],
    ],
    mid: [
      ['kick', 'x...x...x...x...'],
      ['snare', '..x...x...x...x.'],
      ['hat', 'x.x.x.x.x.x.x.x.'],
    ],
    high: [
      ['kick', 'x..xx...x..xx...'],
      ['snare', '..x...x...x...x.'],
      ['openHat', 'x...x...x...x...'],
    ],
  },
  funk: {
    kit: 'acoustic',
    fills: 'kit',
    low: [
      ['kick', 'x.......x.......'],
      ['rim', '....o.......o...'],
      ['hat', 'o-o-o-o-o-o-o-o-'],
    ],
    mid: [
      ['kick', 'x..x......x.....x..x..o...x..o..'],
      ['snare', '....x..-.-..x..-'],
      ['hat', 'x-o-x-o-x-o-x-o-'],
    ],
    high: [
      ['kick', 'x..x..o...x..o..x..x..o..ox.....'],
      ['snare', '....x..-.-..x.--'],
      ['hat', 'xoo-xoo-xoo-xo.-'],
      ['openHat', '..............x.'],
      ['tambourine', '....o.......o...'],
    ],
  },
  reggae: {
    kit: 'acoustic',
    fills: 'hands',
    low: [
      ['rim', '........o.......'],
      ['hat', 'o.-.o.-.o.-.o.-.'],
    ],
    mid: [
      ['kick', '........x.......'],
      ['rim', '........x.......'],
      ['hat', 'x.o.x.o-x.o.x.o.'],
    ],
    high: [
      ['kick', '........x.....o.'],
      ['snare', '........x......-'],
      ['hat', 'x.oox.o-x.oox.o.'],
      ['shaker', 'o-o-o-o-o-o-o-o-'],
    ],
  },
  swing: {
    kit: 'soft',
    fills: 'soft',
    low: [
      ['ride', 'o...x.-.o...x.-.'],
      ['hat', '....-.......-...'],
    ],
    mid: [
      ['kick', 'o.........-.....'],
      ['ride', 'x...x.o.x...x.o.'],
      ['hat', '....o.......o...'],
      ['snare', '......-.......-.......-...-.....'],
    ],
    high: [
      ['kick', 'o.....-...o.....o.........o...-.'],
      ['ride', 'x...x.o.x...x.o.'],
      ['hat', '....x.......x...'],
      ['snare', '..-...o...-...o.......o...-.o...'],
    ],
  },
  shuffle: {
    kit: 'acoustic',
    fills: 'kit',
    low: [
      ['kick', 'x.......o.......'],
      ['ride', 'o.-.o.-.o.-.o.-.'],
      ['rim', '....o.......o...'],
    ],
    mid: [
      ['kick', 'x.......x.....o.'],
      ['snare', '....x.......x...'],
      ['hat', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'x.....o.x.....o.'],
      ['snare', '....x.-.....x.-.'],
      ['ride', 'x.o.x.o.x.o.x.o.'],
    ],
  },
  folk: {
    kit: 'soft',
    fills: 'soft',
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
      ['tambourine', '....o.......o...'],
    ],
  },
  train: {
    kit: 'soft',
    fills: 'soft',
    low: [
      ['kick', 'o.......o.......'],
      ['hat', '....o.......o...'],
    ],
    mid: [
      ['kick', 'x.......x.......'],
      ['snare', '-.o.-.o.-.o.-.o.'],
      ['hat', '....o.......o...'],
    ],
    high: [
      ['kick', 'x.......x.......'],
      ['snare', '--o---o---o---o-'],
      ['hat', '....x.......x...'],
      ['tambourine', '....o.......o...'],
    ],
  },
  salsa: {
    kit: 'acoustic',
    fills: 'hands',
    low: [
      ['clave', 'x.....x.....x.......x...x.......'],
      ['shaker', 'o.-.o.-.o.-.o.-.'],
      ['congaMute', '....o.......o...'],
    ],
    mid: [
      ['kick', '......o.........'],
      ['clave', 'x.....x.....x.......x...x.......'],
      ['congaMute', '....x.......x...'],
      ['congaLow', '............x.x.'],
      ['congaHigh', '-...............'],
      ['shaker', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'o.....o.........'],
      ['clave', 'x.....x.....x.......x...x.......'],
      ['cowbell', 'x...x.o.x...x.o.'],
      ['congaMute', '....x.......x...'],
      ['congaHigh', '..........o.....'],
      ['congaLow', '............x.x.'],
      ['timbale', '..............................oo'],
      ['shaker', 'x-o-x-o-x-o-x-o-'],
    ],
  },
  bossa: {
    kit: 'soft',
    fills: 'soft',
    low: [
      ['rim', 'o.....o.....o.......o.....o.....'],
      ['shaker', '-.-.-.-.-.-.-.-.'],
    ],
    mid: [
      ['kick', 'o.....-.o.....-.'],
      ['rim', 'x.....x.....x.......x.....x.....'],
      ['hat', 'o.-.o.-.o.-.o.-.'],
    ],
    high: [
      ['kick', 'x.....o.x.....o.'],
      ['rim', 'x.....x.....x.......x.....x.....'],
      ['ride', 'x.o.x.o.x.o.x.o.'],
      ['shaker', 'o-o-o-o-o-o-o-o-'],
    ],
  },
  cumbia: {
    kit: 'acoustic',
    fills: 'hands',
    low: [['shaker', 'x.oox.oox.oox.oo']],
    mid: [
      ['kick', 'x.......x.......'],
      ['shaker', 'x.oox.oox.oox.oo'],
      ['congaLow', '....o.......o...'],
    ],
    high: [
      ['kick', 'x.......x.......'],
      ['shaker', 'x.oox.oox.oox.oo'],
      ['congaMute', '..o...o...o...o.'],
      ['congaLow', '....x.......x..o'],
      ['cowbell', 'o...o...o...o...'],
    ],
  },
  dembow: {
    kit: 'electronic',
    fills: 'machine',
    low: [
      ['kick', 'x...x...x...x...'],
      ['rim', '...o..o....o..o.'],
    ],
    mid: [
      ['kick', 'x...x...x...x...'],
      ['snare', '...x..x....x..x.'],
      ['hat', '..o...o...o...o.'],
    ],
    high: [
      ['kick', 'x...x...x...x...'],
      ['snare', '...x..x....x..x.'],
      ['hat', 'o.oo..o.o.oo..o.'],
      ['timbale', '..............................oo'],
      ['shaker', '-.o.-.o.-.o.-.o.'],
    ],
  },
} as const satisfies Record<string, Groove>;
