import type { Random } from '../../random.js';
import type { Raster } from '../raster.js';

/** A scene before the inner eye. */
export interface View {
  picture: Raster;
  /** How much of each pixel is subject, 0..255: what a painter looks at most. */
  focus: Uint8Array;
  random: Random;
  /** Called often; throws to stop. */
  check: () => void;
}
