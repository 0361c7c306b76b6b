import { BELOW } from '../../drawing/figure.js';
import { aspectOfDrawing, isDrawnFirst, outlineOfDrawing } from '../../drawing/subjects.js';
import { type Art, type ArtSet, artOf } from '../art/art-pack.js';
import type { Kind } from '../catalogue/kind.js';

/** The form of a thing: what it is shown with, and where its top is. */
export interface Measure {
  /** Its picture; null when it is drawn. */
  art: Art | null;
  /** Width by height. */
  aspect: number;
  /** Part of the height that is free above its highest point at a place across: 0 left, 1 right. */
  topAt(across: number): number;
  /** Where its highest point is: 0 left, 1 right. */
  crest: number;
  /** Where a hat goes: 0 left, 1 right. */
  head: number;
}

/** Pictures show animals from the side, their heads at the left; hats belong there, not on tails. */
const HEAD_SIDE = 0.5;

export function measure({ id, shows }: Kind, set: ArtSet): Measure {
  const art = isDrawnFirst(id) ? null : artOf(id, set);
  if (art === null) {
    const { tops, head } = outlineOfDrawing(id);
    return { art, aspect: aspectOfDrawing(id), topAt: along(tops), crest: 0.5, head };
  }
  const whole = 1 + BELOW[shows];
  const outline = art.outline.map((top) => top / whole);
  const columns = outline.length;
  const sideways = art.aspect > 0.8 && shows === 'all';
  return {
    art,
    aspect: art.aspect / whole,
    topAt: along(outline),
    crest: highest(outline),
    head: sideways ? highest(outline.slice(0, Math.ceil(columns * HEAD_SIDE))) * HEAD_SIDE : 0.5,
  };
}

function along(tops: readonly number[]): (across: number) => number {
  return (across) => tops[Math.max(0, Math.min(tops.length - 1, Math.floor(across * tops.length)))] ?? 0;
}

/** The middle of the highest places: 0 left, 1 right. */
function highest(outline: readonly number[]): number {
  const least = Math.min(...outline);
  const places = outline.flatMap((top, index) => (top <= least + 0.04 ? [index] : []));
  return ((places[Math.floor(places.length / 2)] ?? outline.length / 2) + 0.5) / outline.length;
}
