import sharp, { type Sharp } from 'sharp';
import { COLOURS, type ColourName, toRgb } from '../src/engines/embedded-image/colour.js';

/** A picture cut to what is visible, with what the composer has to know of it. */
export interface Cut {
  bytes: Buffer;
  aspect: number;
  /** Sixteen digits of base 36: free part above the first visible point of each column. */
  outline: string;
  colours: ColourName[];
}

interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const COLUMNS = 16;
/** Height that SVG pictures are given, in units; their width follows. */
const UNITS = 128;

export async function cutWebp(file: Buffer): Promise<Cut> {
  const pixels = await pixelsOf(sharp(file));
  const box = visible(pixels);
  const bytes = await sharp(file)
    .extract(box)
    .webp({ quality: 80, alphaQuality: 90, effort: 6, smartSubsample: true })
    .toBuffer();
  return { bytes, aspect: box.width / box.height, outline: outlineOf(pixels, box), colours: coloursOf(pixels) };
}

export async function cutSvg(body: string, width: number, height: number): Promise<Cut> {
  const scale = 256 / Math.max(width, height);
  const open = (view: string, wide: number, high: number) =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${wide}" height="${high}" viewBox="${view}">`;
  const short = shorten(body, width > 64 ? 1 : 2);
  const whole = `${open(`0 0 ${width} ${height}`, Math.round(width * scale), Math.round(height * scale))}${short}</svg>`;
  const pixels = await pixelsOf(sharp(Buffer.from(whole)));
  const box = visible(pixels);
  const view = [box.left, box.top, box.width, box.height].map((value) => Math.round((value / scale) * 100) / 100);
  const aspect = box.width / box.height;
  const bytes = Buffer.from(`${open(view.join(' '), Math.round(UNITS * aspect), UNITS)}${short}</svg>`);
  return { bytes, aspect, outline: outlineOf(pixels, box), colours: coloursOf(pixels) };
}

/** Paths with fewer digits behind the points. They are cut off, not rounded: numbers may follow each other without a space. */
function shorten(body: string, digits: number): string {
  return body.replace(/ d="[^"]+"/g, (path) =>
    path.replace(/\.(\d+)/g, (_whole, after: string) => `.${after.slice(0, digits)}`),
  );
}

async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function visible({ data, width, height }: Pixels): Box {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[(y * width + x) * 4 + 3] ?? 0) < 24) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < left) throw new Error('a picture is empty');
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function outlineOf({ data, width }: Pixels, box: Box): string {
  return Array.from({ length: COLUMNS }, (_, column) => {
    const from = box.left + Math.floor((column * box.width) / COLUMNS);
    const to = Math.max(from + 1, box.left + Math.floor(((column + 1) * box.width) / COLUMNS));
    for (let y = 0; y < box.height; y++) {
      let seen = 0;
      for (let x = from; x < to; x++) if ((data[((y + box.top) * width + x) * 4 + 3] ?? 0) > 110) seen++;
      if (seen * 2 >= to - from) return Math.round((y / box.height) * 35).toString(36);
    }
    return 'z';
  }).join('');
}

/** The names of the colours that cover most of it. */
function coloursOf({ data }: Pixels): ColourName[] {
  const counts = new Map<ColourName, number>();
  let all = 0;
  const names = (Object.keys(COLOURS) as ColourName[]).map((name) => ({ name, rgb: toRgb(COLOURS[name]) }));
  for (let at = 0; at < data.length; at += 4 * 5) {
    if ((data[at + 3] ?? 0) < 128) continue;
    all++;
    let best: ColourName = 'grey';
    let least = Number.POSITIVE_INFINITY;
    for (const { name, rgb } of names) {
      const gap = rgb.reduce((sum, channel, index) => sum + (channel - (data[at + index] ?? 0)) ** 2, 0);
      if (gap < least) {
        least = gap;
        best = name;
      }
    }
    counts.set(best, (counts.get(best) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > all * 0.14)
    .sort((first, second) => second[1] - first[1])
    .slice(0, 3)
    .map(([name]) => name);
}
