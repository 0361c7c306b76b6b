import { ANIMALS, PEOPLE } from './creatures.js';
import { FOOD } from './food.js';
import type { Kind } from './kind.js';
import { OBJECTS } from './objects.js';
import { PLACES } from './places.js';

/** Every kind of thing that a scene can hold. */
export const KINDS: readonly Kind[] = [...ANIMALS, ...PEOPLE, ...PLACES, ...FOOD, ...OBJECTS];

const BY_ID = new Map(KINDS.map((kind) => [kind.id, kind]));

/** A word that is not known becomes a form of its own; it stands like something small. */
const SHAPE: Kind = {
  id: 'shape',
  emoji: '',
  pictured: false,
  shows: 'all',
  stature: 0.6,
  area: 'ground',
  home: null,
  words: [],
};

/** The kind of that name. */
export function kindOf(id: string): Kind {
  return BY_ID.get(id) ?? SHAPE;
}

const GROUPS: ReadonlyMap<string, readonly Kind[]> = new Map([
  ...['animal', 'animals', 'creature', 'creatures'].map((word) => [word, ANIMALS] as const),
  ...['person', 'persons', 'people', 'human', 'humans'].map((word) => [word, PEOPLE] as const),
  ['food', FOOD],
  ['objects', OBJECTS],
  ['buildings', PLACES.filter(({ area }) => area === 'back')],
]);

/** The kinds that a word for many stands for, such as "animals"; none for any other word. */
export function groupOf(word: string): readonly Kind[] {
  return GROUPS.get(word) ?? [];
}

/** Whether it is something that one can have in one's hand. */
export function isHandy({ id, stature }: Kind): boolean {
  return stature <= 0.76 && HANDY.has(id);
}

/** Whether it holds things up; others have them at their feet. */
export function hasHands({ id }: Kind): boolean {
  return HANDS.has(id);
}

const HANDS: ReadonlySet<string> = new Set([
  ...PEOPLE.map(({ id }) => id),
  'snowman',
  'monkey',
  'gorilla',
  'ghost',
  'fairy',
  'genie',
  'superhero',
]);
const HANDY: ReadonlySet<string> = new Set([...OBJECTS, ...FOOD].map(({ id }) => id));
