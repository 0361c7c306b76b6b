import type { Random } from '../random.js';
import type { Placed, Scene } from './composition.js';
import type { Subject } from './vocabulary.js';
import type { Wish, Wishes } from './wishes.js';

type Area = 'front' | 'back' | 'air' | 'water';

const AREAS: Partial<Record<Subject | 'shape', Area>> = {
  tree: 'back',
  pine: 'back',
  palm: 'back',
  house: 'back',
  castle: 'back',
  lighthouse: 'back',
  tower: 'back',
  butterfly: 'air',
  balloon: 'air',
  rocket: 'air',
  heart: 'air',
  ghost: 'air',
  boat: 'water',
  whale: 'water',
  fish: 'water',
};
/** Tall things look right a little larger, small ones a little smaller. */
const STATURE: Partial<Record<Subject | 'shape', number>> = {
  bird: 0.75,
  fish: 0.6,
  rabbit: 0.8,
  butterfly: 0.7,
  mushroom: 0.75,
  flower: 0.85,
  apple: 0.65,
  cup: 0.7,
  car: 0.6,
  whale: 0.75,
  boat: 1,
  castle: 1.15,
  lighthouse: 1.25,
  tower: 1.3,
  tree: 1.2,
  pine: 1.2,
  palm: 1.2,
  shape: 0.7,
};
const MOST_ITEMS = 24;

type Wanted = Wish<Subject | 'shape'> & { word: string };

/** What the place of one thing depends on. */
interface Setting {
  scene: Scene;
  wish: Wanted;
  /** Where the lamp hangs: -1 left, 1 right; scenery prefers the other side. */
  side: number;
  index: number;
  /** How many share this area. */
  many: number;
  /** Whether there is nothing outside this area. */
  alone: boolean;
  random: Random;
}

/** Where something stands: parts of the width, pixels from the top, part of the usual height. */
interface Spot {
  x: number;
  y: number;
  size: number;
}

/** Gives every wished thing its place. `side` is where the lamp hangs. */
export function arrange(wishes: Wishes, scene: Scene, side: number): Placed[] {
  const areas: Record<Area, Wanted[]> = { front: [], back: [], air: [], water: [] };
  let total = 0;
  for (const wish of [...wishes.subjects.map((subject) => ({ ...subject, word: '' })), ...shapesOf(wishes)]) {
    const area = areaOf(wish.what, scene);
    for (let left = wish.count; left > 0 && total < MOST_ITEMS; left--, total++) areas[area].push(wish);
  }
  const placed = (Object.keys(areas) as Area[]).flatMap((area) => {
    const many = areas[area].length;
    return areas[area].map((wish, index) => {
      const random = scene.random.fork(`place ${area} ${index} ${wish.what}`);
      return put(area, { scene, wish, side, index, many, alone: many === total, random });
    });
  });
  return placed.sort((first, second) => first.y - second.y);
}

function areaOf(what: Subject | 'shape', { ground }: Scene): Area {
  const area = AREAS[what] ?? 'front';
  return area === 'back' && (ground === 'space' || ground === 'underwater') ? 'front' : area;
}

/** Unknown words become up to five shapes, or one or two beside what is known. */
function shapesOf({ unknown, subjects }: Wishes): Wanted[] {
  const room = subjects.length === 0 ? 5 : subjects.length === 1 ? 2 : 1;
  return unknown
    .slice(0, room)
    .map(({ word, colour }) => ({ what: 'shape', word, colour, count: 1, size: 1, place: null }));
}

function put(area: Area, setting: Setting): Placed {
  const { scene, wish, side, many, random } = setting;
  const { width, height } = scene;
  const spot = SPOTS[area](setting);
  const x = wish.place === 'left' ? 0.25 : wish.place === 'right' ? 0.75 : Math.max(0.12, Math.min(0.88, spot.x));
  const near = wish.place === 'near' ? 1.35 : wish.place === 'far' ? 0.5 : 1;
  const crowd = 1 / (1 + 0.2 * (many - 1));
  const tall = Math.min(height, width * 1.25) * spot.size * crowd * (STATURE[wish.what] ?? 1) * wish.size * near;
  return {
    what: wish.what,
    word: wish.word,
    colour: wish.colour,
    x: width * x,
    y: spot.y,
    height: Math.max(4, Math.min(height * 0.86, tall)),
    flip: area === 'front' && many === 1 ? side < 0 : random.chance(0.5),
    random,
  };
}

const SPOTS: Record<Area, (setting: Setting) => Spot> = { front: inFront, back: behind, air: aloft, water: afloat };

/** Side by side with those of the same area, with a little disorder. */
function abreast({ index, many, random }: Setting): number {
  const spread = many === 1 ? 0 : ((index + 0.5) / many - 0.5) * 0.78;
  return 0.5 + spread + random.between(-0.04, 0.04);
}

function inFront(setting: Setting): Spot {
  const { scene, wish, side, index, many, random } = setting;
  const x = abreast(setting) - (many === 1 ? side * 0.1 : 0);
  if (scene.ground === 'space') return { x, y: scene.height * random.between(0.68, 0.84), size: 0.42 };
  const row = many > 4 ? index % 2 : 0;
  const down = wish.place === 'far' ? 0.3 : 0.8 - row * 0.32 + random.between(-0.04, 0.04);
  return { x, y: groundAt(scene, down), size: 0.54 };
}

function behind(setting: Setting): Spot {
  const { scene, wish, side, index, many, alone, random } = setting;
  const aside = 0.5 - side * 0.31 + (index % 2 === 0 ? 0 : side * 0.62) + random.between(-0.08, 0.08);
  const x = alone ? abreast(setting) - (many === 1 ? side * 0.12 : 0) : aside;
  // On the shore of a sea, not in it; a lighthouse brings its own rock.
  const ashore = scene.ground === 'sea' && wish.what !== 'lighthouse';
  const down = ashore ? random.between(0.66, 0.76) : alone ? random.between(0.3, 0.5) : random.between(0.1, 0.2);
  return { x, y: groundAt(scene, down), size: alone ? 0.56 : 0.4 };
}

function aloft(setting: Setting): Spot {
  const { scene, side, many, alone, random } = setting;
  const down = alone ? random.between(0.5, 0.62) : random.between(0.28, 0.48);
  const x = abreast(setting) - (many === 1 ? side * 0.16 : 0);
  return { x, y: scene.height * down, size: alone ? 0.4 : 0.24 };
}

function afloat(setting: Setting): Spot {
  const { scene, side, many, alone, random } = setting;
  const x = abreast(setting) - (many === 1 ? side * 0.1 : 0);
  const under = scene.ground === 'underwater';
  const y = under ? scene.height * random.between(0.4, 0.75) : groundAt(scene, random.between(0.25, 0.5));
  return { x, y, size: alone ? 0.5 : 0.32 };
}

/** Pixels from the top; 0 is the horizon, 1 the lower edge. */
function groundAt({ height, horizon }: Scene, down: number): number {
  return horizon + (height - horizon) * down;
}
