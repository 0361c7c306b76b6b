import { COLOURS, type Colour, colour, lighter, mix } from '../colour.js';
import type { Scene } from '../prompt/composition.js';
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { n, type Pen } from './pen.js';

/** What every piece of ground is drawn with. */
export interface Brush {
  scene: Scene;
  palette: Palette;
  pen: Pen;
  random: Random;
}

/** Colour of the near ground in this season and light, or the one asked for. */
export function land({ scene, palette }: Brush, own: Colour): Colour {
  const asked = scene.groundColour ?? scene.colours[1] ?? null;
  const isGreen = own.hue > 80 && own.hue < 170;
  const base =
    asked !== null
      ? COLOURS[asked]
      : scene.unwanted.has('colour:green') && isGreen
        ? colour(38, 0.4, 0.5)
        : isGreen
          ? inSeason(own, scene)
          : own;
  if (scene.time === 'night')
    return mix(
      lighter(base, base.lightness > 0.7 ? -0.22 : -0.1),
      colour(236, 0.45, 0.24),
      asked === null ? 0.5 : 0.28,
    );
  if (scene.time === 'dawn') return mix(base, palette.ambient, 0.12);
  return scene.time === 'sunset' ? mix(lighter(base, -0.08), palette.ambient, 0.16) : base;
}

/** Green as it is in that season. */
export function inSeason(green: Colour, { season }: Scene): Colour {
  switch (season) {
    case 'autumn':
      return { hue: 34 + (green.hue - 105) * 0.3, saturation: 0.58, lightness: green.lightness + 0.06 };
    case 'winter':
      return colour(212, 0.3, 0.88);
    case 'spring':
      return { ...green, hue: green.hue - 8, saturation: green.saturation + 0.08, lightness: green.lightness + 0.08 };
    case 'summer':
    case null:
      return green;
  }
}

/** A filled line of gentle bumps from edge to edge, down to the bottom. */
export function wave(random: Random, width: number, height: number, top: number, swell: number): string {
  const bumps = 3 + random.int(2);
  let line = `M0 ${n(height + 1)} L0 ${n(top + random.between(-0.5, 0.5) * swell)}`;
  for (let bump = 1; bump <= bumps; bump++) {
    const x = (width * bump) / bumps;
    const step = width / bumps;
    const y = top + random.between(-0.5, 0.5) * swell;
    line += ` S ${n(x - step * 0.5)} ${n(y + random.between(-0.3, 0.3) * swell)} ${n(x)} ${n(y)}`;
  }
  return `${line} L${n(width)} ${n(height + 1)} Z`;
}
