import type { ColourName } from '../colour.js';
import type { Random } from '../random.js';
import type { Ground, SkyThing, Subject, Time, Weather } from './vocabulary.js';

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
  weather: Weather | null;
  ground: Ground;
  groundColour: ColourName | null;
  /** Height of the horizon, in pixels from the top. */
  horizon: number;
  sky: Hung[];
  items: Placed[];
  /** Colours of the whole, strongest first. */
  colours: ColourName[];
  /** Colours that no default may use. */
  unwanted: ReadonlySet<string>;
  random: Random;
}

/** One thing in the picture: where it stands (centre of its foot), how tall, which way. In pixels. */
export interface Placed {
  /** A subject, or `shape` for a word that the painter does not know. */
  what: Subject | 'shape';
  /** The unknown word: it decides the form of a `shape`. */
  word: string;
  colour: ColourName | null;
  x: number;
  y: number;
  height: number;
  flip: boolean;
  random: Random;
}
