import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import { coat, type Draw, INK, type Look, white } from './look.js';
import { both, ellipse, n, path, rect } from './pen.js';

const ink = toHex(INK);
const WOOD = colour(26, 0.42, 0.4);
const STONE = colour(32, 0.12, 0.58);

export const outdoors = {
  /** A wide roof with room to sit on its ridge, and a little wall under it. */
  roof: (look: Look) => {
    const { pen, night } = look;
    const main = coat(look, colour(10, 0.62, 0.46));
    const wall = mix(white(look), colour(36, 0.5, 0.75), 0.5);
    const glass = toHex(night ? colour(44, 0.95, 0.68) : colour(205, 0.45, 0.72));
    const rows = Array.from({ length: 6 }, (_, row) => {
      const y = 7 + row * 10;
      const half = 62 + (row * 24) / 6;
      const tiles = Math.round(half / 5);
      const step = (half * 2) / tiles;
      return Array.from({ length: tiles }, (_tile, index) => {
        const x = 50 - half + index * step;
        const tone = lighter(main, ((index * 7 + row * 3) % 5) * 0.018 - 0.045);
        return path(
          `M${n(x)} ${y} L${n(x + step)} ${y} L${n(x + step)} ${y + 8} Q ${n(x + step / 2)} ${y + 14} ${n(x)} ${y + 8} Z`,
          toHex(tone),
          `stroke="${toHex(lighter(main, -0.14))}" stroke-width="0.7"`,
        );
      }).join('');
    });
    const window = (x: number) =>
      rect(x, 76, 17, 17, glass, 'rx="1"') +
      `<path d="M${x + 8.5} 76 V93 M${x} 84.5 H${x + 17}" stroke="${toHex(WOOD)}" stroke-width="1.6"/>`;
    return [
      rect(-24, 64, 148, 36, pen.gradient(lighter(wall, -0.12), wall)),
      window(-8) + window(41.5) + window(91),
      path('M-13 2 L113 2 L135 70 L-35 70 Z', toHex(lighter(main, -0.1))),
      ...rows,
      path(
        'M-13 2 L113 2 L135 70 L-35 70 Z',
        pen.gradient(lighter(main, 0.14), lighter(main, -0.2), 75),
        'opacity="0.28"',
      ),
      rect(-15, 0, 130, 6, pen.gradient(lighter(main, 0.08), lighter(main, -0.12)), 'rx="3"'),
      rect(-36, 67, 172, 4.5, toHex(lighter(WOOD, -0.06)), 'rx="2"'),
    ].join('');
  },
  fence: (look: Look) => {
    const main = coat(look, colour(30, 0.36, 0.52));
    const fill = look.pen.gradient(lighter(main, 0.1), lighter(main, -0.1), 0);
    const posts = Array.from({ length: 11 }, (_, index) => {
      const x = -53 + index * 19;
      return path(`M${x} 100 L${x} 18 L${x + 6.5} 4 L${x + 13} 18 L${x + 13} 100 Z`, fill);
    });
    return (
      rect(-55, 32, 210, 9, toHex(lighter(main, -0.1))) +
      rect(-55, 70, 210, 9, toHex(lighter(main, -0.1))) +
      posts.join('')
    );
  },
  bridge: (look: Look) => {
    const main = coat(look, STONE);
    const fill = look.pen.gradient(lighter(main, 0.08), lighter(main, -0.12));
    const stones = Array.from({ length: 15 }, (_, index) => {
      const angle = Math.PI * (0.04 + (0.92 * index) / 14);
      const x = 50 - Math.cos(angle) * 72;
      const y = 104 - Math.sin(angle) * 62;
      return ellipse(
        x,
        y,
        6,
        4.4,
        toHex(lighter(main, index % 2 === 0 ? 0.08 : -0.04)),
        `transform="rotate(${n(-Math.cos(angle) * 60)} ${n(x)} ${n(y)})"`,
      );
    });
    return [
      path(
        'M-55 100 C -40 30 10 8 50 8 C 90 8 140 30 155 100 L120 100 C 112 62 84 44 50 44 C 16 44 -12 62 -20 100 Z',
        fill,
      ),
      ...stones,
      `<path d="M-55 86 C -38 22 12 2 50 2 C 88 2 138 22 155 86" fill="none" stroke="${toHex(lighter(main, -0.16))}" stroke-width="5"/>`,
      `<path d="M-55 82 C -38 18 12 -2 50 -2 C 88 -2 138 18 155 82" fill="none" stroke="${toHex(lighter(main, 0.14))}" stroke-width="3"/>`,
    ].join('');
  },
  windmill: (look: Look) => {
    const { pen } = look;
    const main = coat(look, white(look));
    const sail = (turn: number) =>
      `<g transform="rotate(${turn} 50 32)"><path d="M50 32 L50 -12" stroke="${toHex(WOOD)}" stroke-width="2"/>` +
      path(
        'M51 -11 L61 -11 L61 22 L51 22 Z',
        toHex(mix(white(look), COLOURS.golden, 0.15)),
        `stroke="${toHex(WOOD)}" stroke-width="1"`,
      ) +
      `<path d="M51 -3 H61 M51 5 H61 M51 13 H61 M56 -11 V22" stroke="${toHex(WOOD)}" stroke-width="0.7"/></g>`;
    return [
      path('M36 36 L64 36 L74 100 L26 100 Z', pen.gradient(lighter(main, 0.04), mix(main, INK, 0.3), 0)),
      path('M34 37 C 34 20 66 20 66 37 Z', pen.shade(colour(14, 0.5, 0.38))),
      path('M44 100 L44 84 C 44 76 56 76 56 84 L56 100 Z', toHex(colour(22, 0.45, 0.26))),
      rect(46, 54, 8, 10, toHex(look.night ? colour(44, 0.95, 0.68) : colour(205, 0.4, 0.6)), 'rx="4"'),
      sail(25) + sail(115) + sail(205) + sail(295),
      ellipse(50, 32, 3, 3, ink),
    ].join('');
  },
  frog: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(112, 0.55, 0.44));
    const belly = mix(white(look), main, 0.35);
    const dark = lighter(main, -0.12);
    return [
      both(path('M30 62 C 8 54 -4 74 2 92 C 8 100 26 98 34 92 Z', pen.shade(lighter(main, -0.05), 0.1))),
      both(path('M4 92 C -6 96 -8 100 -4 100 L26 100 C 26 94 14 90 4 92 Z', pen.shade(dark))),
      path('M50 34 C 22 36 18 64 24 84 C 28 98 72 98 76 84 C 82 64 78 36 50 34 Z', pen.shade(main, 0.12)),
      path('M50 58 C 34 58 30 74 34 86 C 40 96 60 96 66 86 C 70 74 66 58 50 58 Z', toHex(belly)),
      both(
        path('M33 72 C 30 84 30 92 26 98 C 26 101 44 101 44 97 C 42 88 42 80 42 74 Z', pen.shade(lighter(main, -0.02))),
      ),
      path(
        'M50 10 C 22 10 10 28 14 42 C 18 56 34 60 50 60 C 66 60 82 56 86 42 C 90 28 78 10 50 10 Z',
        pen.shade(main, 0.12),
      ),
      both(
        ellipse(29, 13, 13, 13, pen.shade(main, 0.1)) +
          ellipse(29, 12, 9, 9, '#ffffff') +
          ellipse(30.5, 12.5, 5.4, 6, ink) +
          ellipse(28.6, 10, 1.8, 1.8, '#ffffff'),
      ),
      `<path d="M24 40 C 34 52 66 52 76 40" fill="none" stroke="${toHex(lighter(main, -0.26))}" stroke-width="2.4" stroke-linecap="round"/>`,
      both(ellipse(22, 41, 5, 3, toHex(COLOURS.pink), 'opacity="0.55"') + ellipse(45.5, 30, 1.2, 1.6, toHex(dark))),
    ].join('');
  },
  unicorn: (look: Look) => {
    const { pen } = look;
    const main = coat(look, white(look));
    const shadow = mix(main, colour(265, 0.4, 0.6), 0.32);
    const manes = [COLOURS.pink, COLOURS.violet, COLOURS.turquoise] as const;
    const leg = (x: number, back: boolean) =>
      path(
        `M${x} 62 C ${x - 1} 76 ${x - 2} 86 ${x - 1} 95 L${x + 8} 95 C ${x + 8} 86 ${x + 9} 76 ${x + 11} 62 Z`,
        back ? toHex(shadow) : pen.shade(main, 0.06),
      ) + path(`M${x - 1.4} 94 L${x + 8.4} 94 L${x + 9} 100 L${x - 2} 100 Z`, toHex(COLOURS.golden));
    const tress = (shape: string, index: number) => path(shape, pen.shade(manes[index] ?? COLOURS.pink, 0.1));
    return [
      tress('M82 50 C 100 48 102 66 96 82 C 106 78 108 60 100 48 C 94 42 86 42 80 46 Z', 0) +
        tress('M82 52 C 94 54 94 70 88 84 C 98 78 100 60 92 50 Z', 1),
      leg(38, true) + leg(68, true),
      path(
        'M30 52 C 34 44 50 44 62 44 C 76 42 88 46 87 60 C 86 72 74 76 60 74 C 44 76 30 72 30 52 Z',
        pen.shade(main, 0.07),
      ),
      leg(31, false) + leg(74, false),
      path(
        'M30 60 C 28 46 26 34 24 28 C 28 16 44 16 46 28 C 50 40 52 46 52 56 C 46 66 36 68 30 60 Z',
        pen.shade(main, 0.05),
      ),
      path('M46 24 C 40 8 20 8 14 24 C 8 32 2 38 4 44 C 6 50 16 48 22 44 C 32 44 44 38 46 24 Z', pen.shade(main, 0.06)),
      path('M30 12 L35 0 L40 12 Z', pen.shade(main)),
      path('M22 12 L12 -12 L28 8 Z', pen.gradient(lighter(COLOURS.golden, 0.2), COLOURS.golden, 30)),
      tress('M34 8 C 48 2 58 14 56 28 C 64 36 62 50 54 58 C 56 44 50 38 46 32 C 44 24 40 16 30 14 Z', 0),
      tress('M38 12 C 48 12 52 22 50 32 C 58 40 56 48 50 52 C 50 42 44 34 42 28 C 42 20 40 16 34 14 Z', 1),
      tress('M28 10 C 18 8 14 18 18 26 C 20 18 26 16 32 14 Z', 2),
      ellipse(23, 27, 3.4, 4, ink) + ellipse(22, 25.6, 1.2, 1.2, '#ffffff'),
      ellipse(16, 36, 4, 2.6, toHex(COLOURS.pink), 'opacity="0.5"') +
        ellipse(7, 42, 1, 1.3, toHex(mix(INK, main, 0.4))),
    ].join('');
  },
} satisfies Record<string, Draw>;
