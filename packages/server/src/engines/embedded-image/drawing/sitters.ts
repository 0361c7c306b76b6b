import { type Colour, colour, lighter, mix, toHex } from '../colour.js';
import { coat, type Draw, INK, type Look, white } from './look.js';
import { both, ellipse, path } from './pen.js';

const ink = toHex(INK);

/** The forms in which sitting four-legged animals differ. */
interface Sitter {
  own: Colour;
  tail: 'brush' | 'thin' | 'stub' | 'curl';
  ears: 'tall' | 'fold' | 'round' | 'long';
  /** Width of the face as a factor. */
  face: number;
  cheeks: boolean;
  socks: boolean;
  eye: Colour;
  whiskers: boolean;
  /** What no other animal has. */
  mark?: 'mane' | 'patches' | 'mask' | 'nose';
}

const sitter =
  (form: Sitter): Draw =>
  (look) => {
    const main = coat(look, form.own);
    const dark = lighter(main, -0.16);
    const pale = main.lightness > 0.8 ? lighter(main, 0.04) : mix(white(look), main, 0.06);
    return [
      tail(form, main, pale, look),
      body(form, main, pale, look),
      form.mark === 'mane' ? mane(main, look) : '',
      ears(form, form.mark === 'patches' ? INK : main, dark, look),
      head(form, main, pale, look),
    ].join('');
  };

function tail({ tail: kind }: Sitter, main: Colour, pale: Colour, { pen }: Look): string {
  const fill = pen.shade(lighter(main, -0.03), 0.11);
  switch (kind) {
    case 'brush':
      return (
        path('M60 97 C 84 103 103 88 99 66 C 97 55 92 49 87 44 C 88 54 84 60 78 66 C 71 74 62 80 58 88 Z', fill) +
        path(
          'M99 66 C 97 55 92 49 87 44 C 88 51 86 56 82 61 C 86 61 88 64 90 63 C 93 62 96 66 99 66 Z',
          pen.shade(pale, 0.05),
        )
      );
    case 'thin':
      return `<path d="M64 94 C 88 98 94 82 86 70 C 82 62 86 56 92 56" fill="none" stroke="${toHex(lighter(main, -0.05))}" stroke-width="6" stroke-linecap="round"/>`;
    case 'curl':
      return `<path d="M66 88 C 84 86 88 72 80 66 C 75 63 72 68 76 71" fill="none" stroke="${toHex(lighter(main, -0.04))}" stroke-width="8" stroke-linecap="round"/>`;
    case 'stub':
      return ellipse(71, 90, 7, 7, pen.shade(lighter(main, 0.05)));
  }
}

function body({ socks, mark }: Sitter, main: Colour, pale: Colour, { pen }: Look): string {
  const limb = mark === 'patches' ? mix(INK, main, 0.08) : main;
  const leg = socks
    ? pen.gradient(main, mix(INK, main, 0.15), 90, lighter(main, -0.05))
    : pen.gradient(limb, lighter(limb, -0.08));
  return [
    path(
      'M50 40 C 33 46 25 72 26 92 C 26 100 34 100 40 100 L 60 100 C 66 100 74 100 74 92 C 75 72 67 46 50 40 Z',
      pen.shade(main, 0.12),
    ),
    both(ellipse(31, 92, 9.5, 8, pen.shade(lighter(limb, -0.03)))),
    both(path('M39 66 C 38 78 38.5 90 37 97 C 37 100 48.6 100 48.6 97 C 49.4 88 49.6 78 49.6 68 Z', leg)),
    path('M49 70 L51 70 L50.7 98 L49.3 98 Z', toHex(lighter(main, -0.2)), 'opacity="0.6"'),
    path(
      'M50 44 C 37 48 31 60 35 68 C 37 67 39 68 39.5 72 C 42 71 44 73 45 78 C 47 77 49 79 50 84 C 51 79 53 77 55 78 C 56 73 58 71 60.5 72 C 61 68 63 67 65 68 C 69 60 63 48 50 44 Z',
      pen.gradient(pale, mix(pale, main, 0.22)),
    ),
    both(ellipse(42.5, 97.5, 6.2, 3, toHex(socks ? mix(INK, main, 0.2) : mix(pale, main, 0.25)))),
  ].join('');
}

