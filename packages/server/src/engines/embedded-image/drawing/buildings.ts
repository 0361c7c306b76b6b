import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import { coat, type Draw, type Look, white } from './look.js';
import { ellipse, path, rect } from './pen.js';

const ROOF = colour(12, 0.5, 0.36);
const DOOR = colour(22, 0.45, 0.24);

function glass({ night }: Look): string {
  return toHex(night ? colour(44, 0.95, 0.68) : colour(205, 0.45, 0.72));
}

export const buildings = {
  house: (look: Look) => {
    const { pen, night } = look;
    const main = coat(look, colour(38, 0.4, 0.78));
    const roof = look.asked === null ? ROOF : lighter(mix(main, ROOF, 0.5), -0.06);
    const window = (x: number) =>
      rect(x, 62, 15, 15, glass(look), 'rx="1"') +
      `<path d="M${x + 7.5} 62 V77 M${x} 69.5 H${x + 15}" stroke="${toHex(DOOR)}" stroke-width="1.6"/>`;
    return [
      rect(68, 20, 10, 22, pen.shade(ROOF)),
      `<path d="M73 16 C 66 8 82 4 74 -6" fill="none" stroke="${toHex(white(look))}" stroke-width="5" stroke-linecap="round" opacity="0.4"/>`,
      rect(14, 48, 72, 52, pen.gradient(lighter(main, 0.05), lighter(main, -0.1), 20)),
      path('M4 53 L50 12 L96 53 L90 57 L10 57 Z', pen.gradient(lighter(roof, 0.08), lighter(roof, -0.08), 30)),
      night ? ellipse(50, 74, 58, 30, pen.glow(COLOURS.yellow, 0.35)) : '',
      window(21) + window(64),
      path('M42 100 L42 76 C 42 66 58 66 58 76 L58 100 Z', pen.shade(DOOR, 0.06)),
      ellipse(55, 86, 1.3, 1.3, toHex(COLOURS.golden)),
    ].join('');
  },
  castle: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(32, 0.2, 0.6));
    const roof = colour(225, 0.35, 0.4);
    const tower = (x: number, width: number, top: number, tip: number) =>
      rect(x, top, width, 100 - top, pen.gradient(lighter(main, 0.08), lighter(main, -0.14), 0)) +
      path(
        `M${x - 3} ${top} L${x + width / 2} ${tip} L${x + width + 3} ${top} Z`,
        pen.gradient(lighter(roof, 0.1), lighter(roof, -0.1), 0),
      ) +
      rect(x + width / 2 - 2, top + 10, 4, 9, glass(look), 'rx="2"');
    const flag = (x: number, y: number) =>
      `<path d="M${x} ${y} V${y - 9}" stroke="${toHex(DOOR)}" stroke-width="1"/>` +
      path(`M${x} ${y - 9} L${x + 9} ${y - 6.5} L${x} ${y - 4} Z`, toHex(COLOURS.red));
    const teeth = [0, 1, 2, 3, 4, 5].map((index) => rect(21 + index * 10.4, 51, 6, 8, toHex(main))).join('');
    return [
      tower(40, 20, 30, 4) + flag(50, 5),
      rect(18, 56, 64, 44, pen.gradient(lighter(main, 0.04), lighter(main, -0.08))),
      teeth,
      tower(8, 16, 42, 20) + tower(76, 16, 42, 20) + flag(16, 21) + flag(84, 21),
      path('M41 100 L41 82 C 41 70 59 70 59 82 L59 100 Z', pen.shade(DOOR, 0.05)),
      rect(28, 68, 4, 9, glass(look), 'rx="2"') + rect(68, 68, 4, 9, glass(look), 'rx="2"'),
    ].join('');
  },
  lighthouse: (look: Look) => {
    const { pen, night } = look;
    const main = coat(look, COLOURS.red);
    const pale = white(look);
    const band = (top: number, bottom: number, fill: string) => {
      const at = (y: number) => 9 + (y - 24) * 0.105;
      return path(
        `M${50 - at(top)} ${top} L${50 + at(top)} ${top} L${50 + at(bottom)} ${bottom} L${50 - at(bottom)} ${bottom} Z`,
        fill,
      );
    };
    const light = pen.gradient(lighter(main, 0.08), lighter(main, -0.15), 0);
    const wall = pen.gradient(pale, mix(pale, look.ambient, 0.4), 0);
    return [
      night ? path('M50 15 L-70 -4 L-70 34 Z M50 15 L170 -4 L170 34 Z', toHex(COLOURS.yellow), 'opacity="0.2"') : '',
      path('M18 100 C 28 88 72 88 82 100 Z', pen.shade(colour(25, 0.15, 0.35))),
      [0, 1, 2, 3, 4]
        .map((index) => band(24 + index * 14.4, 38.4 + index * 14.4, index % 2 === 0 ? wall : light))
        .join(''),
      rect(37, 21, 26, 3.6, toHex(lighter(main, -0.15)), 'rx="1"') +
        rect(43, 9, 14, 12, toHex(colour(46, 0.95, night ? 0.75 : 0.7))),
      path('M40 10 L50 0 L60 10 Z', pen.shade(main)),
      rect(47, 44, 6, 8, glass(look), 'rx="3"') + path('M44 96 L44 84 C 44 78 56 78 56 84 L56 96 Z', toHex(DOOR)),
      night ? ellipse(50, 15, 34, 30, pen.glow(COLOURS.yellow, 0.7)) : '',
    ].join('');
  },
  tower: (look: Look) => {
    const { pen, random } = look;
    const main = coat(look, colour(215, 0.28, 0.42));
    const rows = Array.from({ length: 13 }, (_, row) =>
      [0, 1, 2, 3]
        .map((column) =>
          random.chance(look.night ? 0.6 : 0.9) ? rect(34 + column * 8.6, 18 + row * 6, 5, 3.6, glass(look)) : '',
        )
        .join(''),
    );
    return [
      `<path d="M50 8 V-8" stroke="${toHex(lighter(main, -0.1))}" stroke-width="2"/>`,
      rect(38, 6, 24, 94, pen.gradient(lighter(main, 0.06), lighter(main, -0.1), 0)),
      rect(30, 14, 40, 86, pen.gradient(lighter(main, 0.1), lighter(main, -0.12), 0)),
      ...rows,
    ].join('');
  },
} satisfies Record<string, Draw>;
