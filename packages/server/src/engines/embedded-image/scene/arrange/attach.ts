import type { RelationKind } from '../../prompt/describing.js';
import { hasHands, isHandy } from '../catalogue/catalogue.js';
import type { Kind } from '../catalogue/kind.js';
import { type Cluster, join, type Piece, reachOf, scaleCluster } from './cluster.js';

/** One thing that is tied to another: which of how many, and a side to prefer (-1 left, 1 right). */
export interface Tie {
  child: Cluster;
  host: Piece;
  parent: Cluster;
  index: number;
  many: number;
  side: number;
}

/** What something can be in, and at what part of its height its edge is. */
const CONTAINERS: Readonly<Record<string, number>> = {
  boat: 0.3,
  ship: 0.4,
  canoe: 0.4,
  motorboat: 0.4,
  car: 0.45,
  jeep: 0.45,
  taxi: 0.45,
  truck: 0.45,
  cup: 0.6,
  bowl: 0.6,
  box: 0.55,
  basket: 0.55,
  bucket: 0.6,
  bathtub: 0.45,
  bed: 0.45,
  nest: 0.55,
  cart: 0.5,
  sled: 0.4,
  backpack: 0.7,
  gift: 0.7,
  jar: 0.55,
  amphora: 0.85,
  balloon: 0.1,
  tractor: 0.5,
  ufo: 0.5,
};
/** Animals that pictures show from the side, standing: they are ridden on the back, and wear hats in front. */
const MOUNTS: ReadonlySet<string> = new Set(
  `mouse rat hedgehog rabbit cat dog poodle labrador skunk badger sheep ram goat pig cow ox buffalo bison horse zebra deer llama camel dromedary giraffe
  elephant mammoth rhinoceros hippopotamus kangaroo tiger leopard turtle rooster duck swan goose turkey dodo crocodile dinosaur tyrannosaurus dragon snail unicorn`.split(
    /\s+/,
  ),
);
/** What floats at the end of a string. */
const STRINGS: ReadonlySet<string> = new Set(['party balloon', 'kite', 'balloon']);
const CROWNS: ReadonlySet<string> = new Set(['tree', 'pine', 'palm', 'christmas tree', 'bamboo']);

/** What ties a thing to another one, seen from the one that is moved; null where they only stand side by side. */
type Bond = 'on' | 'in' | 'worn' | 'held' | 'carried' | 'under' | 'above' | 'over' | 'behind' | 'before';

/** How two kinds are tied, and whether it is the second one that is moved. */
export function bondOf(kind: RelationKind, from: Kind, to: Kind): { bond: Bond; turned: boolean } | null {
  const isShelter = to.area !== 'air' && to.id !== 'umbrella' && to.stature >= from.stature * 1.25;
  switch (kind) {
    case 'on':
    case 'above':
    case 'behind':
      return { bond: kind, turned: false };
    case 'before':
      return from.stature > to.stature * 1.6 ? { bond: 'behind', turned: true } : { bond: 'before', turned: false };
    case 'under':
      return isShelter ? { bond: 'under', turned: false } : { bond: 'over', turned: true };
    case 'in':
      if (CONTAINERS[to.id] !== undefined || CROWNS.has(to.id)) return { bond: 'in', turned: false };
      if (to.area === 'head') return { bond: 'worn', turned: true };
      return to.area === 'back' ? { bond: 'before', turned: false } : null;
    case 'with':
      if (to.area === 'head') return { bond: 'worn', turned: true };
      if (to.id === 'umbrella') return { bond: 'held', turned: true };
      return isHandy(to) || STRINGS.has(to.id) ? { bond: 'carried', turned: true } : null;
    case 'left':
    case 'right':
    case 'beside':
    case 'between':
      return null;
  }
}

