import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import { coat, type Draw, INK, type Look, white } from './look.js';
import { both, ellipse, n, path, rect } from './pen.js';

const ink = toHex(INK);
const SKIN = colour(24, 0.5, 0.68);
const WOOD = colour(24, 0.45, 0.32);

export const things = {
  person: (look: Look) => {
    const { pen, random } = look;
    const main = coat(look, random.pick([COLOURS.red, COLOURS.blue, COLOURS.golden, COLOURS.green]));
    const hair = random.pick([INK, COLOURS.brown, colour(38, 0.6, 0.5), colour(15, 0.6, 0.35)]);
    return [
      both(path('M39 68 L38 97 C 38 100 47 100 48 97 L49.5 70 Z', pen.shade(mix(INK, main, 0.2)))),
      path(
        'M36 36 C 28 46 26 62 24 78 C 40 84 60 84 76 78 C 74 62 72 46 64 36 C 58 32 42 32 36 36 Z',
        pen.shade(main, 0.12),
      ),
      both(
        path('M37 38 C 30 44 26 54 24 64 C 27 68 30 68 32 66 C 35 58 38 52 41 48 Z', pen.shade(lighter(main, -0.06))) +
          ellipse(28, 66, 3.2, 3.6, toHex(SKIN)),
      ),
      path('M38 30 C 44 40 56 40 62 30 L62 36 C 56 42 44 42 38 36 Z', toHex(lighter(main, -0.14))),
      ellipse(50, 19, 11.5, 13, pen.shade(SKIN, 0.06)),
      path(
        'M50 4 C 36 4 34 18 38 28 C 39 20 42 15 47 13 C 54 15 60 18 62 28 C 66 18 64 4 50 4 Z',
        pen.shade(hair, 0.08),
      ),
      both(ellipse(45.6, 20.5, 1.4, 1.8, ink)),
      `<path d="M46.5 26 Q 50 28.5 53.5 26" fill="none" stroke="${ink}" stroke-width="1"/>`,
    ].join('');
  },
  robot: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(205, 0.25, 0.6));
    const dark = lighter(main, -0.25);
    const glowing = toHex(look.night ? COLOURS.yellow : COLOURS.turquoise);
    return [
      `<path d="M50 12 L50 2" stroke="${toHex(dark)}" stroke-width="3"/>` + ellipse(50, 3, 4, 4, toHex(COLOURS.red)),
      both(
        rect(34, 78, 11, 18, toHex(dark)) +
          rect(30, 92, 17, 8, pen.shade(main), 'rx="3"') +
          `<path d="M28 52 C 16 56 14 66 16 76" fill="none" stroke="${toHex(dark)}" stroke-width="6" stroke-linecap="round"/>` +
          ellipse(16, 78, 5, 5, pen.shade(main)),
      ),
      rect(26, 44, 48, 38, pen.shade(main, 0.12), 'rx="7"'),
      rect(36, 52, 28, 18, toHex(dark), 'rx="3"') +
        ellipse(43, 61, 4, 4, glowing) +
        rect(50, 58, 10, 2, glowing) +
        rect(50, 63, 7, 2, glowing),
      rect(24, 11, 52, 32, pen.shade(lighter(main, 0.04), 0.12), 'rx="10"'),
      rect(31, 18, 38, 17, ink, 'rx="8"'),
      both(ellipse(41, 26, 4.6, 5, glowing) + ellipse(40, 24.5, 1.4, 1.4, '#ffffff')),
    ].join('');
  },
  snowman: (look: Look) => {
    const { pen } = look;
    const body = look.asked ?? white(look);
    const fill = pen.gradient(lighter(body, 0.04), mix(body, COLOURS.blue, 0.3), 60);
    return [
      ellipse(50, 80, 29, 20, fill) + ellipse(50, 51, 21, 18, fill) + ellipse(50, 26, 15, 14, fill),
      both(`<path d="M32 48 L14 36 M20 40 L18 32" stroke="${toHex(WOOD)}" stroke-width="2.6" stroke-linecap="round"/>`),
      path('M36 35 C 44 41 56 41 64 35 L65 40 C 56 46 44 46 35 40 Z M58 40 L64 56 L57 57 L53 43 Z', toHex(COLOURS.red)),
      both(ellipse(45, 23, 1.9, 2.2, ink)) + path('M49 27 L66 30 L49 31 Z', toHex(COLOURS.orange)),
      [50, 60, 76].map((y) => ellipse(50, y, 2, 2, ink)).join(''),
      rect(34, 11, 32, 4, ink, 'rx="2"') + rect(39, -6, 22, 18, ink, 'rx="2"') + rect(39, 6, 22, 4, toHex(COLOURS.red)),
    ].join('');
  },
  ghost: (look: Look) => {
    const body = look.asked ?? white(look);
    return [
      path(
        'M18 92 C 16 40 20 8 50 8 C 80 8 84 40 82 92 C 76 100 72 86 66 92 C 60 100 56 86 50 92 C 44 100 40 86 34 92 C 28 100 24 86 18 92 Z',
        look.pen.gradient(lighter(body, 0.05), mix(body, look.ambient, 0.4)),
        'opacity="0.93"',
      ),
      both(ellipse(40, 40, 5, 7, ink)) +
        ellipse(50, 56, 4.4, 6, ink) +
        both(ellipse(33, 52, 4, 2.4, toHex(COLOURS.pink), 'opacity="0.6"')),
    ].join('');
  },
  boat: (look: Look) => {
    const { pen } = look;
    const main = coat(look, COLOURS.red);
    const sail = white(look);
    return [
      path('M48 4 L52 4 L52 82 L48 82 Z', toHex(WOOD)),
      path('M54 8 C 78 28 88 52 88 70 L54 72 Z', pen.gradient(sail, mix(sail, look.ambient, 0.25), 0)),
      path(
        'M46 16 C 34 34 22 54 14 68 L46 71 Z',
        pen.gradient(mix(sail, look.ambient, 0.1), mix(sail, look.ambient, 0.35), 0),
      ),
      path('M6 78 L94 76 C 90 92 80 99 70 100 L26 100 C 16 98 9 90 6 78 Z', pen.shade(main, 0.12)),
      path('M6 78 L94 76 L93 82 L8 84 Z', toHex(lighter(main, 0.18))),
      path('M52 4 L66 8 L52 12 Z', toHex(main)),
    ].join('');
  },
  car: (look: Look) => {
    const { pen, night } = look;
    const main = coat(look, COLOURS.red);
    const glass = toHex(night ? colour(45, 0.8, 0.75) : colour(200, 0.5, 0.8));
    const wheel = (x: number) => ellipse(x, 90, 12, 12, ink) + ellipse(x, 90, 6, 6, toHex(COLOURS.silver));
    return [
      path('M22 60 C 28 40 36 34 50 34 C 66 34 76 42 84 60 Z', pen.shade(lighter(main, -0.05))),
      path('M29 59 C 33 46 38 41 48 41 L48 59 Z M53 41 C 64 41 71 46 77 59 L53 59 Z', glass),
      path('M-8 88 C -10 66 -2 60 14 58 L88 58 C 104 60 110 70 108 88 Z', pen.shade(main, 0.12)),
      ellipse(104, 70, 4, 4.5, toHex(COLOURS.yellow)) + rect(-8, 67, 5, 8, toHex(COLOURS.orange), 'rx="2"'),
      night ? path('M106 66 L150 60 L150 92 L106 76 Z', toHex(COLOURS.yellow), 'opacity="0.22"') : '',
      wheel(16) + wheel(84),
    ].join('');
  },
  rocket: (look: Look) => {
    const { pen } = look;
    const main = coat(look, COLOURS.red);
    const hull = white(look);
    return `<g transform="rotate(18 50 60)">${[
      path('M40 82 C 34 94 44 104 50 122 C 56 104 66 94 60 82 Z', pen.gradient(COLOURS.yellow, COLOURS.red)),
      path('M45 82 C 42 90 47 98 50 106 C 53 98 58 90 55 82 Z', toHex(COLOURS.yellow)),
      both(path('M36 56 C 22 64 18 76 20 92 C 26 84 32 82 40 80 Z', pen.shade(lighter(main, -0.06)))),
      path(
        'M50 -6 C 32 12 28 46 38 82 L62 82 C 72 46 68 12 50 -6 Z',
        pen.gradient(lighter(hull, 0.03), mix(hull, look.ambient, 0.45), 0),
      ),
      path('M50 -6 C 42 2 37 12 35 22 L65 22 C 63 12 58 2 50 -6 Z', pen.shade(main, 0.1)),
      ellipse(50, 40, 9, 9, toHex(main)) +
        ellipse(50, 40, 6.4, 6.4, pen.gradient(colour(195, 0.7, 0.75), colour(215, 0.7, 0.4))),
      path('M37.5 76 L62.5 76 L62 82 L38 82 Z', toHex(lighter(main, -0.1))),
    ].join('')}</g>`;
  },
  balloon: (look: Look) => {
    const { pen, random } = look;
    const main = coat(look, random.pick([COLOURS.red, COLOURS.orange, COLOURS.turquoise]));
    const stripe = mix(white(look), main, 0.15);
    return [
      path(
        'M50 2 C 22 2 12 22 12 36 C 12 54 36 66 43 78 L57 78 C 64 66 88 54 88 36 C 88 22 78 2 50 2 Z',
        pen.shade(main, 0.12),
      ),
      both(
        path(
          'M50 2 C 42 2 38 22 38 36 C 38 54 45 66 48 78 L44 78 C 38 66 24 54 24 36 C 24 20 36 4 50 2 Z',
          toHex(stripe),
          'opacity="0.85"',
        ),
      ),
      `<path d="M43 78 L45 88 M57 78 L55 88" stroke="${ink}" stroke-width="1"/>`,
      path('M43 88 L57 88 L55 99 L45 99 Z', pen.shade(WOOD)),
    ].join('');
  },
  umbrella: (look: Look) => {
    const main = coat(look, COLOURS.red);
    return [
      `<path d="M50 6 L50 90 C 50 100 64 100 64 90" fill="none" stroke="${toHex(WOOD)}" stroke-width="3.4" stroke-linecap="round"/>`,
      path(
        'M4 50 C 6 20 28 8 50 8 C 72 8 94 20 96 50 C 88 42 76 42 69 50 C 62 42 56 42 50 50 C 44 42 38 42 31 50 C 24 42 12 42 4 50 Z',
        look.pen.shade(main, 0.12),
      ),
      path('M50 8 C 40 16 33 32 31 50 C 38 42 44 42 50 50 Z', toHex(lighter(main, -0.1)), 'opacity="0.5"'),
    ].join('');
  },
  cup: (look: Look) => {
    const main = coat(look, COLOURS.turquoise);
    const steam = toHex(white(look));
    return [
      ellipse(46, 95, 44, 5.5, look.pen.shade(mix(white(look), main, 0.3))),
      `<path d="M76 56 C 96 54 96 80 70 80" fill="none" stroke="${toHex(lighter(main, -0.06))}" stroke-width="7"/>`,
      path(
        'M14 46 C 16 76 26 94 46 94 C 66 94 76 76 78 46 Z',
        look.pen.gradient(lighter(main, 0.12), lighter(main, -0.14), 15),
      ),
      ellipse(46, 46, 32, 8, toHex(lighter(main, 0.16))) + ellipse(46, 47, 27.5, 6, toHex(colour(22, 0.6, 0.25))),
      `<path d="M34 36 C 28 26 40 22 34 10 M48 36 C 42 24 56 18 48 4 M62 36 C 56 26 68 22 62 12" fill="none" stroke="${steam}" stroke-width="3" stroke-linecap="round" opacity="0.55"/>`,
    ].join('');
  },
  apple: (look: Look) => {
    const main = coat(look, COLOURS.red);
    return [
      path(
        'M50 30 C 34 18 10 24 10 52 C 10 80 30 100 42 99 C 47 98 53 98 58 99 C 70 100 90 80 90 52 C 90 24 66 18 50 30 Z',
        look.pen.gradient(lighter(main, 0.16), lighter(main, -0.16), 50),
      ),
      ellipse(28, 46, 7, 12, '#ffffff', 'opacity="0.35" transform="rotate(18 28 46)"'),
      `<path d="M50 32 C 49 22 52 12 58 6" fill="none" stroke="${toHex(WOOD)}" stroke-width="4" stroke-linecap="round"/>`,
      path('M54 18 C 62 6 76 4 86 8 C 80 20 66 24 54 18 Z', look.pen.shade(colour(105, 0.5, 0.4))),
    ].join('');
  },
  cake: (look: Look) => {
    const main = coat(look, COLOURS.pink);
    const cream = toHex(white(look));
    const candle = (x: number) =>
      rect(x - 1.6, 16, 3.2, 18, toHex(COLOURS.blue)) +
      path(`M${x} 4 C ${x - 4} 11 ${x - 2} 15 ${x} 15 C ${x + 2} 15 ${x + 4} 11 ${x} 4 Z`, toHex(COLOURS.yellow));
    return [
      ellipse(50, 95, 48, 5, cream) +
        rect(8, 62, 84, 33, look.pen.gradient(lighter(main, 0.06), lighter(main, -0.1), 0), 'rx="6"'),
      path(
        'M8 66 C 8 60 12 60 16 60 L84 60 C 90 60 92 62 92 68 C 88 78 82 70 78 76 C 72 84 68 70 62 76 C 56 84 52 70 46 76 C 40 84 36 70 30 76 C 24 82 20 70 14 76 C 10 78 8 72 8 66 Z',
        cream,
      ),
      rect(22, 34, 56, 28, look.pen.gradient(lighter(main, 0.08), lighter(main, -0.08), 0), 'rx="5"'),
      path(
        'M22 40 C 22 34 26 33 30 33 L70 33 C 76 33 78 36 78 40 C 74 48 70 42 66 46 C 60 52 56 42 50 46 C 44 52 40 42 34 46 C 28 50 24 46 22 40 Z',
        cream,
      ),
      candle(36) + candle(50) + candle(64),
    ].join('');
  },
  heart: (look: Look) => {
    const main = coat(look, COLOURS.red);
    return (
      path(
        'M50 96 C 20 72 4 54 4 34 C 4 6 40 2 50 28 C 60 2 96 6 96 34 C 96 54 80 72 50 96 Z',
        look.pen.gradient(lighter(main, 0.14), lighter(main, -0.14), 55),
      ) + ellipse(26, 28, 9, 6, '#ffffff', 'opacity="0.4" transform="rotate(-32 26 28)"')
    );
  },
  crystal: (look: Look) => {
    const main = coat(look, COLOURS.violet);
    const facet = (points: string, by: number) => `<polygon points="${points}" fill="${toHex(lighter(main, by))}"/>`;
    const spire = (x: number, top: number, half: number) =>
      facet(`${x},${top} ${n(x - half)},${top + 16} ${n(x - half * 0.8)},100 ${x},100`, 0.16) +
      facet(`${x},${top} ${n(x + half)},${top + 16} ${n(x + half * 0.8)},100 ${x},100`, -0.1) +
      facet(`${x},${top} ${n(x - half * 0.3)},${top + 20} ${x},100 ${n(x + half * 0.3)},${top + 20}`, 0.04);
    return spire(24, 44, 11) + spire(78, 36, 12) + spire(50, 2, 16) + spire(64, 60, 8) + spire(36, 64, 7);
  },
} satisfies Record<string, Draw>;
