import { COLOURS, type Colour, colour, lighter, mix, toHex } from '../colour.js';
import { createRandom, type Random } from '../random.js';
import { type Look, white } from './look.js';
import { ellipse, n, path } from './pen.js';

/** A form for a word that the painter does not know: the same word always has the same form and colour. */
export function shape(look: Look, word: string): string {
  const random = createRandom(`shape ${word}`);
  const main = look.asked ?? colour(random.between(0, 360), random.between(0.5, 0.8), random.between(0.45, 0.6));
  const second = mix(colour(main.hue + random.pick([28, -28, 160]), 0.65, 0.6), white(look), 0.15);
  const turn = random.between(-25, 25);
  const forms = [petals, pebbles, ribbon, orb, star] as const;
  return `<g transform="rotate(${n(turn * 0.4)} 50 60)">${random.pick(forms)(look, main, second, random)}</g>`;
}

type Form = (look: Look, main: Colour, second: Colour, random: Random) => string;

const petals: Form = ({ pen }, main, second, random) => {
  const count = 5 + random.int(6);
  const petal = (radius: number, fill: string) =>
    Array.from(
      { length: count },
      (_, index) =>
        `<g transform="rotate(${n((index * 360) / count)} 50 50)">${ellipse(50, 50 - radius * 0.6, radius * 0.3, radius * 0.5, fill)}</g>`,
    ).join('');
  return (
    petal(46, pen.shade(main, 0.12)) + petal(30, pen.shade(second)) + ellipse(50, 50, 10, 10, pen.shade(COLOURS.golden))
  );
};

const pebbles: Form = ({ pen }, main, second, random) => {
  const stones = Array.from({ length: 4 }, (_, index) => {
    const width = 40 - index * 8;
    return ellipse(
      50 + random.between(-6, 6),
      90 - index * 21,
      width,
      13,
      pen.shade(mix(main, second, index / 4), 0.13),
    );
  });
  return stones.join('');
};

const ribbon: Form = ({ pen }, main, second, random) => {
  const sway = random.between(18, 34);
  const band = (shift: number, fill: string) =>
    path(
      `M${n(30 + shift)} 100 C ${n(30 + shift - sway)} 70 ${n(60 + shift + sway)} 50 ${n(36 + shift)} 4 C ${n(80 + shift + sway)} 40 ${n(40 + shift - sway)} 76 ${n(56 + shift)} 100 Z`,
      fill,
    );
  return band(-12, pen.shade(second, 0.12)) + band(10, pen.shade(main, 0.14));
};

const orb: Form = ({ pen }, main, second, random) => {
  const rings = Array.from(
    { length: 3 },
    (_, index) =>
      `<ellipse cx="50" cy="56" rx="${56 - index * 5}" ry="${14 - index * 2}" fill="none" stroke="${toHex(mix(second, main, index / 4))}" stroke-width="2.4" transform="rotate(${n(random.between(-30, 30))} 50 56)"/>`,
  );
  return (
    ellipse(50, 56, 40, 40, pen.gradient(lighter(main, 0.2), lighter(main, -0.2), 55, main)) +
    ellipse(36, 40, 10, 7, '#ffffff', 'opacity="0.35"') +
    rings.join('')
  );
};

const star: Form = ({ pen }, main, second, random) => {
  const points = 5 + random.int(4);
  const spike = (outer: number, inner: number) =>
    Array.from({ length: points * 2 }, (_, index) => {
      const angle = (index * Math.PI) / points - Math.PI / 2;
      const reach = index % 2 === 0 ? outer : inner;
      return `${index === 0 ? 'M' : 'L'}${n(50 + Math.cos(angle) * reach)} ${n(52 + Math.sin(angle) * reach)}`;
    }).join(' ');
  return (
    path(`${spike(48, 24)} Z`, pen.shade(main, 0.14)) +
    path(`${spike(30, 15)} Z`, pen.shade(second, 0.08)) +
    ellipse(50, 52, 8, 8, pen.shade(main))
  );
};