/** Moves the child to its place at the host. */
export function attach(bond: Bond, tie: Tie): void {
  switch (bond) {
    case 'on':
      return putOn(tie);
    case 'in':
      return CROWNS.has(tie.host.kind.id) ? putInCrown(tie) : putIn(tie);
    case 'worn':
      return putOnHead(tie);
    case 'held':
      return hold(tie);
    case 'carried':
      return carry(tie);
    case 'under':
      return putUnder(tie);
    case 'above':
      return putAbove(tie, 1.12);
    case 'over':
      return putAbove(tie, tie.child.host.kind.id === 'umbrella' ? 0.8 : 1.08);
    case 'behind':
      return putBehind(tie);
    case 'before':
      return putBefore(tie);
  }
}

/** Those that share a place stand side by side: -0.5 to 0.5. */
function slot({ index, many }: Tie): number {
  return many === 1 ? 0 : (index + 0.5) / many - 0.5;
}

function widthOf(cluster: Cluster): number {
  const { left, right } = reachOf(cluster);
  return left + right;
}

function limitHeight(cluster: Cluster, most: number): void {
  const { top } = reachOf(cluster);
  if (top > most) scaleCluster(cluster, most / top);
}

function putOn(tie: Tie): void {
  const { child, host, parent, many, side } = tie;
  if (child.host.height < host.height * 0.2) scaleCluster(child, (host.height * 0.2) / child.host.height);
  const crowded = (widthOf(child) * many) / (host.width * 1.05);
  // Half of it is made up for by a larger seat, the rest by a smaller rider.
  if (crowded > 1 && parent.pieces.length === 1 && many === 1) scaleCluster(parent, Math.min(1.8, crowded));
  const still = (widthOf(child) * many) / (host.width * 1.05);
  if (still > 1) scaleCluster(child, 1 / still);
  const { measure } = host;
  const alone = isSideways(host) ? backOf(host) : measure.art === null ? 0.5 + side * 0.08 : crestOf(host);
  const place = Math.max(0.08, Math.min(0.92, many === 1 ? alone : 0.5 + slot(tie) * 0.86));
  const across = host.across + (place - 0.5) * host.width;
  const up = host.up + host.height * (1 - topOf(host, place)) - child.host.height * (isSideways(host) ? 0.1 : 0.035);
  child.host.rest = 'thing';
  join(child, parent, { across, up, order: host.order + 1 });
}

function putIn(tie: Tie): void {
  const { child, host, parent, many } = tie;
  const edge = CONTAINERS[host.kind.id] ?? 0.5;
  const crowded = (widthOf(child) * many) / (host.width * 0.8);
  if (crowded > 1) scaleCluster(child, 1 / crowded);
  limitHeight(child, host.height * 1.1);
  const across = host.across + slot(tie) * host.width * 0.7;
  // What is in it is drawn first, so that its lower part is hidden.
  const sunk = host.height * edge - child.host.height * 0.34;
  // What is open at the top hides no more than half of what looks out of it.
  const up =
    host.up + Math.max(host.height * 0.12, edge > 0.5 ? Math.max(sunk, host.height - child.host.height * 0.55) : sunk);
  child.host.rest = 'thing';
  join(child, parent, { across, up, order: host.order - 1 });
}

function putInCrown(tie: Tie): void {
  const { child, host, parent, many } = tie;
  limitHeight(child, host.height * 0.3);
  if (child.host.height < host.height * 0.2) scaleCluster(child, (host.height * 0.2) / child.host.height);
  const across = host.across + (many === 1 ? tie.side * 0.14 : slot(tie) * 0.6) * host.width;
  child.host.rest = 'thing';
  join(child, parent, { across, up: host.up + host.height * (0.5 + 0.12 * (tie.index % 2)), order: host.order + 1 });
}

/** A hat: on the head of the one who wears it. */
function putOnHead({ child, host, parent }: Tie): void {
  const { measure, mirrored } = host;
  scaleCluster(child, (host.width * (isSideways(host) ? 0.36 : measure.art === null ? 0.42 : 0.6)) / child.host.width);
  const head = mirrored ? 1 - measure.head : measure.head;
  const across = host.across + (head - 0.5) * host.width;
  const up = host.up + host.height * (1 - measure.topAt(measure.head)) - child.host.height * 0.3;
  child.host.rest = 'thing';
  join(child, parent, { across, up, order: host.order + 1 });
}

