import type { Scene } from '../../prompt/composition.js';
import type { Random } from '../../random.js';
import { type Cluster, reachOf } from './cluster.js';
import type { Plane } from './planes.js';

/** A cluster with its place: the middle of its foot in pixels, and how many pixels a person is tall there. */
export interface Standing {
  cluster: Cluster;
  x: number;
  y: number;
  scale: number;
  plane: Plane;
}

export interface Setting {
  scene: Scene;
  /** Where the lamp hangs: -1 left, 1 right; the subject prefers the other side. */
  side: number;
  random: Random;
  /** How many clusters the whole picture holds. */
  company: number;
}

/** How large the subject is in the picture, as part of the height. The seed chooses, so that pictures differ. */
const FRAMINGS = [0.66, 0.58, 0.58, 0.5] as const;
/** Where rows stand between horizon (0) and lower edge (1), by how many there are; the nearest first. */
const ROWS: readonly (readonly number[])[] = [[], [0.76], [0.84, 0.42], [0.88, 0.54, 0.24]];

/** How much smaller things are at a place between horizon and lower edge. */
function perspective(down: number): number {
  return 0.4 + 0.6 * Math.max(0, Math.min(1.1, down));
}

function widthOf(cluster: Cluster): number {
  const { left, right } = reachOf(cluster);
  return left + right;
}

/** Side by side on ground or water, in as many rows as they need. */
export function layOutRows(clusters: readonly Cluster[], setting: Setting & { afloat: boolean }): Standing[] {
  if (clusters.length === 0) return [];
  const { scene, afloat } = setting;
  const { width, height, horizon, ground } = scene;
  const perRow = width > height * 1.4 ? 6 : width * 1.4 < height ? 3 : 4;
  const count = clusters.length > perRow * 2 ? 3 : clusters.length > perRow ? 2 : 1;
  const downs = (ROWS[count] ?? [0.76]).map((down) => (afloat ? waterAt(down, ground) : down));
  const rows = dealOut(clusters, count);
  const random = setting.random.fork(afloat ? 'afloat' : 'ashore');
  const aim = aimOf(clusters, setting, random);
  const depth = height - horizon;
  const footAt = (down: number) => (ground === 'space' ? height * (0.8 + 0.12 * down) : horizon + depth * down);
  let scale = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    const down = downs[index] ?? 0.76;
    const tallest = Math.max(...row.map((cluster) => reachOf(cluster).top));
    const total = row.reduce((sum, cluster) => sum + widthOf(cluster), 0);
    const most = Math.min(aim, footAt(down) - height * 0.05) / tallest;
    scale = Math.min(scale, (width * 0.9) / total / perspective(down), most / perspective(down));
  }
  return rows.flatMap((row, index) => {
    const down = downs[index] ?? 0.76;
    const y = footAt(down) + random.between(-0.02, 0.02) * depth;
    return abreast(row, scale * perspective(down), y, index, { ...setting, random, plane: afloat ? 'water' : 'front' });
  });
}

/** Where things float: away from the shore. */
function waterAt(down: number, ground: Scene['ground']): number {
  return ground === 'beach' || ground === 'lake' ? 0.08 + down * 0.34 : 0.2 + down * 0.42;
}

/** How tall the tallest of the nearest is to be, in pixels. */
function aimOf(clusters: readonly Cluster[], { scene, company }: Setting, random: Random): number {
  const framing = random.pick(FRAMINGS);
  const tallest = clusters.reduce((most, cluster) => (reachOf(cluster).top > reachOf(most).top ? cluster : most));
  const { kind, wanted } = tallest.host;
  const stature = Math.max(0.78, Math.min(1.12, 0.72 + 0.26 * kind.stature));
  const near = wanted.place === 'near' ? 1.3 : wanted.place === 'far' ? 0.5 : 1;
  const busy = company > clusters.length ? 0.86 : 1;
  const tied = tallest.pieces.length > 1 ? 1.12 : 1;
  const size = Math.max(0.45, Math.min(1.35, wanted.size));
  return Math.min(
    scene.height * 0.84,
    Math.min(scene.height, scene.width * 1.25) * framing * stature * near * busy * tied * size,
  );
}

/** Deals clusters out to rows so that neighbours stay neighbours; the nearest row gets the first ones. */
function dealOut(clusters: readonly Cluster[], count: number): Cluster[][] {
  const each = Math.ceil(clusters.length / count);
  return Array.from({ length: count }, (_, row) => clusters.slice(row * each, (row + 1) * each)).filter(
    (row) => row.length > 0,
  );
}

function abreast(
  row: readonly Cluster[],
  scale: number,
  y: number,
  rowIndex: number,
  setting: Setting & { plane: Plane },
): Standing[] {
  const { scene, side, random, plane } = setting;
  const { width, height, horizon } = scene;
  const widths = row.map((cluster) => widthOf(cluster) * scale);
  const total = widths.reduce((sum, wide) => sum + wide, 0);
  const free = Math.max(0, width * 0.94 - total);
  const gap = row.length === 1 ? 0 : Math.min(free / row.length, (total / row.length) * 0.45);
  const whole = total + gap * (row.length - 1);
  const room = Math.max(0, width * 0.96 - whole) / 2;
  const lean = row.length === 1 ? -side * random.between(0.02, 0.17) : random.between(-0.06, 0.06);
  const stagger = rowIndex % 2 === 0 ? 0 : gap / 2;
  let x = width / 2 - whole / 2 + Math.max(-room, Math.min(room, width * lean + stagger));
  return row.map((cluster, index) => {
    const wide = widths[index] ?? 0;
    const { left } = reachOf(cluster);
    const middle = x + left * scale;
    x += wide + gap;
    const { place } = cluster.host.wanted;
    const aside =
      row.length === 1 && place === 'left' ? width * 0.27 : row.length === 1 && place === 'right' ? width * 0.73 : null;
    const centred = row.length === 1 && place === 'middle' ? width / 2 : null;
    const sway = row.length > 1 ? random.between(-0.05, 0.05) * (height - horizon) : 0;
    return { cluster, x: aside ?? centred ?? middle, y: y + sway, scale, plane };
  });
}

