import type { Scene } from '../../prompt/composition.js';
import type { Clusters, Row } from './build-clusters.js';
import type { Cluster } from './cluster.js';

/** The depths of a picture: near, far behind, in the air, on or under water. */
export type Plane = 'front' | 'back' | 'air' | 'water';

const WATERS: ReadonlySet<string> = new Set(['sea', 'beach', 'lake', 'underwater']);

/** Sorts clusters by plane, each plane from left to right. */
export function sortIntoPlanes({ free, rows, amid }: Clusters, scene: Scene): Record<Plane, Cluster[]> {
  const linked = new Set([...rows, ...amid].flatMap(({ left, right }) => [left, right]));
  const planes: Record<Plane, Cluster[]> = { front: [], back: [], air: [], water: [] };
  for (const cluster of free)
    planes[linked.has(cluster.host.wanted.wish) ? 'front' : planeOf(cluster, scene)].push(cluster);
  // Alone, what usually stands in the back is the subject.
  if (planes.front.length === 0 && planes.water.length === 0) {
    planes.front = planes.back;
    planes.back = [];
  }
  for (const plane of Object.keys(planes) as Plane[]) planes[plane] = putAmid(inOrder(planes[plane], rows), amid);
  return planes;
}

function planeOf({ host, pieces }: Cluster, { ground }: Scene): Plane {
  const { kind, wanted } = host;
  const wet = WATERS.has(ground);
  if (wanted.pose === 'flying' && ground !== 'underwater') return 'air';
  if (wanted.pose === 'swimming' && wet && kind.area !== 'back') return 'water';
  if (ground === 'clouds' && kind.area !== 'back') return 'air';
  if (kind.area === 'air') return ground === 'underwater' || ground === 'room' ? 'front' : 'air';
  if (kind.area === 'water') return wet ? 'water' : 'front';
  if (kind.area === 'back') return wanted.place === 'near' || pieces.length > 1 ? 'front' : 'back';
  return wanted.place === 'far' ? 'back' : 'front';
}

/** By what the prompt says of left and right, else in the order in which it names them. */
function inOrder(clusters: readonly Cluster[], rows: readonly Row[]): Cluster[] {
  const rank = ({ host }: Cluster) => (host.wanted.place === 'left' ? -1 : host.wanted.place === 'right' ? 1 : 0);
  const sorted = clusters.toSorted((first, second) => rank(first) - rank(second));
  // A few rounds are enough for a few wishes; what contradicts itself ends somehow.
  for (let round = 0; round < 8; round++) {
    let moved = false;
    for (const { left, right } of rows) {
      const firstRight = sorted.findIndex(({ host }) => host.wanted.wish === right);
      if (firstRight < 0) continue;
      const late = sorted.filter(({ host }, index) => host.wanted.wish === left && index > firstRight);
      if (late.length === 0) continue;
      moved = true;
      for (const cluster of late) sorted.splice(sorted.indexOf(cluster), 1);
      sorted.splice(firstRight, 0, ...late);
    }
    if (!moved) break;
  }
  return sorted;
}

/** "Between two trees": those that stand around are parted in the middle. */
function putAmid(sorted: Cluster[], amid: readonly Row[]): Cluster[] {
  let clusters = sorted;
  for (const { left: middle, right: around } of amid) {
    const isMiddle = ({ host }: Cluster) => host.wanted.wish === middle;
    const isAround = ({ host }: Cluster) => host.wanted.wish === around;
    const outer = clusters.filter(isAround);
    const half = outer[Math.floor(outer.length / 2)];
    if (outer.length < 2 || half === undefined) continue;
    const inner = clusters.filter(isMiddle);
    const rest = clusters.filter((cluster) => !isMiddle(cluster));
    rest.splice(rest.indexOf(half), 0, ...inner);
    clusters = rest;
  }
  return clusters;
}