/** An umbrella: over the one who has it. */
function hold({ child, host, parent }: Tie): void {
  scaleCluster(child, Math.max(0.5, Math.min(1.6, (host.width * 1.25) / widthOf(child))));
  child.host.rest = 'thing';
  join(child, parent, { across: host.across, up: host.up + host.height * 0.6, order: host.order - 1 });
}

/** In the hand, or at the end of a string. */
function carry(tie: Tie): void {
  const { child, host, parent, side, index } = tie;
  const floats = STRINGS.has(child.host.kind.id);
  limitHeight(child, host.height * (floats ? 0.7 : 0.5));
  const aside = index % 2 === 0 ? side : -side;
  const across = host.across + aside * (host.width * 0.42 + widthOf(child) * (floats ? 0.1 : 0.3));
  const up = host.up + host.height * (floats ? 0.72 : hasHands(host.kind) ? 0.16 : 0.01);
  child.host.rest = floats ? 'air' : 'thing';
  join(child, parent, { across, up, order: host.order + 1 });
}

function putUnder(tie: Tie): void {
  const { child, host, parent, side } = tie;
  limitHeight(child, host.height * 0.5);
  const across = host.across + (tie.many === 1 ? side * 0.12 : slot(tie) * 0.9) * host.width;
  join(child, parent, { across, up: host.up - host.height * 0.03, order: host.order + 1 });
}

/** In the air over the host. */
function putAbove(tie: Tie, over: number): void {
  const { child, host, parent } = tie;
  const crowded = (widthOf(child) * tie.many) / Math.max(host.width * 2.2, 0.8);
  if (crowded > 1) scaleCluster(child, 1 / crowded);
  limitHeight(child, Math.max(host.height * 1.2, 0.5));
  const across = host.across + slot(tie) * widthOf(child) * tie.many * 1.15;
  child.host.rest = 'air';
  join(child, parent, { across, up: host.up + host.height * over, order: host.order + 2 });
}

/** Behind and to one side, so that it can be seen. */
function putBehind(tie: Tie): void {
  const { child, host, parent, side, index, many } = tie;
  scaleCluster(child, 0.86);
  const wide = widthOf(child);
  const aside = index % 2 === 0 ? side : -side;
  const high = reachOf(child).top > host.height * 1.35;
  const shift = high && many === 1 ? 0.12 * wide : host.width * 0.5 + wide * (0.12 + Math.floor(index / 2) * 0.7);
  join(child, parent, {
    across: host.across + aside * shift,
    up: host.up + host.height * 0.06 + 0.04,
    order: host.order - 1,
  });
}

/** In front and a little aside, low enough to leave the host visible. */
function putBefore(tie: Tie): void {
  const { child, host, parent, side, many } = tie;
  limitHeight(child, host.height * 0.62);
  const wide = widthOf(child);
  const single = side * Math.max(0.16 * host.width, (wide - host.width) * 0.5);
  const shift = many === 1 ? single : slot(tie) * wide * many * 1.05;
  join(child, parent, {
    across: host.across + shift,
    up: host.up - 0.06 - host.height * 0.03,
    order: host.order + 1,
  });
}

/** Part of the height that is free above a thing at a place across, as it is turned. */
function topOf({ measure, mirrored }: Piece, place: number): number {
  return measure.topAt(mirrored ? 1 - place : place);
}

/** Whether it is an animal seen from the side. */
function isSideways({ measure, kind }: Piece): boolean {
  return measure.head !== 0.5 && MOUNTS.has(kind.id);
}

/** The middle of an animal's back. */
function backOf({ mirrored }: Piece): number {
  return mirrored ? 0.4 : 0.6;
}

function crestOf({ measure, mirrored }: Piece): number {
  return mirrored ? 1 - measure.crest : measure.crest;
}
