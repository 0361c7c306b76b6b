import type { Ground } from '../../prompt/surroundings.js';

/** Where a kind of thing usually is: on the ground, behind what stands there, in the air, in water, on a table, on a head. */
export type Area = 'ground' | 'back' | 'air' | 'water' | 'table' | 'head';

/** What the composer knows of a kind of thing. */
export interface Kind {
  /** Its English name; spaces are part of it. */
  id: string;
  /** The emoji whose names in many languages it goes by; empty when there is none. */
  emoji: string;
  /** Whether picture sets show it whole under that emoji; else it is drawn. */
  pictured: boolean;
  /** How much of it the sets show; a body is drawn for those of whom they show less. */
  shows: 'all' | 'bust' | 'head';
  /** Height beside a person of 1; nearer together than in the world, so that a mouse by a castle is seen. */
  stature: number;
  area: Area;
  /** Where it is at home when nobody says where it is. */
  home: Ground | null;
  /** Other English words for it. */
  words: readonly string[];
}

/**
 * Reads a table: kinds end with a semicolon; each is an id, an emoji, a stature and further words. An underscore stands for
 * a space, `-` for no emoji. Behind an emoji, `!` says that it lends its names only, `~` that pictures show a bust, `^` a head.
 */
export function readKinds(area: Area, home: Ground | null, table: string): Kind[] {
  return table
    .split(';')
    .map((line) => line.trim().split(/\s+/))
    .filter(([id]) => id !== undefined && id !== '')
    .map(([id = '', emoji = '', stature = '', ...words]) => ({
      id: spaced(id),
      emoji: emoji === '-' ? '' : emoji.replace(/[!~^]$/, ''),
      pictured: emoji !== '-' && !emoji.endsWith('!'),
      shows: emoji.endsWith('~') ? 'bust' : emoji.endsWith('^') ? 'head' : 'all',
      stature: Number(stature),
      area,
      home,
      words: words.map(spaced),
    }));
}

function spaced(word: string): string {
  return word.replaceAll('_', ' ');
}
