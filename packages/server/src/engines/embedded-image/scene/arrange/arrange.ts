import type { Placed, Scene } from '../../prompt/composition.js';
import type { Wishes } from '../../prompt/wishes.js';
import { buildClusters } from './build-clusters.js';
import type { Cluster } from './cluster.js';
import { keepInside } from './keep-inside.js';
import { layOutAir, layOutBack, layOutRows, layOutSwimmers, type Standing } from './lay-out.js';
import { sortIntoPlanes } from './planes.js';
import { wantedOf } from './wanted.js';

/** Gives every wished thing its place, from the farthest to the nearest. `side` is where the lamp hangs: -1 left, 1 right. */
export function arrange(wishes: Wishes, scene: Scene, side: number): Placed[] {
  const clusters = buildClusters(wantedOf(wishes), wishes.relations, scene, side);
  const planes = sortIntoPlanes(clusters, scene);
  const setting = { scene, side, random: scene.random.fork('places'), company: clusters.free.length };
  const floats = scene.ground === 'underwater';
  const standing = [
    ...layOutBack(planes.back, setting),
    ...layOutAir(planes.air, setting),
    ...(floats ? layOutSwimmers(planes.water, setting) : layOutRows(planes.water, { ...setting, afloat: true })),
    ...layOutRows(planes.front, { ...setting, afloat: false }),
  ];
  for (const each of standing) keepInside(each, scene);
  return standing
    .toSorted((first, second) => layerOf(first) - layerOf(second) || first.y - second.y)
    .flatMap((each) => placeAll(each, scene));
}

/** What hangs in the air is behind what stands, unless it stands far away itself. */
function layerOf({ plane }: Standing): number {
  return plane === 'back' ? 0 : plane === 'air' ? 1 : 2;
}

function placeAll({ cluster, x, y, scale, plane }: Standing, scene: Scene): Placed[] {
  const { height, horizon } = scene;
  const distance = plane === 'air' ? 0.25 : Math.max(0, Math.min(1, 1 - (y - horizon) / Math.max(1, height - horizon)));
  const rest =
    plane === 'air' || (plane === 'water' && scene.ground === 'underwater')
      ? 'air'
      : plane === 'water'
        ? 'water'
        : 'ground';
  return ordered(cluster).map((piece) => ({
    what: piece.wanted.what,
    word: piece.wanted.word,
    colour: piece.wanted.colour,
    x: x + piece.across * scale,
    y: y - piece.up * scale,
    width: piece.width * scale,
    height: piece.height * scale,
    flip: piece.mirrored,
    rest: piece.rest ?? rest,
    distance,
    art: piece.measure.art,
    shows: piece.kind.shows,
    wish: piece.wanted.wish,
    random: piece.random,
  }));
}

function ordered({ pieces }: Cluster): Cluster['pieces'] {
  return pieces.toSorted((first, second) => first.order - second.order || second.up - first.up);
}
