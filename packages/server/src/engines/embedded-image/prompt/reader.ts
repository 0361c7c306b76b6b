import type { ColourName } from '../colour.js';

import { lookUp, type Meaning, type Place } from './vocabulary.js';
import { keyOf, type Wish, type Wishes } from './wishes.js';

/** Reads a prompt word by word and writes down what it wishes for. */
export interface Reader {
  /** A word in lower case, or `,` for the end of a phrase. */
  read(word: string): void;
  end(): void;
}

/** Adjectives wait here for their noun. */
interface Pending {
  colour: ColourName | null;
  count: number | null;
  size: number;
  place: Place | null;
  not: boolean;
  /** Words without a meaning here: things when no noun follows ("a zorb"), else mere description ("oak tree"). */
  unknown: string[];
}

const MOST_SUBJECTS = 8;
const MOST_UNKNOWN = 24;
const MOST_COUNT = 12;

export function createReader(wishes: Wishes): Reader {
  let pending = nothing();
  /** The thing named last in this phrase. */
  let last: Wish<string> | null = null;
  /** Whether the word before this one named it. */
  let adjacent = false;

  function endOfPhrase(): void {
    settleUnknown();
    if (pending.colour !== null) {
      if (pending.not) wishes.unwanted.add(`colour:${pending.colour}`);
      else if (adjacent && last && last.colour === null) last.colour = pending.colour;
      else wishes.colours.push(pending.colour);
    }
    if (pending.place !== null && last && last.place === null) last.place = pending.place;
    pending = nothing();
    last = null;
    adjacent = false;
  }

  /** A filler ends the noun: what was unknown before it becomes a thing; a colour right after a noun belongs to it. */
  function filler(): void {
    settleUnknown();
    if (adjacent && pending.colour !== null && last && last.colour === null) {
      last.colour = pending.colour;
      pending.colour = null;
    }
    adjacent = false;
  }

  function settleUnknown(): void {
    const { unknown, colour, not } = pending;
    if (unknown.length === 0) return;
    for (const word of unknown) {
      if (not) wishes.unwanted.add(word);
      else if (wishes.unknown.length < MOST_UNKNOWN) wishes.unknown.push({ word, colour });
    }
    pending = nothing();
  }

  function named(meaning: Meaning, plural: boolean): void {
    const wish = wishOf(pending, plural);
    if (meaning.sort === 'subject') {
      // "A cup of tea" and "an oak tree" are one thing each.
      const known = last?.what === meaning.id;
      const thing = { ...wish, what: meaning.id };
      if (!known && wishes.subjects.length < MOST_SUBJECTS) wishes.subjects.push(thing);
      if (!known) last = thing;
    } else if (meaning.sort === 'sky') {
      const thing = { ...wish, what: meaning.id };
      if (!wishes.sky.some(({ what }) => what === meaning.id)) wishes.sky.push(thing);
      last = thing;
    } else if (meaning.sort === 'ground') {
      wishes.ground ??= { what: meaning.id, colour: wish.colour };
    } else {
      if (meaning.sort === 'time') wishes.time ??= meaning.id;
      if (meaning.sort === 'weather') wishes.weather ??= meaning.id;
      if (meaning.sort === 'style') wishes.styles.push(meaning.id);
      if (wish.colour !== null) wishes.colours.push(wish.colour);
    }
    pending = nothing();
    adjacent = true;
  }

  function part(): void {
    const wearer = wishes.subjects.at(-1);
    if (pending.colour !== null && wearer && wearer.colour === null) wearer.colour = pending.colour;
    else if (pending.colour !== null && !pending.not) wishes.colours.push(pending.colour);
    pending = nothing();
  }

  function air(): void {
    if (pending.colour === null) return;
    if (pending.not) wishes.unwanted.add(`colour:${pending.colour}`);
    else wishes.colours.unshift(pending.colour);
    pending = nothing();
  }

  return {
    read(word) {
      if (word === ',') return endOfPhrase();
      const found = lookUp(word);
      const meaning = found?.meaning ?? numberMeaning(word);
      if (meaning === undefined) {
        if (pending.unknown.length === 0) adjacent = false;
        if (pending.unknown.length < MOST_UNKNOWN) pending.unknown.push(word.slice(0, 64));
      } else if (meaning.sort === 'filler') filler();
      else if (describes(pending, meaning)) return;
      else if (meaning.sort === 'part') part();
      else if (meaning.sort === 'air') air();
      else if (pending.not) {
        wishes.unwanted.add(keyOf(meaning, word));
        pending = nothing();
      } else named(meaning, found?.plural === true);
    },
    end: endOfPhrase,
  };
}

function nothing(): Pending {
  return { colour: null, count: null, size: 1, place: null, not: false, unknown: [] };
}

function wishOf(pending: Pending, plural: boolean): Omit<Wish<string>, 'what'> {
  const count = Math.max(1, Math.min(MOST_COUNT, pending.count ?? (plural ? 3 : 1)));
  return { colour: pending.colour, count, size: Math.max(0.4, Math.min(2, pending.size)), place: pending.place };
}

/** Whether the word only describes another one. */
function describes(pending: Pending, meaning: Meaning): boolean {
  switch (meaning.sort) {
    case 'colour':
      pending.colour = meaning.id;
      return true;
    case 'size':
      pending.size *= meaning.factor;
      return true;
    case 'count':
      pending.count = meaning.count;
      return true;
    case 'place':
      pending.place = meaning.id;
      return true;
    case 'not':
      pending.not = true;
      return true;
    default:
      return false;
  }
}

function numberMeaning(word: string): Meaning | undefined {
  return /^\d{1,3}$/.test(word) ? { sort: 'count', count: Number(word) } : undefined;
}
