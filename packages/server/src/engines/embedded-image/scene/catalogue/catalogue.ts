import { CREATURES } from './creatures.js';
import { FOOD } from './food.js';
import type { Kind } from './kind.js';
import { OBJECTS } from './objects.js';
import { PLACES } from './places.js';

/** Every kind of thing that a scene can hold. */
export const KINDS: readonly Kind[] = [...CREATURES, ...PLACES, ...FOOD, ...OBJECTS];

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
