import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import { coat, type Draw, type Look, white } from './look.js';
import { ellipse, n, path } from './pen.js';

const BARK = colour(22, 0.38, 0.27);

export const plants = {
  tree: (look: Look) => {
    const { pen, random } = look;
    const main = coat(look, colour(random.between(95, 135), 0.42, 0.34));
    const crown = Array.from({ length: 11 }, (_, index) => {
      const angle = (index / 11) * Math.PI * 2;
      const reach = random.between(14, 20);
      return ellipse(
        50 + Math.cos(angle) * reach * 1.15,
        38 + Math.sin(angle) * reach,
        15,
        14,
        pen.shade(lighter(main, random.between(-0.06, 0.03)), 0.08),
      );
    });
    const tufts = Array.from({ length: 9 }, () =>
      ellipse(
        random.between(30, 62),
        random.between(16, 44),
        random.between(5, 9),
        random.between(4, 7),
        toHex(lighter(main, 0.1)),
        'opacity="0.55"',
      ),
    );
    return [
      path(
        'M44 100 C 47 84 46 70 43 56 L 50 62 L 57 54 C 54 70 54 84 58 100 Z',
        pen.gradient(lighter(BARK, 0.08), lighter(BARK, -0.08), 0),
      ),
      ...crown,
      ellipse(50, 38, 22, 20, toHex(main)),
      ...tufts,
    ].join('');
  },
  pine: (look: Look) => {
    const { pen, night } = look;
    const main = coat(look, colour(150, 0.4, 0.25));
    const cap = night ? 0.25 : 0;
    const tier = (top: number, half: number, bottom: number) =>
      path(
        `M50 ${top} C 54 ${n((top + bottom) / 2)} 60 ${bottom - 6} ${50 + half} ${bottom} C 60 ${bottom + 3} 40 ${bottom + 3} ${50 - half} ${bottom} C 40 ${bottom - 6} 46 ${n((top + bottom) / 2)} 50 ${top} Z`,
        pen.gradient(lighter(main, 0.1 - cap * 0.1), lighter(main, -0.08), 55),
      );
    return [
      ellipse(50, 95, 4, 7, toHex(BARK)),
      tier(48, 27, 92),
      tier(32, 23, 72),
      tier(16, 18, 53),
      tier(2, 13, 34),
    ].join('');
  },
  palm: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(120, 0.45, 0.36));
    const leaf = (x: number, y: number, lift: number, tone: number) =>
      path(
        `M46 26 Q ${n((46 + x) / 2)} ${lift} ${x} ${y} Q ${n((46 + x) / 2)} ${lift + 14} 46 26 Z`,
        pen.shade(lighter(main, tone)),
      );
    return [
      path('M50 100 C 44 74 42 50 44 26 L 48 26 C 47 50 52 76 58 100 Z', pen.gradient(lighter(BARK, 0.16), BARK, 0)),
      leaf(6, 40, 8, -0.06) +
        leaf(88, 42, 8, -0.06) +
        leaf(14, 12, 2, 0.04) +
        leaf(80, 12, 2, 0.04) +
        leaf(24, 58, 24, -0.02) +
        leaf(72, 58, 24, 0),
      ellipse(44, 30, 3.4, 3.4, toHex(BARK)) + ellipse(50, 31, 3.4, 3.4, toHex(lighter(BARK, 0.06))),
    ].join('');
  },
  flower: (look: Look) => {
    const { pen, random } = look;
    const main = coat(look, random.pick([COLOURS.pink, COLOURS.red, COLOURS.yellow, COLOURS.violet]));
    const green = colour(115, 0.45, 0.36);
    const petals = Array.from(
      { length: 9 },
      (_, index) =>
        `<g transform="rotate(${index * 40} 50 30)">${ellipse(50, 13, 8, 14, pen.gradient(lighter(main, 0.12), lighter(main, -0.1)))}</g>`,
    );
    return [
      `<path d="M50 34 C 47 56 52 78 50 100" fill="none" stroke="${toHex(green)}" stroke-width="4"/>`,
      path(
        'M50 82 C 36 80 26 70 22 58 C 38 60 48 68 50 82 Z M50 88 C 62 84 72 76 76 64 C 60 66 52 74 50 88 Z',
        pen.shade(green),
      ),
      ...petals,
      ellipse(50, 30, 9, 9, pen.shade(main.hue > 35 && main.hue < 60 ? COLOURS.brown : COLOURS.golden)),
    ].join('');
  },
  mushroom: (look: Look) => {
    const { pen } = look;
    const main = coat(look, COLOURS.red);
    const pale = white(look);
    return [
      path(
        'M40 50 C 42 70 38 86 34 96 C 40 101 60 101 66 96 C 62 86 58 70 60 50 Z',
        pen.gradient(pale, mix(pale, BARK, 0.3), 0),
      ),
      path('M6 56 C 6 24 28 8 50 8 C 72 8 94 24 94 56 C 80 63 20 63 6 56 Z', pen.shade(main, 0.12)),
      path('M14 58 C 30 52 70 52 86 58 C 70 64 30 64 14 58 Z', toHex(mix(pale, BARK, 0.2))),
      [
        [30, 30, 7],
        [56, 22, 8],
        [76, 40, 6],
        [46, 44, 5],
        [18, 46, 4.5],
      ]
        .map(([x, y, r]) => ellipse(x ?? 0, y ?? 0, r ?? 0, (r ?? 0) * 0.85, toHex(pale)))
        .join(''),
    ].join('');
  },
  cactus: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(128, 0.42, 0.36));
    const fill = pen.gradient(lighter(main, 0.12), lighter(main, -0.12), 0);
    return [
      path('M38 100 L38 20 C 38 2 62 2 62 20 L62 100 Z', fill),
      path(
        'M38 74 C 18 76 12 66 12 52 L12 42 C 12 34 24 34 24 42 L24 52 C 24 60 30 62 38 60 Z M62 60 C 76 62 78 56 78 46 L78 34 C 78 26 90 26 90 34 L90 48 C 90 66 80 74 62 72 Z',
        fill,
      ),
      `<path d="M44 100 L44 16 M50 100 L50 10 M56 100 L56 16" stroke="${toHex(lighter(main, -0.15))}" stroke-width="1.2" fill="none"/>`,
      ellipse(50, 6, 6, 4.5, toHex(COLOURS.pink)),
    ].join('');
  },
} satisfies Record<string, Draw>;

/** A tuft of grass for the foreground, drawn round (0, 0). */
export function grass(pick: (low: number, high: number) => number, size: number, fill: string): string {
  const blades = Array.from({ length: 5 }, (_, index) => {
    const lean = (index - 2) * size * 0.28 + pick(-0.1, 0.1) * size;
    return `M${n((index - 2) * size * 0.1 - size * 0.05)} 0 Q ${n(lean * 0.3)} ${n(-size * 0.6)} ${n(lean)} ${n(-size * pick(0.7, 1.1))} Q ${n(lean * 0.4 + size * 0.08)} ${n(-size * 0.5)} ${n((index - 2) * size * 0.1 + size * 0.05)} 0 Z`;
  });
  return path(blades.join(' '), fill);
}
