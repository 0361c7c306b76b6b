import type { ColourName } from '../colour.js';
import type { Place, Pose, RelationKind } from './describing.js';
import { createLinks } from './links.js';
import type { Found, Meaning } from './meaning.js';
import { nearest } from './nearest.js';
import type { Ground } from './surroundings.js';
import { lookUp } from './vocabulary.js';
import { keyOf, type Wish, type Wishes } from './wishes.js';

/** Reads a prompt word by word and writes down what it wishes for. */
export interface Reader {
  /** A word or name in lower case, or `,` for the end of a phrase. */
  read(word: string): void;
  end(): void;
}

/** Adjectives wait here for their noun. */
interface Pending {
  colour: ColourName | null;
  count: number | null;
  size: number;
  place: Place | null;
  pose: Pose | null;
  not: boolean;
  /** Words without a meaning here: things when no noun follows ("a zorb"), else mere description ("oak tree"). */
  unknown: string[];
}

const MOST_SUBJECTS = 8;
const MOST_UNKNOWN = 24;
const MOST_COUNT = 24;
/** Other languages do not put nouns in a row to make one. */
const ENGLISH = /^[a-z' -]+$/;
/** Grounds that one can only swim on. */
const AFLOAT: ReadonlySet<Ground> = new Set<Ground>(['sea', 'lake']);
const WATERS: ReadonlySet<Ground> = new Set<Ground>(['sea', 'beach', 'lake']);
/** What can be seen far away behind another kind of ground. */
const BACKDROPS: ReadonlySet<Ground> = new Set<Ground>(['mountains', 'city', 'forest']);

export function createReader(wishes: Wishes): Reader {
  const links = createLinks(wishes);
  let pending = nothing();
  /** The thing named last in this phrase. */
  let last: Wish<string> | null = null;
  /** Whether the word before this one named it. */
  let adjacent = false;
  /** Whether that word was one of English that another noun may follow: "apple" of "apple tree". */
  let compound = false;
  /** The word that is being read. */
  let reading = '';

  function endOfPhrase(): void {
    settleUnknown();
    if (pending.colour !== null) {
      if (pending.not) wishes.unwanted.add(`colour:${pending.colour}`);
      else if (adjacent && last && last.colour === null) last.colour = pending.colour;
      else wishes.colours.push(pending.colour);
    }
    if (pending.place !== null && last && last.place === null) last.place = pending.place;
    links.pause();
    pending = nothing();
    last = null;
    adjacent = false;
    compound = false;
  }

  /** A filler ends the noun: what was unknown before it becomes a thing; a colour right after a noun belongs to it. */
  function filler(): void {
    settleUnknown();
    if (adjacent && pending.colour !== null && last && last.colour === null) {
      last.colour = pending.colour;
      pending.colour = null;
    }
    adjacent = false;
    compound = false;
  }

  /** The last of some unknown words is the noun; it is read as the nearest word that is known. */
  function settleUnknown(): void {
    const { unknown, colour, not } = pending;
    const head = unknown.at(-1);
    if (head === undefined) return;
    if (not) {
      for (const word of unknown) wishes.unwanted.add(word);
      pending = nothing();
      return;
    }
    const near = nearest(head);
    noteUnknown(near === undefined ? unknown : unknown.slice(0, -1), colour);
    pending.unknown = [];
    if (near === undefined) {
      pending = nothing();
      return;
    }
    if (wishes.readAs.length < MOST_UNKNOWN) wishes.readAs.push({ word: head, as: near.word });
    named(near.meaning, /[^s]s$/.test(head));
    adjacent = false;
    compound = false;
  }

  function noteUnknown(words: readonly string[], colour: ColourName | null): void {
    for (const word of words) if (wishes.unknown.length < MOST_UNKNOWN) wishes.unknown.push({ word, colour });
  }

  function named(meaning: Meaning, plural: boolean): void {
    const wish = wishOf(pending, plural);
    noteUnknown(pending.unknown, null);
    if (meaning.sort === 'subject') nameSubject(meaning.id, wish, plural);
    else if (meaning.sort === 'sky') {
      const thing = { ...wish, what: meaning.id };
      if (!wishes.sky.some(({ what }) => what === meaning.id)) wishes.sky.push(thing);
      last = thing;
    } else if (meaning.sort === 'ground') {
      links.grounded(AFLOAT.has(meaning.id));
      nameGround(meaning.id, wish.colour);
    } else {
      if (meaning.sort === 'time') wishes.time ??= meaning.id;
      if (meaning.sort === 'season') wishes.season ??= meaning.id;
      if (meaning.sort === 'weather') wishes.weather ??= meaning.id;
      if (meaning.sort === 'style') wishes.styles.push(meaning.id);
      if (wish.colour !== null) wishes.colours.push(wish.colour);
    }
    if (meaning.sort !== 'subject') {
      links.drop();
      compound = false;
    }
    pending = nothing();
    adjacent = true;
  }

  function nameSubject(named: string, wish: Omit<Wish<string>, 'what'>, plural: boolean): void {
    // The balloon that somebody has is not one that carries people.
    const what = named === 'balloon' && links.kind() === 'with' ? 'party balloon' : named;
    const bare = wish.colour === null && pending.count === null;
    if (compound && bare && last !== null) {
      last.what = what;
      if (plural && last.count === 1) last.count = wish.count;
    } else if (last?.what === what && bare && !links.open()) {
      // "A cup of tea" is one thing.
    } else if (what === 'roof' && links.kind() === 'with') {
      // "A house with a red roof" has one anyway.
      const wearer = wishes.subjects.at(-1);
      if (wearer) wearer.colour ??= wish.colour;
      links.drop();
    } else if (wishes.subjects.length < MOST_SUBJECTS) {
      const thing = { ...wish, what };
      wishes.subjects.push(thing);
      links.named(thing);
      last = thing;
    }
    compound = !plural && ENGLISH.test(reading);
  }

  function nameGround(what: Ground, colour: ColourName | null): void {
    const { ground } = wishes;
    // "Fish in the sea, underwater": the narrower place is meant.
    const dives = what === 'underwater' && ground !== null && WATERS.has(ground.what);
    if (ground === null || dives) wishes.ground = { what, colour };
    else if (BACKDROPS.has(what) && !BACKDROPS.has(ground.what)) wishes.backdrop ??= what;
    else if (BACKDROPS.has(ground.what) && !BACKDROPS.has(what) && wishes.backdrop === null) {
      wishes.backdrop = ground.what;
      wishes.ground = { what, colour };
    }
  }

  function part(): void {
    const wearer = wishes.subjects.at(-1);
    if (pending.colour !== null && wearer && wearer.colour === null) wearer.colour = pending.colour;
    else if (pending.colour !== null && !pending.not) wishes.colours.push(pending.colour);
    links.drop();
    pending = nothing();
  }

  function air(): void {
    links.drop();
    if (pending.colour === null) return;
    if (pending.not) wishes.unwanted.add(`colour:${pending.colour}`);
    else wishes.colours.unshift(pending.colour);
    pending = nothing();
  }

  function relation(kind: RelationKind): void {
    filler();
    links.start(kind);
  }

  function placed(place: Place): void {
    links.drop();
    if (last && last.place === null && isNothing(pending)) last.place = place;
    else pending.place = place;
  }

  function posed(pose: Pose): void {
    if (last && last.pose === null && isNothing(pending)) last.pose = pose;
    else pending.pose = pose;
    adjacent = false;
    compound = false;
  }

  function unknownWord(word: string): void {
    if (pending.unknown.length === 0) adjacent = false;
    compound = false;
    if (pending.unknown.length < MOST_UNKNOWN) pending.unknown.push(word.slice(0, 48));
  }

  function known({ meaning, plural }: Found, word: string): void {
    if (meaning.sort === 'filler') filler();
    else if (meaning.sort === 'relation') relation(meaning.relation);
    else if (meaning.sort === 'place') placed(meaning.place);
    else if (meaning.sort === 'pose') posed(meaning.pose);
    else if (meaning.sort === 'pronoun') links.turn();
    else if (describes(pending, meaning)) compound = false;
    else if (meaning.sort === 'part') part();
    else if (meaning.sort === 'air') air();
    else if (pending.not) {
      const key = keyOf(meaning, word);
      if (key !== null) wishes.unwanted.add(key);
      pending = nothing();
    } else named(meaning, plural);
  }

  return {
    read(word) {
      reading = word;
      if (word === ',') return endOfPhrase();
      const found = lookUp(word) ?? numberIn(word);
      if (found === undefined) unknownWord(word);
      else known(found, word);
    },
    end: endOfPhrase,
  };
}

function nothing(): Pending {
  return { colour: null, count: null, size: 1, place: null, pose: null, not: false, unknown: [] };
}

function isNothing({ colour, count, size, not, unknown }: Pending): boolean {
  return colour === null && count === null && size === 1 && !not && unknown.length === 0;
}

function wishOf({ colour, count, size, place, pose }: Pending, plural: boolean): Omit<Wish<string>, 'what'> {
  const many = Math.max(1, Math.min(MOST_COUNT, count ?? (plural ? 3 : 1)));
  return { colour, count: many, size: Math.max(0.4, Math.min(2, size)), place, pose };
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
    case 'not':
      pending.not = true;
      return true;
    default:
      return false;
  }
}

function numberIn(word: string): Found | undefined {
  return /^\d{1,3}$/.test(word) ? { meaning: { sort: 'count', count: Number(word) }, plural: false } : undefined;
}
