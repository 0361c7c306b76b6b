import { type Raster, stretch, stretchBytes } from './raster.js';

/** What is painted on: a picture, and how thick the paint lies. */
export interface Canvas extends Raster {
  /** One byte per pixel; null where paint has no body. */
  relief: Uint8Array | null;
}

/** How thick paint lies that says nothing. */
export const BODY = 96;

/** A picture as a canvas; the thickness begins everywhere the same. */
export function createCanvas(picture: Raster, hasBody: boolean): Canvas {
  return { ...picture, relief: hasBody ? new Uint8Array(picture.width * picture.height).fill(BODY) : null };
}

/** The canvas at a new size. */
export function stretchCanvas(canvas: Canvas, width: number, height: number): Canvas {
  const { relief } = canvas;
  return {
    ...stretch(canvas, width, height),
    relief: relief === null ? null : stretchBytes({ ...canvas, data: relief }, 1, width, height),
  };
}