function ears({ ears: kind }: Sitter, main: Colour, dark: Colour, { pen }: Look): string {
  const inner = toHex(mix(dark, colour(350, 0.5, 0.6), 0.4));
  const fill = pen.shade(main);
  switch (kind) {
    case 'tall':
      return both(
        path('M23 24 C 21 14 22 6 25 1 C 33 5 40 11 45 17 Z', fill) +
          path('M27 20 C 26 13 26 9 27.5 6.5 C 32 9 36 13 39 17 Z', inner) +
          path('M23.2 9 C 23.5 6 24 3 25 1 C 28 2.5 30 4 32 5.6 C 29 6 26 7 23.2 9 Z', toHex(mix(INK, main, 0.25))),
      );
    case 'fold':
      return both(path('M30 14 C 20 12 13 20 14 36 C 15 42 22 42 25 36 C 28 28 30 22 36 17 Z', pen.shade(dark, 0.05)));
    case 'round':
      return both(ellipse(28, 14, 9.5, 9.5, fill) + ellipse(28, 14, 5.5, 5.5, inner));
    case 'long':
      return both(
        path('M40 22 C 30 10 28 -8 33 -18 C 41 -14 46 4 47 18 Z', fill) +
          path('M40 14 C 35 4 33 -6 35 -12 C 39 -7 42 4 43 14 Z', inner),
      );
  }
}

function mane(main: Colour, { pen }: Look): string {
  const hair = lighter(main, -0.17);
  const tufts = Array.from({ length: 14 }, (_, index) => {
    const angle = (index / 14) * Math.PI * 2;
    return ellipse(
      50 + Math.cos(angle) * 27,
      33 + Math.sin(angle) * 26,
      13,
      13,
      pen.shade(lighter(hair, index % 2 === 0 ? 0.03 : -0.03)),
    );
  });
  return tufts.join('') + ellipse(50, 33, 28, 27, toHex(hair));
}

/** What is drawn between the face and the eyes. */
function markOn({ mark }: Sitter, main: Colour): string {
  if (mark === 'patches') return both(ellipse(36.5, 33, 7.4, 9, toHex(INK), 'transform="rotate(24 36.5 33)"'));
  if (mark === 'mask')
    return both(
      path('M48 30 C 42 26 30 26 24 32 C 24 40 34 42 40 38 C 44 36 47 36 48 34 Z', toHex(mix(INK, main, 0.18))),
    );
  return '';
}

function head(form: Sitter, main: Colour, pale: Colour, { pen }: Look): string {
  const { face, cheeks, eye, whiskers, mark } = form;
  const wide = `translate(50 0) scale(${face} 1) translate(-50 0)`;
  const parts = cheeks
    ? [
        path(
          'M50 57 C 45 56 41 52 36 48 C 26 46 18 40 15 31 C 21 29 23 25 25 20 C 32 12 42 10 50 10 C 58 10 68 12 75 20 C 77 25 79 29 85 31 C 82 40 74 46 64 48 C 59 52 55 56 50 57 Z',
          pen.shade(main, 0.11),
        ),
        both(
          path(
            'M15 31 C 26 32 36 33 42 41 C 45 45 47 49 50 51 L 50 57 C 45 56 41 52 36 48 C 26 46 18 40 15 31 Z',
            pen.shade(pale, 0.05),
          ),
        ),
        path('M44 48 C 46 44 54 44 56 48 C 55 53 52 57 50 57 C 48 57 45 53 44 48 Z', toHex(mix(pale, main, 0.08))),
      ]
    : [
        path(
          'M50 56 C 32 56 22 46 22 33 C 22 18 34 10 50 10 C 66 10 78 18 78 33 C 78 46 68 56 50 56 Z',
          pen.shade(main, 0.11),
        ),
        path(
          'M50 56 C 40 56 35 51 36 45 C 37 39 44 37 50 37 C 56 37 63 39 64 45 C 65 51 60 56 50 56 Z',
          pen.shade(pale, 0.05),
        ),
      ];
  const nose = cheeks ? 51 : 43;
  parts.push(markOn(form, main));
  parts.push(
    both(
      ellipse(37.5, 32.5, 4.1, 4.7, ink) + ellipse(37.5, 32.8, 3.2, 3.8, toHex(eye)) + ellipse(37.6, 33, 1.9, 3.1, ink),
    ),
    ellipse(36, 30.8, 1.3, 1.4, '#ffffff'),
    ellipse(61, 30.8, 1.3, 1.4, '#ffffff'),
    path(
      `M50 ${nose + 3.6} C 46.5 ${nose + 2} 44.8 ${nose - 2} 50 ${nose - 2.4} C 55.2 ${nose - 2} 53.5 ${nose + 2} 50 ${nose + 3.6} Z`,
      ink,
    ),
    ellipse(48.7, nose - 0.8, 1.1, 0.7, '#ffffff', 'opacity="0.7"'),
  );
  if (!cheeks)
    parts.push(
      `<path d="M50 46 L50 49 M44 49 C 46 53 50 52 50 49 C 50 52 54 53 56 49" fill="none" stroke="${ink}" stroke-width="1.3" stroke-linecap="round"/>`,
    );
  if (mark === 'nose') parts.push(path('M50 32 C 44 32 43 46 45 49 C 47 52 53 52 55 49 C 57 46 56 32 50 32 Z', ink));
  if (whiskers)
    parts.push(
      both(
        `<path d="M36 45 L16 41 M36 47.5 L15 48 M37 50 L18 54" fill="none" stroke="${toHex(pale)}" stroke-width="0.8"/>`,
      ),
    );
  return `<g transform="${wide}">${parts.join('')}</g>`;
}

