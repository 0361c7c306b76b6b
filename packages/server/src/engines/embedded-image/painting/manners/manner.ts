import type { Raster } from '../raster.js';
import type { Style } from '../styles.js';
import { seeFlat } from './flat.js';
import { seeInk } from './ink.js';
import { seePixels } from './pixel.js';
import { seeSketch } from './sketch.js';
import { tone } from './tone.js';
import type { View } from './view.js';
import { seeWatercolour } from './watercolour.js';

type See = (view: View, style: Style) => Raster;

const MANNERS: Record<Style['manner'], See> = {
  plain: ({ picture, check }, { grade }) => tone(picture, grade, check),
  watercolour: seeWatercolour,
  ink: seeInk,
  sketch: seeSketch,
  flat: seeFlat,
  pixel: seePixels,
};

/** The scene as a painter of this style sees it: what is then painted, stroke by stroke. */
export function see(view: View, style: Style): Raster {
  return MANNERS[style.manner](view, style);
}
