import type { Colour } from '../colour.js';
import type { Cutout } from './cutout.js';
import { type Hsl, readHsl, writeHsl } from './hsl.js';

/** A picture is sampled at about this many places to find its main colour. */
const SAMPLES = 12_000;
const HUES = 18;
/** Hues (of 6) that belong to one colour reach this far to either side. */
const REACH = 0.85;
/** Below this chroma a pixel has no hue to speak of. (The saturation of pale colours says nothing.) */
const GREY = 0.15;

/** The colour that most of a picture has. */
interface Main {
  /** 0..6; null for white, grey and black. */
  hue: number | null;
  saturation: number;
  lightness: number;
}

/**
 * Gives the main colour of a picture another one; lights and shadows, eyes and small parts of other colours stay. What
 * has hardly any colour takes the new one as a whole.
 *
 * @param clothes whether somebody's skin is to keep its colour.
 */
export function recolour(picture: Cutout, asked: Colour, clothes = false): void {
  const main = mainColour(picture, clothes);
  const { data } = picture;
  const hsl: Hsl = { hue: 0, saturation: 0, lightness: 0 };
  const target = asked.hue / 60;
  // Light and dark colours keep less contrast, or they would be cut off at black and white.
  const contrast = 0.55 + 0.45 * (1 - Math.abs(2 * asked.lightness - 1));
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 0) continue;
    readHsl(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, hsl);
    const part = belongs(hsl, main);
    if (part <= 0.02) continue;
    const before = { red: data[at] ?? 0, green: data[at + 1] ?? 0, blue: data[at + 2] ?? 0 };
    const vivid =
      main.hue === null ? 1 : Math.max(0.55, Math.min(1.35, hsl.saturation / Math.max(0.1, main.saturation)));
    hsl.hue = target;
    hsl.saturation = Math.min(1, asked.saturation * vivid);
    hsl.lightness = Math.max(0.03, Math.min(0.98, asked.lightness + (hsl.lightness - main.lightness) * contrast));
    writeHsl(hsl, data, at);
    if (part >= 1) continue;
    data[at] = before.red + ((data[at] ?? 0) - before.red) * part;
    data[at + 1] = before.green + ((data[at + 1] ?? 0) - before.green) * part;
    data[at + 2] = before.blue + ((data[at + 2] ?? 0) - before.blue) * part;
  }
}

/** How much a pixel is of the main colour, 0 to 1, without hard borders. */
function belongs(pixel: Hsl, main: Main): number {
  const { hue, lightness } = pixel;
  const chroma = chromaOf(pixel);
  if (main.hue === null) {
    // Ink of eyes and outlines stays what it is, unless all is dark.
    const dark = main.lightness < 0.3 ? 1 : ramp(lightness, 0.16, 0.3);
    return dark * (1 - ramp(chroma, GREY, GREY * 2));
  }
  const gap = Math.abs(((hue - main.hue + 9) % 6) - 3);
  return (1 - ramp(gap, REACH * 0.75, REACH * 1.15)) * ramp(chroma, GREY * 0.4, GREY * 0.9);
}

/** The yellow that all sets give people. */
function isSkin({ hue, saturation, lightness }: Hsl): boolean {
  return hue > 0.5 && hue < 0.88 && saturation > 0.5 && lightness > 0.45;
}

/** How far from grey a colour is, 0 to 1. */
function chromaOf({ saturation, lightness }: Hsl): number {
  return saturation * (1 - Math.abs(2 * lightness - 1));
}

/** 0 below `low`, 1 above `high`, straight between. */
function ramp(value: number, low: number, high: number): number {
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}

function mainColour({ data, width, height }: Cutout, clothes: boolean): Main {
  const stride = Math.max(1, Math.floor((width * height) / SAMPLES));
  const counts = new Float64Array(HUES);
  const hsl: Hsl = { hue: 0, saturation: 0, lightness: 0 };
  const pale = { count: 0, lightness: 0 };
  const seen: Hsl[] = [];
  for (let pixel = 0; pixel < width * height; pixel += stride) {
    const at = pixel * 4;
    if ((data[at + 3] ?? 0) < 128) continue;
    readHsl(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, hsl);
    if (clothes && isSkin(hsl)) continue;
    if (chromaOf(hsl) < GREY) {
      if (hsl.lightness < 0.16) continue;
      pale.count++;
      pale.lightness += hsl.lightness;
      continue;
    }
    const bin = Math.min(HUES - 1, Math.floor((hsl.hue / 6) * HUES));
    counts[bin] = (counts[bin] ?? 0) + 1;
    seen.push({ ...hsl });
  }
  const smooth = (bin: number) =>
    (counts[bin] ?? 0) + 0.7 * ((counts[(bin + 1) % HUES] ?? 0) + (counts[(bin + HUES - 1) % HUES] ?? 0));
  const best = Array.from({ length: HUES }, (_, bin) => bin).reduce(
    (most, bin) => (smooth(bin) > smooth(most) ? bin : most),
    0,
  );
  const hue = ((best + 0.5) / HUES) * 6;
  const members = seen.filter((each) => Math.abs(((each.hue - hue + 9) % 6) - 3) < REACH);
  if (members.length < pale.count * 0.6 || members.length === 0)
    return { hue: null, saturation: 0, lightness: pale.count === 0 ? 0.2 : pale.lightness / pale.count };
  const mean = (read: (each: Hsl) => number) => members.reduce((sum, each) => sum + read(each), 0) / members.length;
  const turn = mean((each) => ((each.hue - hue + 9) % 6) - 3);
  return { hue: hue + turn, saturation: mean((each) => each.saturation), lightness: mean((each) => each.lightness) };
}
