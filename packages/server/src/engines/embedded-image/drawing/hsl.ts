/** A pixel's colour as hue 0..6, saturation and lightness 0..1. Reused from pixel to pixel: there are millions. */
export interface Hsl {
  hue: number;
  saturation: number;
  lightness: number;
}

/** Reads red, green and blue (0..255) into `to`. */
export function readHsl(red: number, green: number, blue: number, to: Hsl): void {
  const high = Math.max(red, green, blue);
  const low = Math.min(red, green, blue);
  const range = (high - low) / 255;
  to.lightness = (high + low) / 510;
  if (range < 0.004) {
    to.hue = 0;
    to.saturation = 0;
    return;
  }
  to.saturation = Math.min(1, range / Math.max(0.004, 1 - Math.abs(2 * to.lightness - 1)));
  const span = high - low;
  if (high === red) to.hue = ((green - blue) / span + 6) % 6;
  else if (high === green) to.hue = 2 + (blue - red) / span;
  else to.hue = 4 + (red - green) / span;
}

/** Writes a colour into three bytes. */
export function writeHsl({ hue, saturation, lightness }: Hsl, data: Uint8Array, at: number): void {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  for (let channel = 0; channel < 3; channel++) {
    const place = ((channel === 0 ? 0 : channel === 1 ? 8 : 4) + hue * 2) % 12;
    data[at + channel] = 255 * (lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1))) + 0.5;
  }
}
