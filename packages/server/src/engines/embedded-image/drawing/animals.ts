import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import { coat, type Draw, INK, type Look, white } from './look.js';
import { both, ellipse, path } from './pen.js';
import { sitters } from './sitters.js';

const ink = toHex(INK);
const AMBER = colour(38, 0.9, 0.5);

export const animals = {
  ...sitters,
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
