import type { Random } from '../random.js';
import type { Canvas } from './canvas.js';
import type { Raster } from './raster.js';

/** One touch of the brush: a bent stripe with round ends. Lengths in pixels, colour 0..255. */
export interface Stroke {
  x: number;
  y: number;
  angle: number;
  /** Half of the way the brush travels; 0 is a dab. */
  reach: number;
  radius: number;
  /** Sideways offset per squared pixel of travel. */
  bend: number;
  red: number;
  green: number;
  blue: number;
  opacity: number;
  /** How thick the paint lies, 0..255. */
  body: number;
}

/** Hairs of the brush across its width: how much paint each lays down, 0..1. */
export type Bristles = Float32Array;

const HAIRS = 24;

export function createBristles(random: Random, roughness: number): Bristles {
  return Float32Array.from({ length: HAIRS }, () => 1 - roughness * random.next());
}

/** Lays the stroke on the canvas. */
export function paint(canvas: Canvas, stroke: Stroke, bristles: Bristles): void {
  const { x, y, reach, radius, bend, red, green, blue, opacity, body } = stroke;
  const { width, height, data, relief } = canvas;
  const cos = Math.cos(stroke.angle);
  const sin = Math.sin(stroke.angle);
  const bulge = Math.abs(bend) * reach * reach;
  const spanX = Math.abs(cos) * reach + Math.abs(sin) * bulge + radius + 1;
  const spanY = Math.abs(sin) * reach + Math.abs(cos) * bulge + radius + 1;
  const left = Math.max(0, Math.floor(x - spanX));
  const right = Math.min(width - 1, Math.ceil(x + spanX));
  const top = Math.max(0, Math.floor(y - spanY));
  const bottom = Math.min(height - 1, Math.ceil(y + spanY));
  const rim = radius + 0.5;
  const rimSquared = rim * rim;
  const hairScale = HAIRS / (2 * rim);
  for (let row = top; row <= bottom; row++) {
    const dy = row - y;
    for (let column = left; column <= right; column++) {
      const dx = column - x;
      const along = dx * cos + dy * sin;
      const side = dy * cos - dx * sin - bend * along * along;
      const past = Math.max(0, Math.abs(along) - reach);
      const distanceSquared = past * past + side * side;
      if (distanceSquared >= rimSquared) continue;
      const cover = Math.min(1, rim - Math.sqrt(distanceSquared));
      const hair = bristles[((side + rim) * hairScale) | 0] ?? 1;
      const alpha = opacity * cover * hair;
      const pixel = row * width + column;
      const at = pixel * 3;
      const r = data[at] ?? 0;
      const g = data[at + 1] ?? 0;
      const b = data[at + 2] ?? 0;
      data[at] = r + (red - r) * alpha + 0.5;
      data[at + 1] = g + (green - g) * alpha + 0.5;
      data[at + 2] = b + (blue - b) * alpha + 0.5;
      if (relief === null) continue;
      // Paint is pushed to the sides of a stroke, and hairs leave furrows.
      const depth = relief[pixel] ?? 0;
      relief[pixel] = depth + (body * hair * (0.7 + (0.3 * distanceSquared) / rimSquared) - depth) * alpha;
    }
  }
}

const PROBES_ALONG = [-1, -0.5, 0, 0.5, 1] as const;
const PROBES_ACROSS = [-0.75, 0, 0.75] as const;

/**
 * How much nearer to the goal the canvas would come under this stroke: mean drop of the squared error over
 * fifteen probes. Below zero the stroke would spoil more than it mends, as when it crosses an edge.
 */
export function gain(canvas: Raster, goal: Raster, stroke: Stroke): number {
  const { width, height } = canvas;
  const cos = Math.cos(stroke.angle);
  const sin = Math.sin(stroke.angle);
  let sum = 0;
  let probes = 0;
  for (const part of PROBES_ALONG) {
    const along = part * (stroke.reach + stroke.radius * 0.6);
    for (const across of PROBES_ACROSS) {
      const side = across * stroke.radius + stroke.bend * along * along;
      const column = Math.round(stroke.x + along * cos - side * sin);
      const row = Math.round(stroke.y + along * sin + side * cos);
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      const at = (row * width + column) * 3;
      sum += errorAt(canvas.data, goal.data, at) - errorOf(stroke, goal.data, at);
      probes++;
    }
  }
  return probes === 0 ? -1 : sum / probes;
}

/** Squared difference of canvas and goal at one pixel, summed over the colours. */
export function errorAt(canvas: Uint8Array, goal: Uint8Array, at: number): number {
  const red = (canvas[at] ?? 0) - (goal[at] ?? 0);
  const green = (canvas[at + 1] ?? 0) - (goal[at + 1] ?? 0);
  const blue = (canvas[at + 2] ?? 0) - (goal[at + 2] ?? 0);
  return red * red + green * green + blue * blue;
}

function errorOf(stroke: Stroke, goal: Uint8Array, at: number): number {
  const red = stroke.red - (goal[at] ?? 0);
  const green = stroke.green - (goal[at + 1] ?? 0);
  const blue = stroke.blue - (goal[at + 2] ?? 0);
  return red * red + green * green + blue * blue;
}
