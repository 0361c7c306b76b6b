import sharp from 'sharp';
import { COLOURS, type Colour, type ColourName, colour } from '../colour.js';
import type { Placed, Scene } from '../prompt/composition.js';
import type { Cutout } from './cutout.js';
import { BELOW, completeFigure } from './figure.js';
import { readHsl } from './hsl.js';
import { illuminate } from './light.js';
import type { Look } from './look.js';
import type { Palette } from './palette.js';
import { createPen, n } from './pen.js';
import { pixelsOf } from './pixels.js';
import { recolour } from './recolour.js';
import { shape } from './shape.js';
import { aspectOfDrawing, coloursOfDrawing, drawingOf } from './subjects.js';

/** A thing in pixels, and where its upper left corner is in the scene. */
export interface Piece {
  picture: Cutout;
  left: number;
  top: number;
}

/** Drawings may reach beyond their box: smoke, beams of light. Parts of the box's height. */
const BEYOND = { side: 0.3, up: 0.4, down: 0.25 } as const;
const BEAMS = 1.25;

/** Draws one thing at its size, in its colours, in the light of the scene. */
export async function pictureOf(item: Placed, scene: Scene, palette: Palette): Promise<Piece> {
  const asked = item.colour === null ? (avoid(item, scene) ?? ofSeason(item, scene)) : COLOURS[item.colour];
  const piece = item.art === null ? await drawn(item, asked, palette) : await pictured(item, asked);
  illuminate(piece.picture, item, scene, palette, item.art === null && palette.night);
  return piece;
}

async function pictured(item: Placed, asked: Colour | null): Promise<Piece> {
  const { art, shows } = item;
  if (art === null) throw new Error('only what has a picture can be pictured');
  const width = Math.max(2, Math.round(item.width));
  const height = Math.max(2, Math.round(item.height / (1 + BELOW[shows])));
  const source = art.form === 'svg' ? sharp(art.bytes(), { density: densityFor(height) }) : sharp(art.bytes());
  let picture = await pixelsOf(source.resize(width, height, { fit: 'fill', kernel: 'cubic' }).flop(item.flip));
  if (WATERBORNE.has(item.what)) removeWater(picture);
  if (asked !== null && shows !== 'head') recolour(picture, asked, shows === 'bust');
  if (shows !== 'all')
    picture = await completeFigure(picture, shows, { what: item.what, asked, random: item.random.fork('clothes') });
  return { picture, left: Math.round(item.x - width / 2), top: Math.round(item.y - picture.height) };
}

/** Pictures of these bring a block of water along; here they get better water. */
const WATERBORNE: ReadonlySet<string> = new Set(['ship', 'ferry', 'motorboat', 'canoe', 'rower']);

/** Clears the water at the foot of a picture, and lets what floats on it down. */
function removeWater({ width, height, data }: Cutout): void {
  const hsl = { hue: 0, saturation: 0, lightness: 0 };
  let lowest = 0;
  for (let x = 0; x < width; x++) {
    for (let y = height - 1; y > height * 0.5; y--) {
      const at = (y * width + x) * 4;
      readHsl(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, hsl);
      const isWater = hsl.hue > 3.1 && hsl.hue < 3.9 && hsl.saturation > 0.4 && hsl.lightness < 0.86;
      if ((data[at + 3] ?? 0) > 40 && !isWater) {
        lowest = Math.max(lowest, y);
        break;
      }
      data[at + 3] = 0;
    }
  }
  const freed = (height - 1 - lowest) * width * 4;
  data.copyWithin(freed, 0, data.length - freed);
  data.fill(0, 0, freed);
}

/** SVG pictures are 128 units high, and 72 dots per inch make one pixel of a unit. */
function densityFor(height: number): number {
  return Math.max(36, Math.min(1_200, (72 * height) / 120));
}

async function drawn(item: Placed, asked: Colour | null, palette: Palette): Promise<Piece> {
  const pen = createPen();
  const look: Look = { pen, asked, random: item.random.fork('look'), ambient: palette.ambient, night: palette.night };
  const draw = drawingOf(item.what);
  const drawing = draw === undefined ? shape(look, item.word === '' ? item.what : item.word) : draw(look);
  const half =
    Math.max(1, aspectOfDrawing(item.what)) / 2 + (item.what === 'lighthouse' && palette.night ? BEAMS : BEYOND.side);
  const box = {
    left: 50 - half * 100,
    top: -100 * BEYOND.up,
    width: half * 200,
    height: 100 * (1 + BEYOND.up + BEYOND.down),
  };
  const scale = item.height / 100;
  const width = Math.max(2, Math.round(box.width * scale));
  const height = Math.max(2, Math.round(box.height * scale));
  const mirrored = item.flip ? ' transform="translate(100 0) scale(-1 1)"' : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${n(box.left)} ${n(box.top)} ${n(box.width)} ${n(box.height)}">${pen.definitions()}<g${mirrored}>${drawing}</g></svg>`;
  const picture = await pixelsOf(sharp(Buffer.from(svg)));
  return {
    picture,
    left: Math.round(item.x - box.width * scale * 0.5),
    top: Math.round(item.y - item.height * (1 + BEYOND.up)),
  };
}

/** A thing whose own colour may not be used gets another one by the seed. */
function avoid({ what, art, random }: Placed, { unwanted }: Scene): Colour | null {
  const own: readonly ColourName[] = art === null ? coloursOfDrawing(what) : art.colours;
  if (!own.slice(0, 2).some((name) => unwanted.has(`colour:${name}`))) return null;
  const choices = (['blue', 'golden', 'green', 'violet', 'red', 'white'] as const).filter(
    (name) => !unwanted.has(`colour:${name}`),
  );
  const chosen = choices[random.fork('coat').int(Math.max(1, choices.length))];
  return chosen === undefined ? COLOURS.grey : COLOURS[chosen];
}

/** Leaves turn in autumn; in winter there is snow on the tree. */
function ofSeason({ what, random }: Placed, { season }: Scene): Colour | null {
  if (what !== 'tree') return null;
  if (season === 'autumn') return random.fork('leaves').pick([COLOURS.orange, COLOURS.golden, colour(14, 0.72, 0.48)]);
  return season === 'winter' ? colour(210, 0.25, 0.86) : null;
}
