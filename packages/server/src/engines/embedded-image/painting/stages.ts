import { createBaseStage } from './base-stage.js';
import { squareSide } from './manners/pixel.js';
import { createMosaicStage } from './mosaic-stage.js';
import { createRefinerStage } from './refiner-stage.js';
import type { Stage, StageOptions } from './stage.js';

/** The first squares of a mosaic are so many times as wide as the last. */
const FIRST_SQUARES = 16;

/** The first stage: from noise to a whole picture at half size, coarse to fine. */
export function openBaseStage(options: StageOptions): Stage {
  const { canvas, style } = options;
  if (style.manner !== 'pixel') return createBaseStage(options);
  // At half size a square may have half a pixel more.
  const side = squareSide(canvas.width * 2, canvas.height * 2) / 2;
  return createMosaicStage({ ...options, side, largest: FIRST_SQUARES });
}

/** The second stage: details and sharp edges at full size. */
export function openRefinerStage(options: StageOptions): Stage {
  const { canvas, style } = options;
  if (style.manner !== 'pixel') return createRefinerStage(options);
  return createMosaicStage({ ...options, side: squareSide(canvas.width, canvas.height), largest: 1 });
}
