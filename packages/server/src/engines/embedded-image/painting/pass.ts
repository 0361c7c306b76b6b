import type { Random } from '../random.js';
import { type Bristles, createBristles, errorAt, gain, paint, type Stroke } from './brush.js';
import { BODY, type Canvas } from './canvas.js';
import type { Flow } from './flow.js';
import type { Raster } from './raster.js';
import type { Style } from './styles.js';

/** One sweep over the canvas with one size of brush. */
export interface Pass {
  canvas: Canvas;
  /** The goal and its halvings. */
  goal: readonly Raster[];
  flow: Flow;
  style: Style;
  /** Radius of the brush, in pixels. */
  radius: number;
  /** Radius of the finest brush where there is nothing to see, in pixels. */
  breadth: number;
  /** Distance of the places looked at, in radii. */
  spacing: number;
  /** Root mean square error below which a place is left alone, 0..255 per channel. */
  tolerance: number;
  /** Loss of likeness that a stroke may cause and still be laid: free painters allow some. */
  leniency: number;
  /** Variation of colour from stroke to stroke, 0..1. */
  liveliness: number;
  random: Random;
  /** Called every few dozen strokes; throws to stop. */
  check: () => void;
}

/** How many strokes are tried between two looks at the stop sign: a few tenths of a millisecond with small brushes. */
const CHECK_EVERY = 48;
const BRUSHES = 6;

/**
 * Looks at places all over the canvas, in scattered order, and lays a stroke wherever it brings the canvas nearer to
 * the goal. Returns the number of strokes laid.
 */
export function sweep(pass: Pass): number {
  const { canvas, flow, radius, breadth, random } = pass;
  const goal = pass.goal[0] ?? canvas;
  const gap = Math.max(1, radius * pass.spacing);
  const columns = Math.ceil(canvas.width / gap);
  const rows = Math.ceil(canvas.height / gap);
  const places = columns * rows;
  const stride = coprimeNear(Math.floor(places * 0.618), places);
  const brushes = Array.from({ length: BRUSHES }, () => createBristles(random, pass.style.roughness));
  const even = createBristles(random, 0);
  const limit = 3 * pass.tolerance * pass.tolerance;
  let place = random.int(places);
  let laid = 0;
  for (let index = 0; index < places; index++) {
    if (index % CHECK_EVERY === 0) pass.check();
    place = (place + stride) % places;
    const x = Math.min(canvas.width - 1, ((place % columns) + random.next()) * gap);
    const y = Math.min(canvas.height - 1, (Math.floor(place / columns) + random.next()) * gap);
    const at = (Math.floor(y) * canvas.width + Math.floor(x)) * 3;
    if (errorAt(canvas.data, goal.data, at) < limit) continue;
    const wide = radius < breadth ? Math.max(radius, breadth * (1 - flow.detailAt(x, y))) : radius;
    // One broad stroke does the work of many small ones.
    if (wide > radius && random.next() > (radius / wide) ** 2) continue;
    if (touch(pass, goal, { x, y, radius: wide }, brushes[index % BRUSHES] ?? even)) laid++;
  }
  return laid;
}

/** Where a stroke is tried, and with which brush; in pixels. */
interface Place {
  x: number;
  y: number;
  radius: number;
}

/** Tries a long stroke, then a dab, with the colour of the goal under the brush. */
function touch(pass: Pass, goal: Raster, { x, y, radius }: Place, bristles: Bristles): boolean {
  const { style, flow, random } = pass;
  const reach = radius * style.length * random.between(0.4, 1.1);
  const angle = flow.angleAt(x, y) + random.between(-0.15, 0.15) * (1 + pass.liveliness);
  // Small brushes carry little paint: faces stay smooth.
  const load = Math.min(1, (radius * 110) / Math.min(goal.width, goal.height));
  const body = BODY + (random.between(110, 255) - BODY) * load;
  const stroke: Stroke = {
    x,
    y,
    angle,
    reach,
    radius,
    bend: 0,
    red: 0,
    green: 0,
    blue: 0,
    opacity: style.opacity,
    body,
  };
  stroke.bend = bendOf(flow, stroke);
  mixColour(stroke, pass);
  if (gain(pass.canvas, goal, stroke) <= -pass.leniency) {
    if (reach === 0) return false;
    stroke.reach = 0;
    if (gain(pass.canvas, goal, stroke) <= 0) return false;
  }
  paint(pass.canvas, stroke, bristles);
  return true;
}

/** Half of what the current turns along the stroke becomes its bend. */
function bendOf(flow: Flow, { x, y, angle, reach }: Stroke): number {
  if (reach < 3) return 0;
  const cos = Math.cos(angle) * reach;
  const sin = Math.sin(angle) * reach;
  let turn = flow.angleAt(x + cos, y + sin) - flow.angleAt(x - cos, y - sin);
  turn = Math.atan2(Math.sin(2 * turn), Math.cos(2 * turn)) / 2;
  return Math.max(-0.4, Math.min(0.4, turn / 2)) / (2 * reach);
}

function mixColour(stroke: Stroke, { goal, liveliness, random }: Pass): void {
  const level = Math.min(goal.length - 1, Math.max(0, Math.round(Math.log2(stroke.radius))));
  const picture = goal[level];
  if (picture === undefined) return;
  const column = Math.min(picture.width - 1, Math.floor(stroke.x / 2 ** level));
  const row = Math.min(picture.height - 1, Math.floor(stroke.y / 2 ** level));
  const at = (row * picture.width + column) * 3;
  const light = (random.next() - 0.5) * 26 * liveliness;
  const warm = (random.next() - 0.5) * 26 * liveliness;
  stroke.red = clamp((picture.data[at] ?? 0) + light + warm);
  stroke.green = clamp((picture.data[at + 1] ?? 0) + light);
  stroke.blue = clamp((picture.data[at + 2] ?? 0) + light - warm);
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** A number near `start` without a common divisor with `count`: stepping by it visits every place once. */
export function coprimeNear(start: number, count: number): number {
  for (let candidate = Math.max(1, start); ; candidate++) {
    let a = candidate;
    let b = count;
    while (b !== 0) [a, b] = [b, a % b];
    if (a === 1) return candidate;
  }
}
