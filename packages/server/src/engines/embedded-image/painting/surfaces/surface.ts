import type { Style } from '../styles.js';
import { showCanvas } from './canvas-cloth.js';
import { showChalk } from './chalk.js';
import type { Finish } from './finish.js';
import { showGlow } from './glow.js';
import { showPaper } from './paper.js';
import { showWash } from './wash.js';

const SURFACES: Record<Style['surface'], (finish: Finish) => void> = {
  canvas: showCanvas,
  wash: showWash,
  chalk: showChalk,
  paper: showPaper,
  glow: showGlow,
  none: () => undefined,
};

/** The last touch: what the paint lies on shows through, and light falls on it. */
export function finish(options: Finish): void {
  if (options.strength > 0) SURFACES[options.style.surface](options);
}
