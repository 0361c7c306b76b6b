import { COLOURS, type Colour, type ColourName, colour, mix } from '../colour.js';
import type { Scene } from '../prompt/composition.js';

/** The light of a picture: colours of sky and air. */
export interface Palette {
  zenith: Colour;
  middle: Colour;
  /** At the horizon; distance fades into it. */
  haze: Colour;
  /** What falls on everything. */
  ambient: Colour;
  /** Water that is deep. */
  water: Colour;
  night: boolean;
}

const LIGHTS = {
  day: [colour(211, 0.66, 0.5), colour(203, 0.7, 0.7), colour(45, 0.6, 0.88), colour(50, 0.5, 0.9)],
  dawn: [colour(222, 0.48, 0.6), colour(318, 0.4, 0.78), colour(32, 0.9, 0.82), colour(20, 0.7, 0.82)],
  sunset: [colour(262, 0.42, 0.34), colour(338, 0.58, 0.6), colour(33, 0.95, 0.7), colour(25, 0.8, 0.7)],
  night: [colour(232, 0.56, 0.13), colour(240, 0.46, 0.26), colour(262, 0.36, 0.46), colour(232, 0.5, 0.4)],
} as const;
/** How far weather veils the colours of the sky. */
const VEILS = { rain: 0.55, storm: 0.72, snow: 0.35, fog: 0.55 } as const;

/** The sky of the time of day, turned a little by the seed, veiled by weather, tinted by the colours asked for. */
export function createPalette(scene: Scene): Palette {
  const random = scene.random.fork('palette');
  const turn = random.between(-10, 10);
  const [zenith, middle, haze, ambient] = LIGHTS[scene.time].map((light) => ({ ...light, hue: light.hue + turn })) as [
    Colour,
    Colour,
    Colour,
    Colour,
  ];
  const night = scene.time === 'night';
  const stormy = scene.weather === 'storm';
  const veil: Colour = { hue: 215, saturation: stormy ? 0.2 : 0.12, lightness: night ? 0.22 : stormy ? 0.4 : 0.68 };
  const veiled = scene.weather === null ? 0 : VEILS[scene.weather];
  const tint = skyTint(scene);
  const finish = (light: Colour, part: number) => {
    const dull = mix(light, veil, veiled);
    return tint === null
      ? dull
      : mix(dull, { ...COLOURS[tint], lightness: (COLOURS[tint].lightness + light.lightness) / 2 }, part);
  };
  const deep = scene.groundColour === null ? colour(200, 0.65, night ? 0.2 : 0.36) : COLOURS[scene.groundColour];
  return {
    zenith: finish(zenith, 0.6),
    middle: finish(middle, 0.72),
    haze: finish(haze, 0.5),
    ambient,
    water: deep,
    night,
  };
}

/** A colour of the whole, or a hue to stay away from the one that is not wanted. */
function skyTint({ colours, unwanted, time }: Scene): ColourName | null {
  const [first] = colours;
  if (first) return first;
  if (time !== 'sunset' && unwanted.has('colour:blue')) return 'golden';
  if (time === 'sunset' && (unwanted.has('colour:pink') || unwanted.has('colour:orange'))) return 'turquoise';
  return null;
}
