import { COLOURS, type ColourName } from '../colour.js';
import type { Scene } from '../prompt/composition.js';
import type { RelationKind } from '../prompt/describing.js';
import {
  GROUNDS,
  type Ground,
  SEASONS,
  type Season,
  TIMES,
  type Time,
  WEATHERS,
  type Weather,
} from '../prompt/surroundings.js';
import { noWishes, type Wish, type Wishes } from '../prompt/wishes.js';
import { createRandom, type Random } from '../random.js';
import type { ArtSet } from './art/art-pack.js';
import { captionOf, subjectsIn, surroundingsIn } from './caption.js';
import { KINDS, kindOf } from './catalogue/catalogue.js';
import { createScene } from './create-scene.js';

/** A scene that nobody asked for, and words for it: what a model that draws from words can learn from. */
export interface Sample {
  scene: Scene;
  /** All that is in it. */
  caption: string;
  /** The same as people would put it: other words, another order, some things unsaid; now and then nothing at all. */
  loose: string;
}

/** In pixels. */
export interface SampleSize {
  width: number;
  height: number;
}

const SETS: readonly ArtSet[] = ['model', 'model', 'flat', 'cartoon'];
const RELATIONS: readonly RelationKind[] = [
  'on',
  'under',
  'left',
  'right',
  'behind',
  'before',
  'beside',
  'above',
  'in',
];
/** Part of the loose captions that are empty: guidance needs pictures without words. */
const SILENT = 0.12;

/** Makes one scene of a seed; the same seed gives the same scene and words. Sides of 64 pixels at least. */
export function sampleScene(seed: string, { width, height }: SampleSize): Sample {
  const random = createRandom(`sample ${seed}`);
  const scene = createScene(wishAtRandom(random.fork('wishes')), width, height, random.fork('scene'));
  return { scene, caption: captionOf(scene), loose: loosely(scene, random.fork('words')) };
}

function wishAtRandom(random: Random): Wishes {
  const wishes = noWishes();
  const kinds = 1 + (random.chance(0.55) ? 1 : 0) + (random.chance(0.15) ? 1 : 0);
  while (wishes.subjects.length < kinds) {
    const kind = anyOf(KINDS, random);
    if (!wishes.subjects.some(({ what }) => what === kind.id)) wishes.subjects.push(wishFor(kind.id, random));
  }
  if (kinds > 1 && random.chance(0.7)) wishes.relations.push({ from: 0, kind: anyOf(RELATIONS, random), to: 1 });
  if (random.chance(0.7)) wishes.ground = { what: anyOf(Object.keys(GROUNDS) as Ground[], random), colour: null };
  if (random.chance(0.6)) wishes.time = anyOf(Object.keys(TIMES) as Time[], random);
  if (random.chance(0.2)) wishes.season = anyOf(Object.keys(SEASONS) as Season[], random);
  if (random.chance(0.2)) wishes.weather = anyOf(Object.keys(WEATHERS) as Weather[], random);
  wishes.art = anyOf(SETS, random);
  return wishes;
}

function wishFor(what: string, random: Random): Wish<string> {
  const colour = random.chance(0.35) ? anyOf(Object.keys(COLOURS) as ColourName[], random) : null;
  const count = random.chance(0.7) ? 1 : 2 + random.int(4);
  const size = random.chance(0.75) ? 1 : anyOf([0.5, 0.7, 1.3, 1.6], random);
  return { what, colour, count, size, place: null, pose: null };
}

function loosely(scene: Scene, random: Random): string {
  if (random.chance(SILENT)) return '';
  const things = subjectsIn(scene, (kind) =>
    random.chance(0.3) ? anyOf([kind, ...kindOf(kind).words], random) : kind,
  );
  const around = surroundingsIn(scene).filter(() => random.chance(0.6));
  const all = [...things, ...around];
  if (!random.chance(0.3)) return all.join(', ');
  return all
    .map((phrase) => ({ phrase, place: random.next() }))
    .toSorted((first, second) => first.place - second.place)
    .map(({ phrase }) => phrase)
    .join(', ');
}

function anyOf<Item>(items: readonly Item[], random: Random): Item {
  const chosen = items[random.int(items.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}