const AMBER = colour(38, 0.9, 0.5);
const HAZEL = colour(25, 0.6, 0.28);

const rabbitBase = sitter({
  own: colour(30, 0.25, 0.68),
  tail: 'stub',
  ears: 'long',
  face: 0.8,
  cheeks: false,
  socks: false,
  eye: HAZEL,
  whiskers: true,
});

/** Four-legged animals, sitting and looking at us. */
export const sitters = {
  fox: sitter({
    own: colour(15, 0.85, 0.5),
    tail: 'brush',
    ears: 'tall',
    face: 1,
    cheeks: true,
    socks: true,
    eye: AMBER,
    whiskers: false,
  }),
  wolf: sitter({
    own: colour(220, 0.12, 0.5),
    tail: 'brush',
    ears: 'tall',
    face: 0.98,
    cheeks: true,
    socks: false,
    eye: AMBER,
    whiskers: false,
  }),
  dog: sitter({
    own: colour(30, 0.52, 0.5),
    tail: 'curl',
    ears: 'fold',
    face: 0.95,
    cheeks: false,
    socks: false,
    eye: HAZEL,
    whiskers: false,
  }),
  cat: sitter({
    own: colour(28, 0.55, 0.55),
    tail: 'thin',
    ears: 'tall',
    face: 0.96,
    cheeks: false,
    socks: false,
    eye: colour(90, 0.6, 0.5),
    whiskers: true,
  }),
  bear: sitter({
    own: colour(25, 0.42, 0.32),
    tail: 'stub',
    ears: 'round',
    face: 1.02,
    cheeks: false,
    socks: false,
    eye: HAZEL,
    whiskers: false,
  }),
  panda: sitter({
    own: colour(40, 0.2, 0.93),
    tail: 'stub',
    ears: 'round',
    face: 1.06,
    cheeks: false,
    socks: false,
    eye: HAZEL,
    whiskers: false,
    mark: 'patches',
  }),
  'polar bear': sitter({
    own: colour(42, 0.3, 0.92),
    tail: 'stub',
    ears: 'round',
    face: 1,
    cheeks: false,
    socks: false,
    eye: HAZEL,
    whiskers: false,
  }),
  koala: sitter({
    own: colour(215, 0.1, 0.6),
    tail: 'stub',
    ears: 'round',
    face: 1.12,
    cheeks: false,
    socks: false,
    eye: HAZEL,
    whiskers: false,
    mark: 'nose',
  }),
  lion: sitter({
    own: colour(38, 0.72, 0.58),
    tail: 'thin',
    ears: 'round',
    face: 0.96,
    cheeks: false,
    socks: false,
    eye: AMBER,
    whiskers: true,
    mark: 'mane',
  }),
  raccoon: sitter({
    own: colour(220, 0.08, 0.52),
    tail: 'brush',
    ears: 'tall',
    face: 0.94,
    cheeks: true,
    socks: true,
    eye: HAZEL,
    whiskers: false,
    mark: 'mask',
  }),
  hamster: sitter({
    own: colour(32, 0.7, 0.62),
    tail: 'stub',
    ears: 'round',
    face: 1.1,
    cheeks: false,
    socks: false,
    eye: HAZEL,
    whiskers: true,
  }),
  rabbit: (look: Look) => `<g transform="translate(10 20) scale(0.8)">${rabbitBase(look)}</g>`,
} satisfies Record<string, Draw>;
