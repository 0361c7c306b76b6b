import { type Colour, COLOURS, colour, lighter, mix, toHex } from '../colour.js';
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
      ears(form, main, dark, look),
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

function body({ socks }: Sitter, main: Colour, pale: Colour, { pen }: Look): string {
  const leg = socks
    ? pen.gradient(main, mix(INK, main, 0.15), 90, lighter(main, -0.05))
    : pen.gradient(main, lighter(main, -0.08));
  return [
    path(
      'M50 40 C 33 46 25 72 26 92 C 26 100 34 100 40 100 L 60 100 C 66 100 74 100 74 92 C 75 72 67 46 50 40 Z',
      pen.shade(main, 0.12),
    ),
    both(ellipse(31, 92, 9.5, 8, pen.shade(lighter(main, -0.03)))),
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

function head({ face, cheeks, eye, whiskers }: Sitter, main: Colour, pale: Colour, { pen }: Look): string {
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

export const animals = {
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
  rabbit: (look: Look) => `<g transform="translate(10 20) scale(0.8)">${rabbitBase(look)}</g>`,
  bird: (look: Look) => {
    const { pen } = look;
    const main = coat(look, COLOURS.blue);
    const belly = mix(white(look), main, 0.12);
    return [
      path('M20 70 L-4 84 L8 88 L28 80 Z', pen.shade(lighter(main, -0.14))),
      `<path d="M46 88 L44 99 M56 88 L56 99 M40 99 L49 99 M52 99 L61 99" stroke="${ink}" stroke-width="2.4" stroke-linecap="round"/>`,
      path(
        'M12 76 C 16 56 34 46 48 42 C 50 24 66 14 80 22 C 90 28 90 40 86 50 C 84 76 66 92 46 90 C 30 90 18 84 12 76 Z',
        pen.shade(main, 0.12),
      ),
      path(
        'M84 52 C 82 74 64 90 46 90 C 40 90 36 88 36 88 C 56 84 66 66 68 50 C 74 46 80 48 84 52 Z',
        pen.shade(belly, 0.05),
      ),
      path('M16 77 C 24 58 42 52 58 60 C 56 74 40 84 18 79 Z', pen.shade(lighter(main, -0.12), 0.1)),
      path('M88 30 L103 35 L88 41 Z', toHex(colour(36, 0.9, 0.52))),
      ellipse(77, 32, 4, 4.2, ink) + ellipse(75.8, 30.6, 1.3, 1.3, '#ffffff'),
    ].join('');
  },
  owl: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(28, 0.38, 0.4));
    const pale = mix(white(look), main, 0.3);
    const feathers = [0, 1, 2, 3].flatMap((row) =>
      [-2, -1, 0, 1, 2].map((column) => {
        const x = 50 + column * 8 + (row % 2) * 4;
        const y = 56 + row * 8;
        return Math.abs(x - 50) > 18
          ? ''
          : path(
              `M${x - 3} ${y} Q ${x} ${y + 6} ${x + 3} ${y}`,
              'none',
              `stroke="${toHex(lighter(main, -0.06))}" stroke-width="1.6"`,
            );
      }),
    );
    return [
      path(
        'M22 20 L30 2 C 40 10 60 10 70 2 L78 20 C 90 40 90 80 72 96 C 60 100 40 100 28 96 C 10 80 10 40 22 20 Z',
        pen.shade(main, 0.11),
      ),
      path('M50 46 C 30 48 26 72 36 92 C 44 98 56 98 64 92 C 74 72 70 48 50 46 Z', pen.shade(pale, 0.04)),
      ...feathers,
      both(path('M18 44 C 8 62 12 84 28 92 C 30 72 28 56 18 44 Z', pen.shade(lighter(main, -0.12)))),
      both(
        ellipse(34, 30, 15, 15, toHex(pale)) + ellipse(35, 30, 10.5, 10.5, toHex(AMBER)) + ellipse(36, 30, 6, 6.5, ink),
      ),
      ellipse(33.5, 27, 2, 2, '#ffffff') + ellipse(61.5, 27, 2, 2, '#ffffff'),
      path('M45 37 L55 37 L50 49 Z', toHex(colour(38, 0.8, 0.5))),
      both(path('M34 96 L38 100 L41 96 L44 100 L46 95 Z', toHex(colour(38, 0.8, 0.45)))),
    ].join('');
  },
  penguin: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(225, 0.25, 0.2));
    return [
      both(path('M24 44 C 12 56 10 72 14 82 C 22 78 28 68 30 58 Z', pen.shade(lighter(main, -0.04)))),
      path(
        'M50 4 C 34 4 30 18 30 28 C 22 44 20 80 34 96 L66 96 C 80 80 78 44 70 28 C 70 18 66 4 50 4 Z',
        pen.shade(main, 0.08),
      ),
      path('M50 30 C 34 32 28 76 40 93 L60 93 C 72 76 66 32 50 30 Z', pen.shade(white(look), 0.04)),
      both(ellipse(42, 22, 8, 9, toHex(white(look))) + ellipse(43, 21, 3, 3.6, ink)),
      path('M42 28 L58 28 L50 37 Z', toHex(COLOURS.orange)),
      both(ellipse(39, 97, 9, 3.4, toHex(COLOURS.orange))),
    ].join('');
  },
  fish: (look: Look) => {
    const { pen } = look;
    const main = coat(look, COLOURS.orange);
    return [
      path('M24 60 C 8 44 2 40 -4 38 C 0 54 0 68 -4 84 C 4 82 12 76 24 62 Z', pen.shade(lighter(main, -0.06), 0.12)),
      path('M40 40 C 50 22 64 22 72 40 Z M44 80 C 50 94 60 96 66 80 Z', pen.shade(lighter(main, -0.1))),
      path(
        'M18 60 C 34 34 70 30 96 58 C 72 90 34 86 18 60 Z',
        pen.gradient(lighter(main, 0.1), mix(main, white(look), 0.55), 90, main),
      ),
      `<path d="M70 40 C 64 52 64 68 70 80 M54 42 C 50 54 50 68 54 80" fill="none" stroke="${toHex(white(look))}" stroke-width="4" opacity="0.75"/>`,
      ellipse(82, 54, 5, 5.4, '#ffffff') + ellipse(83.4, 54, 3, 3.4, ink),
      path('M58 58 C 50 60 46 66 46 74 C 54 72 60 68 62 62 Z', pen.shade(lighter(main, -0.12))),
    ].join('');
  },
  whale: (look: Look) => {
    const { pen } = look;
    const main = coat(look, colour(212, 0.48, 0.42));
    return [
      `<path d="M66 40 C 66 28 58 22 50 24 M66 40 C 66 26 74 20 82 23 M66 40 L66 22" fill="none" stroke="${toHex(white(look))}" stroke-width="3" stroke-linecap="round" opacity="0.8"/>`,
      path(
        'M14 66 C 2 62 -6 50 -8 40 C 2 40 8 44 12 50 C 14 42 20 38 28 36 C 28 48 24 58 20 66 Z',
        pen.shade(lighter(main, -0.05)),
      ),
      path(
        'M12 60 C 24 70 30 52 52 44 C 78 36 100 50 102 72 C 102 88 90 94 70 94 C 40 96 18 84 12 60 Z',
        pen.shade(main, 0.12),
      ),
      path(
        'M102 74 C 101 88 90 94 70 94 C 50 95 34 90 24 82 C 50 88 78 84 102 74 Z',
        pen.shade(mix(white(look), main, 0.2), 0.05),
      ),
      ellipse(84, 65, 3.2, 3.4, ink) + ellipse(83, 64, 1, 1, '#ffffff'),
      path('M58 84 C 54 94 44 102 34 100 C 38 92 44 86 48 82 Z', pen.shade(lighter(main, -0.12))),
    ].join('');
  },
  butterfly: (look: Look) => {
    const { pen } = look;
    const main = coat(look, look.random.pick([COLOURS.orange, COLOURS.blue, COLOURS.violet, COLOURS.yellow]));
    return [
      both(
        path(
          'M49 50 C 40 20 14 6 4 18 C -4 32 10 56 48 58 Z',
          pen.gradient(lighter(main, 0.12), lighter(main, -0.12), 60),
          `stroke="${ink}" stroke-width="3"`,
        ),
      ),
      both(
        path(
          'M49 58 C 28 56 10 66 14 82 C 20 98 44 88 50 64 Z',
          pen.gradient(lighter(main, 0.2), main, 60),
          `stroke="${ink}" stroke-width="3"`,
        ),
      ),
      both(ellipse(20, 26, 5, 5, toHex(white(look))) + ellipse(26, 78, 4, 4, toHex(white(look)))),
      ellipse(50, 58, 3.4, 24, ink),
      `<path d="M49 36 C 46 26 42 22 38 20 M51 36 C 54 26 58 22 62 20" fill="none" stroke="${ink}" stroke-width="1.8" stroke-linecap="round"/>`,
    ].join('');
  },
} satisfies Record<string, Draw>;
