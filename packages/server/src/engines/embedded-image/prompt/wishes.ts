import type { ColourName } from '../colour.js';
import type { ArtSet } from '../scene/art/art-pack.js';
import type { Place, Pose, RelationKind } from './describing.js';
import type { Meaning } from './meaning.js';
import type { Ground, Season, SkyThing, Time, Weather } from './surroundings.js';

/** A thing that the prompt asks for. */
export interface Wish<Id extends string> {
  what: Id;
  colour: ColourName | null;
  count: number;
  /** Factor on the usual size. */
  size: number;
  place: Place | null;
  pose: Pose | null;
}

/** How one wished thing is to stand to another; both are places in the list of subjects. */
export interface Relation {
  from: number;
  kind: RelationKind;
  to: number;
}

/** What was understood of a prompt. */
export interface Wishes {
  subjects: Wish<string>[];
  relations: Relation[];
  sky: Wish<SkyThing>[];
  ground: { what: Ground; colour: ColourName | null } | null;
  /** What is seen far behind that ground. */
  backdrop: Ground | null;
  time: Time | null;
  season: Season | null;
  weather: Weather | null;
  styles: string[];
  /** The manner of the things themselves, where words ask for one. */
  art: ArtSet | null;
  /** Colours that belong to no thing that was named. */
  colours: ColourName[];
  /** Words without a meaning here. Where nothing else is asked for they become shapes. */
  unknown: { word: string; colour: ColourName | null }[];
  /** Words that were not known and were read as the nearest one that is. */
  readAs: { word: string; as: string }[];
  /** Everything to leave out: meanings as `sort:id`, and unknown words. */
  unwanted: Set<string>;
}

/** Wishes for nothing. */
export function noWishes(): Wishes {
  return {
    subjects: [],
    relations: [],
    sky: [],
    ground: null,
    backdrop: null,
    time: null,
    season: null,
    weather: null,
    styles: [],
    art: null,
    colours: [],
    unknown: [],
    readAs: [],
    unwanted: new Set(),
  };
}

/** How an unwanted thing is remembered; null for a word that names none. */
export function keyOf(meaning: Meaning | undefined, word: string): string | null {
  if (meaning === undefined || meaning.sort === 'filler') return word;
  return 'id' in meaning ? `${meaning.sort}:${meaning.id}` : null;
}
