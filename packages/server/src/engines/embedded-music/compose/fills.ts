import type { FillName, Line } from './groove.js';

/** Figures that lead from one section into the next, in sixteenths: of one beat, of two and of a whole bar. */
interface Fills {
  short: readonly (readonly Line[])[];
  long: readonly (readonly Line[])[];
  whole: readonly (readonly Line[])[];
}

const KIT: Fills = {
  short: [
    [['snare', 'o-xx']],
    [
      ['snare', 'xx..'],
      ['tomLow', '..xx'],
    ],
    [
      ['snare', 'x..x'],
      ['kick', '..x.'],
    ],
  ],
  long: [
    [
      ['snare', 'xoxx....'],
      ['tomHigh', '....xo..'],
      ['tomLow', '......xx'],
    ],
    [
      ['snare', 'x.ox.oxx'],
      ['kick', 'x...x...'],
    ],
    [
      ['tomHigh', 'x.x.....'],
      ['tomMid', '...xx...'],
      ['tomLow', '.....xxx'],
      ['kick', 'x.......'],
    ],
  ],
  whole: [
    [
      ['snare', 'xoooxo..........'],
      ['tomHigh', '......xxxo......'],
      ['tomMid', '..........xx....'],
      ['tomLow', '............xoxx'],
      ['kick', 'x...x...x...x...'],
    ],
    [
      ['snare', 'x..x..x..oxx-xxx'],
      ['kick', 'x...x...x...x...'],
    ],
  ],
};

const SOFT: Fills = {
  short: [[['snare', '-.o-']], [['rim', 'o..o']], [['snare', '..oo']]],
  long: [
    [
      ['snare', '-.o.-oo-'],
      ['kick', 'o.....o.'],
    ],
    [
      ['snare', 'o..o..o.'],
      ['tomLow', '.......o'],
    ],
  ],
  whole: [
    [
      ['snare', 'o..o..o.-.o.-oo-'],
      ['kick', 'o.......o.......'],
    ],
  ],
};

const MACHINE: Fills = {
  short: [[['snare', 'oxxx']], [['clap', 'x.xx']], [['snare', 'x...']]],
  long: [[['snare', 'o.o.oxxx']], [['clap', 'x..x..xx']], [['snare', '-o-o-oxx']]],
  whole: [
    [
      ['snare', 'o...o...o.o.oxxx'],
      ['kick', 'x...x...x.......'],
    ],
    [
      ['clap', 'x...x...x.x.xxxx'],
      ['openHat', '..o...o...o.....'],
    ],
  ],
};

const DRUMS: Fills = {
  short: [
    [
      ['tomHigh', 'xo..'],
      ['tomLow', '..xx'],
    ],
    [['tomLow', 'xoxx']],
  ],
  long: [
    [
      ['tomHigh', 'x.o.xo..'],
      ['tomLow', '......xx'],
      ['boom', 'x.......'],
    ],
    [['snare', '--o-ooxx']],
  ],
  whole: [
    [
      ['snare', '----o-o-oooooxxx'],
      ['boom', 'x...............'],
      ['tomLow', '............x.xx'],
    ],
    [
      ['tomHigh', 'x.oxo...x.oxo...'],
      ['tomLow', '.....oxo....xoxx'],
      ['boom', 'x.......x.......'],
    ],
  ],
};

const HANDS: Fills = {
  short: [
    [['timbale', 'xxxx']],
    [
      ['congaHigh', 'xx..'],
      ['congaLow', '..xx'],
    ],
  ],
  long: [
    [
      ['timbale', 'x.xxx.xx'],
      ['kick', 'x.......'],
    ],
    [
      ['congaHigh', 'xo.xxo..'],
      ['congaLow', '..x...xx'],
      ['timbale', '.......x'],
    ],
  ],
  whole: [
    [
      ['timbale', 'x..x..x...xxx.xx'],
      ['congaLow', '....x.......x...'],
      ['kick', 'x...........x...'],
    ],
  ],
};

export const FILLS: Readonly<Record<FillName, Fills>> = {
  kit: KIT,
  soft: SOFT,
  machine: MACHINE,
  drums: DRUMS,
  hands: HANDS,
};
