import type { ColourName } from '../colour.js';
import type { Random } from '../random.js';
import type { Art, ArtSet } from '../scene/art/art-pack.js';
import type { Kind } from '../scene/catalogue/kind.js';
import type { Ground, Season, SkyThing, Time, Weather } from './surroundings.js';
import type { Relation, Wish } from './wishes.js';

/** Something in the sky with its place, in pixels. */
export interface Hung {
  what: SkyThing;
  colour: ColourName | null;
  x: number;
  y: number;
  radius: number;
}

/** A picture before it is drawn: everything is decided here, by wishes and seed. */
export interface Scene {
  width: number;
  height: number;
  time: Time;
  season: Season | null;
  weather: Weather | null;
  ground: Ground;
  groundColour: ColourName | null;
  /** What is seen far behind that ground. */
  backdrop: Ground | null;
  /** Height of the horizon, in pixels from the top. */
  horizon: number;
  sky: Hung[];
  /** From the farthest to the nearest. */
  items: Placed[];
  /** What was asked for, item by item, and how one is to stand to another: what captions tell. */
  wished: { subjects: readonly Wish<string>[]; relations: readonly Relation[] };
  /** Colours of the whole, strongest first. */
  colours: ColourName[];
  /** Colours that no default may use. */
  unwanted: ReadonlySet<string>;
  /** The picture set that things are taken from where it has them. */
  art: ArtSet;
  random: Random;
}

/** What a thing in the picture touches. */
export type Rest = 'ground' | 'water' | 'air' | 'thing';

/** One thing in the picture: where it stands (centre of its foot), how large, which way. In pixels. */
export interface Placed {
  /** The id of a kind, or `shape` for a word that the painter does not know. */
  what: string;
  /** The unknown word: it decides the form of a `shape`. */
  word: string;
  colour: ColourName | null;
  x: number;
  y: number;
  width: number;
  height: number;
  flip: boolean;
  rest: Rest;
  /** How far away it is: 0 near, 1 at the horizon. */
  distance: number;
  /** Its picture; null when it is drawn. */
  art: Art | null;
  /** How much of it the picture shows. */
  shows: Kind['shows'];
  /** Which wish it fulfils: the place of that wish in the list of subjects; -1 for a shape. */
  wish: number;
  random: Random;
}
