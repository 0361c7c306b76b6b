import type { ColourName } from '../colour.js';
import type { Ground, Meaning, Place, SkyThing, Subject, Time, Weather } from './vocabulary.js';

/** A thing that the prompt asks for. */
export interface Wish<Id extends string> {
  what: Id;
  colour: ColourName | null;
  count: number;
  /** Factor on the usual size. */
  size: number;
  place: Place | null;
}

/** What was understood of a prompt. */
export interface Wishes {
  subjects: Wish<Subject>[];
  sky: Wish<SkyThing>[];
  ground: { what: Ground; colour: ColourName | null } | null;
  time: Time | null;
  weather: Weather | null;
  styles: string[];
  /** Colours that belong to no thing that was named. */
  colours: ColourName[];
  /** Words without a meaning here; they become shapes. */
  unknown: { word: string; colour: ColourName | null }[];
  /** Everything to leave out: meanings as `sort:id`, and unknown words. */
  unwanted: Set<string>;
}

/** How an unwanted thing is remembered. */
export function keyOf(meaning: Meaning | undefined, word: string): string {
  if (meaning === undefined || !('id' in meaning)) return word;
  return `${meaning.sort}:${meaning.id}`;
}
