import type { Raster } from '../raster.js';

/**
 * Brightness of a drawing for every brightness of the scene, 0..255 to 0..1. A night is drawn as light as a day, with its own
 * lights and darks.
 *
 * @param drawnMean how bright the whole of the drawing is to be, 0..1: paper is white, and much of a sheet stays paper.
 */
export function lightCurve({ data }: Raster, drawnMean: number): Float32Array {
  let sum = 0;
  for (let at = 0; at < data.length; at += 3) sum += lightOf(data, at);
  const mean = Math.max(0.05, Math.min(0.95, (sum * 3) / data.length / 255));
  const gamma = Math.max(0.28, Math.min(1.6, Math.log(drawnMean) / Math.log(mean)));
  return Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** gamma);
}

/** Brightness of the pixel at `at`, 0..255. */
export function lightOf(data: Uint8Array, at: number): number {
  return (77 * (data[at] ?? 0) + 151 * (data[at + 1] ?? 0) + 28 * (data[at + 2] ?? 0)) >> 8;
}
