import type { Groove } from './groove.js';

/** Grooves of machines, and of an orchestra's percussion. */
export const MACHINE_GROOVES = {
  house: {
    kit: 'electronic',
    fills: 'machine',
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
      ['rim', '...o..o....o..o....o..o....o.o..'],
    ],
  },
  techno: {
    kit: 'electronic',
    fills: 'machine',
    low: [
      ['kick', 'x...x...x...x...'],
      ['hat', '..-...-...-...-.'],
    ],
    mid: [
      ['kick', 'x...x...x...x...'],
      ['openHat', '..o...o...o...o.'],
      ['hat', 'o-o-o-o-o-o-o-o-'],
      ['rim', '...o......o..o.....o..o...o.....'],
    ],
    high: [
      ['kick', 'x...x...x...x...'],
      ['clap', '....x.......x...'],
      ['openHat', '..x...x...x...x.'],
      ['hat', 'o-o-o-o-o-o-o-oo'],
      ['rim', '...o..o...o..o.....o..o...o....o'],
      ['ride', 'o.o.o.o.o.o.o.o.'],
    ],
  },
  synthwave: {
    kit: 'electronic',
    fills: 'drums',
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
      ['hat', 'x-o-x-o-x-o-x-o-'],
      ['openHat', '..o...o...o...o.'],
      ['clap', '....o.......o...'],
    ],
  },
  lofi: {
    kit: 'soft',
    fills: 'soft',
    low: [
      ['kick', 'x.........o.....'],
      ['hat', '..o...o...o...o.'],
    ],
    mid: [
      ['kick', 'x......o..x.....x..o...o..x.....'],
      ['snare', '....x.......x...'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    high: [
      ['kick', 'x......o..x..-..x..o...o..x.....'],
      ['snare', '....x.......x..-'],
      ['hat', 'o-o.o.o-o.o-o.o.'],
      ['shaker', '..-...-...-...-.'],
      ['rim', '..........-.....'],
    ],
  },
  hiphop: {
    kit: 'electronic',
    fills: 'machine',
    low: [
      ['kick', 'x.......o.......'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    mid: [
      ['kick', 'x..o......x.....x..o...o..x.....'],
      ['clap', '....x.......x...'],
      ['hat', 'x.o.x.o.x.o.x.oo'],
    ],
    high: [
      ['kick', 'x..x..o...x..o..x..x...o..x.....'],
      ['clap', '....x.......x...'],
      ['snare', '....o.......o..-'],
      ['hat', 'x.oox.o.x.oox.oo'],
      ['openHat', '......o.........'],
    ],
  },
  trap: {
    kit: 'electronic',
    fills: 'machine',
    low: [
      ['kick', 'x...............'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    mid: [
      ['kick', 'x.....o...x.....x..o......x...o.'],
      ['clap', '........x.......'],
      ['hat', 'x.o.x.o.x.o.x.ooxoo.x.o.x.o.xooo'],
    ],
    high: [
      ['kick', 'x..o..x...x...o.x..o......x..ox.'],
      ['clap', '........x.......'],
      ['snare', '........o......-'],
      ['hat', 'xooox.o.xoo.x.ooxoo.xoooxooox.oo'],
      ['openHat', '..............o.'],
    ],
  },
  breaks: {
    kit: 'acoustic',
    fills: 'kit',
    low: [
      ['kick', 'x.........x.....'],
      ['hat', 'o.o.o.o.o.o.o.o.'],
    ],
    mid: [
      ['kick', 'x.x.......x.....x.x.......x..x..'],
      ['snare', '....x..-.-..x..-'],
      ['hat', 'x.o.x.o.x.o.x.o.'],
    ],
    high: [
      ['kick', 'x.x.......xx....x.x...x...x.....'],
      ['snare', '....x..o.o..x..o....x..o.o....x.'],
      ['ride', 'x.o.x.o.x.o.x.o.'],
      ['shaker', '-o-o-o-o-o-o-o-o'],
    ],
  },
  epic: {
    kit: 'orchestral',
    fills: 'drums',
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
      ['snare', '....-.......-.--'],
    ],
  },
} as const satisfies Record<string, Groove>;
