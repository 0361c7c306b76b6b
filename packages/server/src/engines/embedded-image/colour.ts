/** A colour as painters mix it: hue 0..360, saturation and lightness 0..1. */
export interface Colour {
  hue: number;
  saturation: number;
  lightness: number;
}

/** The colours that prompts can name. */
export const COLOURS = {
  red: { hue: 8, saturation: 0.8, lightness: 0.48 },
  orange: { hue: 26, saturation: 0.9, lightness: 0.53 },
  yellow: { hue: 48, saturation: 0.95, lightness: 0.58 },
  green: { hue: 125, saturation: 0.5, lightness: 0.4 },
  turquoise: { hue: 176, saturation: 0.6, lightness: 0.45 },
  blue: { hue: 216, saturation: 0.75, lightness: 0.5 },
  violet: { hue: 275, saturation: 0.55, lightness: 0.5 },
  pink: { hue: 335, saturation: 0.78, lightness: 0.7 },
  brown: { hue: 24, saturation: 0.5, lightness: 0.33 },
  white: { hue: 40, saturation: 0.25, lightness: 0.95 },
  grey: { hue: 220, saturation: 0.08, lightness: 0.55 },
  black: { hue: 240, saturation: 0.15, lightness: 0.12 },
  golden: { hue: 42, saturation: 0.88, lightness: 0.52 },
  silver: { hue: 215, saturation: 0.14, lightness: 0.77 },
} as const satisfies Record<string, Colour>;

export type ColourName = keyof typeof COLOURS;

export function colour(hue: number, saturation: number, lightness: number): Colour {
  return { hue, saturation, lightness };
}

/** The same colour, lighter (positive) or darker (negative); shadows lean to blue and lights to yellow, as outdoors. */
export function lighter(base: Colour, by: number): Colour {
  const lightness = Math.min(0.98, Math.max(0.03, base.lightness + by));
  return {
    hue: turn(base.hue, by > 0 ? 50 : 250, Math.min(0.3, Math.abs(by) * 0.5)),
    saturation: base.saturation,
    lightness,
  };
}

/** Between two colours; `part` 0 is the first. Mixed as light (RGB), so no foreign hue appears on the way. */
export function mix(first: Colour, second: Colour, part: number): Colour {
  const [r1, g1, b1] = toRgb(first);
  const [r2, g2, b2] = toRgb(second);
  return fromRgb(r1 + (r2 - r1) * part, g1 + (g2 - g1) * part, b1 + (b2 - b1) * part);
}

/** CSS hex form. */
export function toHex(from: Colour): string {
  return `#${toRgb(from)
    .map((channel) => Math.round(channel).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Red, green, blue: 0..255. */
export function toRgb({ hue, saturation, lightness }: Colour): [number, number, number] {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const place = (offset + hue / 30 + 24) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

function fromRgb(red: number, green: number, blue: number): Colour {
  const high = Math.max(red, green, blue) / 255;
  const low = Math.min(red, green, blue) / 255;
  const lightness = (high + low) / 2;
  const range = high - low;
  if (range < 1e-6) return { hue: 0, saturation: 0, lightness };
  const saturation = range / (1 - Math.abs(2 * lightness - 1));
  const sector =
    high === red / 255
      ? (green - blue) / 255 / range
      : high === green / 255
        ? 2 + (blue - red) / 255 / range
        : 4 + (red - green) / 255 / range;
  return { hue: (sector * 60 + 360) % 360, saturation: Math.min(1, saturation), lightness };
}

/** Turns a hue towards another the short way round. */
function turn(hue: number, towards: number, part: number): number {
  const way = ((towards - hue + 540) % 360) - 180;
  return (hue + way * part * 0.35 + 360) % 360;
}
