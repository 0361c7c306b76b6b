import sharp from 'sharp';
import { COLOURS, type Colour, colour, lighter, mix, toHex } from '../colour.js';
import type { Random } from '../random.js';
import { type Cutout, createCutout, layOver } from './cutout.js';
import { createPen, path } from './pen.js';
import { pixelsOf } from './pixels.js';

/** The height of the body that is drawn below a bust or a head, as part of the height of its picture. */
export const BELOW = { all: 0, bust: 0.34, head: 0.8 } as const;

const SKIN = colour(43, 1, 0.62);
const SHOES = colour(240, 0.2, 0.2);

/** Whose legs a robe or a gown hides. */
const ROBED: ReadonlySet<string> = new Set([
  'mage',
  'princess',
  'bride',
  'elf',
  'genie',
  'vampire',
  'santa',
  'old woman',
]);

/** Gives a bust legs to stand on, or a head a whole body. `asked` is the colour of the clothes. */
export async function completeFigure(
  part: Cutout,
  shows: 'bust' | 'head',
  { what, asked, random }: { what: string; asked: Colour | null; random: Random },
): Promise<Cutout> {
  const height = Math.round(part.height * (1 + BELOW[shows]));
  const figure = createCutout(part.width, height);
  const body = shows === 'bust' ? legs(clothesOf(part), ROBED.has(what)) : wholeBody(asked, what, random);
  // Bodies are drawn in a box 100 wide; its height follows from the picture's form.
  const tall = shows === 'bust' ? BELOW.bust + 0.08 : BELOW.head + 0.14;
  const below = Math.round(part.height * tall);
  const pen = createPen();
  const content = body(pen);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${part.width}" height="${below}" viewBox="0 0 100 100" preserveAspectRatio="none">${pen.definitions()}${content}</svg>`;
  layOver(figure, await pixelsOf(sharp(Buffer.from(svg))), 0, height - below);
  layOver(figure, part, 0, 0);
  return figure;
}

type Body = (pen: ReturnType<typeof createPen>) => string;

/** The colour at the lower edge of a bust, where its clothes are. */
function clothesOf({ width, height, data }: Cutout): Colour {
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = Math.floor(height * 0.9); y < height; y++) {
    for (let x = Math.floor(width * 0.3); x < width * 0.7; x++) {
      const at = (y * width + x) * 4;
      if ((data[at + 3] ?? 0) < 200) continue;
      red += data[at] ?? 0;
      green += data[at + 1] ?? 0;
      blue += data[at + 2] ?? 0;
      count++;
    }
  }
  if (count === 0) return COLOURS.blue;
  const grey = (red + green + blue) / (3 * 255 * count);
  const [r, g, b] = [red, green, blue].map((sum) => sum / (255 * count)) as [number, number, number];
  const range = Math.max(r, g, b) - Math.min(r, g, b);
  const sector =
    Math.max(r, g, b) === r
      ? (g - b) / (range || 1)
      : Math.max(r, g, b) === g
        ? 2 + (b - r) / (range || 1)
        : 4 + (r - g) / (range || 1);
  return colour((sector * 60 + 360) % 360, Math.min(0.9, range * 1.3), Math.max(0.14, Math.min(0.86, grey)));
}

/** Trousers and shoes, or the hem of a robe. */
function legs(clothes: Colour, robed: boolean): Body {
  if (robed)
    return (pen) =>
      path(
        'M9 0 L91 0 C 93 30 97 70 99 93 C 78 100 22 100 1 93 C 3 70 7 30 9 0 Z',
        pen.shade(lighter(clothes, -0.03), 0.1),
      ) +
      path(
        'M40 8 C 38 50 34 80 30 97 M60 8 C 62 50 66 80 70 97',
        'none',
        `stroke="${toHex(lighter(clothes, -0.14))}" stroke-width="2.4"`,
      );
  const trousers = mix(lighter(clothes, -0.18), colour(225, 0.3, 0.26), 0.45);
  return (pen) =>
    path('M24 0 L76 0 L74 82 L53 82 L50 40 L47 82 L26 82 Z', pen.shade(trousers, 0.08)) +
    path(
      'M46 78 L25 78 C 16 84 14 94 16 99 L47 99 Z M54 78 L75 78 C 84 84 86 94 84 99 L53 99 Z',
      pen.shade(SHOES, 0.08),
    );
}

/** Shirt or dress, arms, legs: for those of whom there is only a face. */
function wholeBody(asked: Colour | null, what: string, random: Random): Body {
  const main =
    asked ?? random.pick([COLOURS.red, COLOURS.blue, COLOURS.turquoise, COLOURS.violet, COLOURS.golden, COLOURS.green]);
  const dressed = what === 'girl' || what === 'woman' || what === 'old woman';
  const trousers = mix(colour(222, 0.45, 0.36), lighter(main, -0.2), 0.3);
  return (pen) => {
    const arms =
      path(
        'M34 14 C 20 22 14 42 13 60 C 13 66 23 66 24 60 C 26 48 31 38 38 30 Z M66 14 C 80 22 86 42 87 60 C 87 66 77 66 76 60 C 74 48 69 38 62 30 Z',
        pen.shade(lighter(main, -0.05), 0.08),
      ) + path('M12 58 C 12 70 25 70 25 58 Z M88 58 C 88 70 75 70 75 58 Z', toHex(SKIN));
    const shoes = path(
      'M48 92 L32 92 C 26 94 25 98 26 100 L48 100 Z M52 92 L68 92 C 74 94 75 98 74 100 L52 100 Z',
      toHex(SHOES),
    );
    const skirt =
      path('M36 72 L36 94 L46 94 L46 72 Z M54 72 L54 94 L64 94 L64 72 Z', toHex(SKIN)) +
      path('M36 8 C 30 30 24 58 18 80 C 38 88 62 88 82 80 C 76 58 70 30 64 8 Z', pen.shade(main, 0.11));
    const suit =
      path('M32 50 L68 50 L67 94 L53 94 L50 68 L47 94 L33 94 Z', pen.shade(trousers, 0.08)) +
      path('M36 8 C 28 20 29 44 30 60 C 42 64 58 64 70 60 C 71 44 72 20 64 8 Z', pen.shade(main, 0.11));
    return shoes + arms + (dressed ? skirt : suit);
  };
}
