import { createRandom } from '../random.js';
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

/** Gives every wished thing its place. `side` is where the lamp hangs: scenery prefers the other side. */
export function arrange(wishes: Wishes, scene: Scene, side: number): Placed[] {
  const wanted = [...wishes.subjects, ...shapesOf(wishes)];
  const areas: Record<Area, (Wish<Subject | 'shape'> & { word: string })[]> = {
    front: [],
    back: [],
    air: [],
    water: [],
  };
  let total = 0;
  for (const wish of wanted) {
    const area = AREAS[wish.what] ?? 'front';
    for (let index = 0; index < wish.count && total < MOST_ITEMS; index++, total++) {
      areas[scene.ground === 'space' || scene.ground === 'underwater' ? floating(area) : area].push({
        word: '',
        ...wish,
      });
    }
  }
  const placed = (Object.keys(areas) as Area[]).flatMap((area) =>
    areas[area].map((wish, index) => put(wish, area, index, areas, scene, side)),
  );
  return placed.sort((first, second) => first.y - second.y);
}

function floating(area: Area): Area {
  return area === 'back' ? 'front' : area;
}

/** Unknown words become up to five shapes, when nothing better fills the picture up to two. */
function shapesOf({ unknown, subjects }: Wishes): (Wish<'shape'> & { word: string })[] {
  const room = subjects.length === 0 ? 5 : subjects.length === 1 ? 2 : 1;
  return unknown
    .slice(0, room)
    .map(({ word, colour }) => ({ what: 'shape', word, colour, count: 1, size: 1, place: null }));
}

function put(
  wish: Wish<Subject | 'shape'> & { word: string },
  area: Area,
  index: number,
  areas: Record<Area, unknown[]>,
  scene: Scene,
  side: number,
): Placed {
  const { width, height, horizon } = scene;
  const random = createRandom(`${scene.random.fork('place').next()} ${area} ${index} ${wish.what}`);
  const many = areas[area].length;
  const alone = many === Object.values(areas).reduce((sum, list) => sum + list.length, 0);
  const stature = (STATURE[wish.what] ?? 1) * wish.size;
  const crowd = 1 / (1 + 0.2 * (many - 1));
  const tall = Math.min(height, width * 1.25);
  const spread = many === 1 ? 0 : ((index + 0.5) / many - 0.5) * 0.78;
  const jitter = random.between(-0.04, 0.04);
  const near = wish.place === 'near' ? 1.35 : wish.place === 'far' ? 0.5 : 1;
  const at = (x: number, y: number, part: number): Placed => ({
    what: wish.what,
    word: wish.word,
    colour: wish.colour,
    x: width * (wish.place === 'left' ? 0.25 : wish.place === 'right' ? 0.75 : Math.max(0.12, Math.min(0.88, x))),
    y,
    height: Math.max(4, Math.min(height * 0.86, tall * part * stature * near)),
    flip: area === 'front' && many === 1 ? side < 0 : random.chance(0.5),
    random,
  });
  const depth = height - horizon;
  switch (area) {
    case 'front': {
      const row = many > 4 ? index % 2 : 0;
      const y =
        wish.place === 'far'
          ? horizon + depth * 0.3
          : horizon + depth * (0.8 - row * 0.32 + random.between(-0.04, 0.04));
      const lean = many === 1 ? -side * 0.1 : 0;
      if (scene.ground === 'space')
        return at(0.5 + spread + lean + jitter, height * random.between(0.68, 0.84), 0.42 * crowd);
      return at(0.5 + spread + lean + jitter, y, 0.54 * crowd);
    }
    case 'back': {
      const x = alone
        ? 0.5 + spread + jitter - (many === 1 ? side * 0.12 : 0)
        : 0.5 - side * 0.31 + (index % 2 === 0 ? 0 : side * 0.62) + jitter * 2;
      const ashore = scene.ground === 'sea' && wish.what !== 'lighthouse';
      const down = ashore ? random.between(0.66, 0.76) : alone ? random.between(0.3, 0.5) : random.between(0.1, 0.2);
      return at(x, horizon + depth * down, (alone ? 0.56 : 0.4) * crowd);
    }
    case 'air': {
      const x = 0.5 + spread - (many === 1 ? side * 0.16 : 0) + jitter;
      return at(
        x,
        height * (alone ? random.between(0.5, 0.62) : random.between(0.28, 0.48)),
        (alone ? 0.4 : 0.24) * crowd,
      );
    }
    case 'water': {
      const y =
        scene.ground === 'underwater'
          ? height * random.between(0.4, 0.75)
          : horizon + depth * random.between(0.25, 0.5);
      return at(0.5 + spread - (many === 1 ? side * 0.1 : 0) + jitter, y, (alone ? 0.5 : 0.32) * crowd);
    }
  }
}
