import type { Rest } from '../../prompt/composition.js';
import type { Random } from '../../random.js';
import type { Kind } from '../catalogue/kind.js';
import type { Measure } from './measure.js';
import type { Wanted } from './wanted.js';

/** One thing and its place beside the thing that its cluster stands on the ground with. A person is 1 tall. */
export interface Piece {
  wanted: Wanted;
  kind: Kind;
  measure: Measure;
  /** From the middle of the cluster's foot: right, and up. */
  across: number;
  up: number;
  width: number;
  height: number;
  /** What is drawn first is behind. */
  order: number;
  rest: Rest | null;
  mirrored: boolean;
  random: Random;
}

/** Things that stay together: a roof and the birds on it. */
export interface Cluster {
  /** The one that stands; the others are tied to it. */
  host: Piece;
  pieces: Piece[];
}

/** How far a cluster reaches from the middle of its foot. */
export interface Reach {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function reachOf({ pieces }: Cluster): Reach {
  const reach = { left: 0, right: 0, top: 0, bottom: 0 };
  for (const { across, up, width, height } of pieces) {
    reach.left = Math.max(reach.left, width / 2 - across);
    reach.right = Math.max(reach.right, width / 2 + across);
    reach.top = Math.max(reach.top, up + height);
    reach.bottom = Math.max(reach.bottom, -up);
  }
  return reach;
}

/** Makes all of a cluster larger or smaller about its foot. */
export function scaleCluster(cluster: Cluster, factor: number): void {
  for (const piece of cluster.pieces) {
    piece.across *= factor;
    piece.up *= factor;
    piece.width *= factor;
    piece.height *= factor;
  }
}

/** Puts one cluster's things into another one, its foot at the given place. */
export function join(child: Cluster, parent: Cluster, at: { across: number; up: number; order: number }): void {
  for (const piece of child.pieces) {
    piece.across += at.across;
    piece.up += at.up;
    piece.order += at.order;
    parent.pieces.push(piece);
  }
}
