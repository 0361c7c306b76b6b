import type { Scene } from '../../prompt/composition.js';
import type { Relation } from '../../prompt/wishes.js';
import { kindOf } from '../catalogue/catalogue.js';
import { attach, bondOf } from './attach.js';
import type { Cluster, Piece } from './cluster.js';
import { measure } from './measure.js';
import type { Wanted } from './wanted.js';

/** Those that stand side by side, the left one first. */
export interface Row {
  left: number;
  right: number;
}

/** All things, those tied together in one cluster each, and who stands left of whom. */
export interface Clusters {
  free: Cluster[];
  rows: Row[];
  /** Those that stand in the middle (left) of several of another kind (right). */
  amid: Row[];
}

/** Makes a cluster of every thing and ties together what the relations tie. `side` is where the lamp hangs. */
export function buildClusters(
  wanted: readonly Wanted[],
  relations: readonly Relation[],
  scene: Scene,
  side: number,
): Clusters {
  const byWish = new Map<number, Cluster[]>();
  const free = wanted.flatMap((each) =>
    Array.from({ length: each.count }, (_, index) => {
      const cluster = clusterOf(each, index, scene, side);
      if (each.wish >= 0) byWish.set(each.wish, [...(byWish.get(each.wish) ?? []), cluster]);
      return cluster;
    }),
  );
  const homes = new Map(free.map((cluster) => [cluster.host, cluster]));
  const rows: Row[] = [];
  for (const { from, kind, to } of relations) {
    const [first, second] = [byWish.get(from), byWish.get(to)];
    if (!first?.[0] || !second?.[0]) continue;
    const tied = bondOf(kind, first[0].host.kind, second[0].host.kind);
    if (tied === null) {
      const reversed = kind === 'right' || (kind !== 'left' && side < 0);
      if (kind !== 'in' && kind !== 'with' && kind !== 'between')
        rows.push(reversed ? { left: to, right: from } : { left: from, right: to });
      continue;
    }
    const [children, hosts] = tied.turned ? [second, first] : [first, second];
    tie(children, hosts, tied.bond, { homes, free, side });
  }
  const between = relations.filter(({ kind }) => kind === 'between');
  const amid = between.length === 1 ? between.map(({ from, to }) => ({ left: from, right: to })) : [];
  return { free, rows: betweenRows(rows, relations), amid };
}

interface Ties {
  homes: Map<Piece, Cluster>;
  free: Cluster[];
  side: number;
}

function tie(
  children: readonly Cluster[],
  hosts: readonly Cluster[],
  bond: Parameters<typeof attach>[0],
  { homes, free, side }: Ties,
): void {
  for (const [index, child] of children.entries()) {
    const host = hosts[index % hosts.length];
    const parent = host && homes.get(host.host);
    // What hangs on another thing already, or on itself over some corners, stays where it is.
    if (!host || !parent || homes.get(child.host) !== child || parent === child) continue;
    const many = Math.ceil((children.length - (index % hosts.length)) / hosts.length);
    attach(bond, { child, host: host.host, parent, index: Math.floor(index / hosts.length), many, side });
    for (const piece of child.pieces) homes.set(piece, parent);
    free.splice(free.indexOf(child), 1);
  }
}

/** "Between two" is left of one and right of the other. */
function betweenRows(rows: readonly Row[], relations: readonly Relation[]): Row[] {
  const between = relations.filter(({ kind }) => kind === 'between');
  const [first, second] = between;
  if (!first || !second || first.from !== second.from) return [...rows];
  return [...rows, { left: first.to, right: first.from }, { left: first.from, right: second.to }];
}

function clusterOf(wanted: Wanted, index: number, scene: Scene, side: number): Cluster {
  const kind = kindOf(wanted.what);
  const form = measure(kind, scene.art);
  const random = scene.random.fork(`thing ${wanted.wish} ${wanted.word} ${index} ${wanted.what}`);
  const height = kind.stature * wanted.size * (wanted.count > 1 ? random.between(0.93, 1.07) : 1);
  const host: Piece = {
    wanted,
    kind,
    measure: form,
    across: 0,
    up: 0,
    width: height * form.aspect,
    height,
    order: 0,
    rest: null,
    mirrored: wanted.count > 1 ? random.chance(0.5) : side < 0,
    random,
  };
  return { host, pieces: [host] };
}