/** Far behind what stands in front, beside it. */
export function layOutBack(clusters: readonly Cluster[], { scene, side, random: source }: Setting): Standing[] {
  const random = source.fork('back');
  const { width, height, horizon } = scene;
  const many = clusters.length;
  return clusters.map((cluster, index) => {
    const { top } = reachOf(cluster);
    const { place, size } = cluster.host.wanted;
    const far = place === 'far' ? 0.72 : 1;
    const ashore = scene.ground === 'sea' && cluster.host.kind.id !== 'lighthouse' ? 0.5 : 0;
    const down = Math.max(ashore, random.between(0.06, 0.16) + (index % 2) * 0.07);
    const share = Math.min(0.5, 0.19 * cluster.host.kind.stature) * Math.max(0.6, Math.min(1.3, size)) * far;
    const crowd = 1 / (1 + 0.12 * (many - 1));
    const scale = (Math.min(height, width * 1.3) * share * crowd) / Math.max(top, 0.2);
    const spread = many <= 2 ? 0.5 + (index === 0 ? side : -side) * random.between(0.27, 0.34) : (index + 0.5) / many;
    const asked = place === 'left' ? 0.22 : place === 'right' ? 0.78 : place === 'middle' ? 0.5 : null;
    const x = width * (asked ?? spread + (many > 2 ? random.between(-0.04, 0.04) : 0));
    return { cluster, x, y: horizon + (height - horizon) * down, scale, plane: 'back' };
  });
}

/** In the air, in a loose line. */
export function layOutAir(clusters: readonly Cluster[], { scene, side, random: source, company }: Setting): Standing[] {
  const random = source.fork('air');
  const { width, height, horizon } = scene;
  const many = clusters.length;
  const alone = many === company;
  const total = clusters.reduce((sum, cluster) => sum + widthOf(cluster), 0);
  const tallest = Math.max(0.1, ...clusters.map((cluster) => reachOf(cluster).top));
  const share = (alone ? 0.46 : 0.24) * (many > 2 ? 0.7 : 1);
  const scale = Math.min((height * share) / tallest, (width * (many > 3 ? 1.3 : 0.84)) / Math.max(total, 0.1));
  return clusters.map((cluster, index) => {
    const { place, size } = cluster.host.wanted;
    const part = many === 1 ? 0.5 : (index + 0.5) / many;
    const lean = many === 1 ? -side * random.between(0.05, alone ? 0.14 : 0.24) : random.between(-0.025, 0.025);
    const asked = place === 'left' ? 0.24 : place === 'right' ? 0.76 : place === 'middle' ? 0.5 : null;
    // Many fly at two heights, so that they can be large and still do not hide each other.
    const zigzag = many > 3 ? (index % 2 === 0 ? -0.2 : 0.2) : 0;
    const wedge = zigzag + random.between(-0.07, 0.07);
    const middle = scene.ground === 'space' ? height * 0.5 : horizon * (alone ? 0.72 : 0.42);
    const { top } = reachOf(cluster);
    const near = scale * Math.max(0.5, Math.min(1.5, size)) * (place === 'far' ? 0.55 : place === 'near' ? 1.3 : 1);
    const y = middle + wedge * horizon + (top * near) / 2;
    return { cluster, x: width * (asked ?? part * 0.86 + 0.07 + lean), y, scale: near, plane: 'air' };
  });
}

/** Under water, at all heights. */
export function layOutSwimmers(
  clusters: readonly Cluster[],
  { scene, side, random: source, company }: Setting,
): Standing[] {
  const random = source.fork('swimmers');
  const { width, height } = scene;
  const many = clusters.length;
  const columns = Math.ceil(Math.sqrt(many * (width / height)));
  const rows = Math.ceil(many / columns);
  const cell = { width: (width * 0.92) / columns, height: (height * (company > many ? 0.56 : 0.74)) / rows };
  return clusters.map((cluster, index) => {
    const { left, right, top } = reachOf(cluster);
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, many - row * columns);
    const across = ((index % columns) + 0.5) / inRow;
    const size = Math.max(0.45, Math.min(1.3, cluster.host.wanted.size));
    const scale =
      Math.min((cell.width * 0.82) / (left + right), (cell.height * 0.8) / top) *
      (many === 1 ? 0.72 : 1) *
      Math.min(1, size);
    const lean = many === 1 ? -side * 0.06 : random.between(-0.05, 0.05) / columns;
    const y = height * 0.08 + cell.height * (row + 0.5) + (top * scale) / 2 + random.between(-0.06, 0.06) * cell.height;
    return {
      cluster,
      x: width * (0.04 + 0.92 * across + lean) + (row % 2) * cell.width * 0.1,
      y,
      scale,
      plane: 'water',
    };
  });
}
