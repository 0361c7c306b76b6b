import type { Scene } from '../../prompt/composition.js';
import { reachOf } from './cluster.js';
import type { Standing } from './lay-out.js';

/** Free part of the picture at its edges. */
const MARGIN = 0.02;

/** Shrinks and moves a cluster so that all of it is in the picture. */
export function keepInside(standing: Standing, { width, height }: Scene): void {
  const { left, right, top, bottom } = reachOf(standing.cluster);
  const wide = width * (1 - 2 * MARGIN);
  const high = height * (1 - 2 * MARGIN);
  standing.scale = Math.min(standing.scale, wide / Math.max(left + right, 1e-6), high / Math.max(top + bottom, 1e-6));
  const { scale } = standing;
  standing.x = Math.max(width * MARGIN + left * scale, Math.min(width * (1 - MARGIN) - right * scale, standing.x));
  standing.y = Math.max(height * MARGIN + top * scale, Math.min(height * (1 - MARGIN) - bottom * scale, standing.y));
}
