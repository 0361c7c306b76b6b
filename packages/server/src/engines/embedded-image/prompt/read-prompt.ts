import type { ColourName } from '../colour.js';
import {
  type Ground,
  lookUp,
  type Meaning,
  type Place,
  type SkyThing,
  type Subject,
  type Time,
  type Weather,
} from './vocabulary.js';

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

/** Adjectives wait here for their noun. */
interface Pending {
  colour: ColourName | null;
  count: number | null;
  size: number;
  place: Place | null;
  not: boolean;
}

const MOST_WORDS = 1_500;
const MOST_SUBJECTS = 8;
const MOST_UNKNOWN = 24;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Reads a prompt and a negative prompt. Any text is fine: words that mean nothing here are kept as `unknown`. */
export function readPrompt(prompt: string, negativePrompt = '', style = ''): Wishes {
  const wishes: Wishes = {
    subjects: [],
    sky: [],
    ground: null,
    time: null,
    weather: null,
    styles: [],
    colours: [],
    unknown: [],
    unwanted: new Set(),
  };
  for (const word of wordsOf(negativePrompt)) wishes.unwanted.add(keyOf(lookUp(word)?.meaning, word));
  for (const word of wordsOf(style)) {
    const meaning = lookUp(word)?.meaning;
    if (meaning?.sort === 'style') wishes.styles.push(meaning.id);
  }
  readWords(prompt, wishes);
  return leaveOut(wishes);
}

/** Lower-case words and emoji; punctuation comes as `,`. Weights such as `(fox:1.3)` are dropped. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\u{fe0f}', '')
    .replace(/:\s*\d+(\.\d+)?/g, '');
  for (const { segment, isWordLike } of segmenter.segment(plain)) {
    if (isWordLike === true || /\p{Extended_Pictographic}/u.test(segment)) words.push(segment);
    else if (/[,.;:!?|()\n、。]/.test(segment)) words.push(',');
    if (words.length >= MOST_WORDS) break;
  }
  return words;
}

function readWords(prompt: string, wishes: Wishes): void {
  let pending = nothing();
  for (const word of wordsOf(prompt)) {
    if (word === ',') {
      pending = settle(pending, wishes);
      continue;
    }
    const found = lookUp(word);
    const meaning = found?.meaning ?? numberMeaning(word);
    if (meaning?.sort === 'filler') continue;
    if (adjust(pending, meaning)) continue;
    if (pending.not) wishes.unwanted.add(keyOf(meaning, word));
    else take(meaning, word, found?.plural === true, pending, wishes);
    pending = nothing();
  }
  settle(pending, wishes);
}

function nothing(): Pending {
  return { colour: null, count: null, size: 1, place: null, not: false };
}

/** Ends a phrase: a colour without a thing becomes a colour of the whole, a place moves the last thing. */
function settle(pending: Pending, wishes: Wishes): Pending {
  if (pending.colour !== null) {
    if (pending.not) wishes.unwanted.add(`colour:${pending.colour}`);
    else wishes.colours.push(pending.colour);
  }
  const last = wishes.subjects.at(-1);
  if (pending.place !== null && last && last.place === null) last.place = pending.place;
  return nothing();
}

/** Whether the word only describes the next one. */
function adjust(pending: Pending, meaning: Meaning | undefined): boolean {
  switch (meaning?.sort) {
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

function take(meaning: Meaning | undefined, word: string, plural: boolean, pending: Pending, wishes: Wishes): void {
  const { colour, place } = pending;
  const size = Math.max(0.4, Math.min(2, pending.size));
  const count = Math.max(1, Math.min(12, pending.count ?? (plural ? 3 : 1)));
  switch (meaning?.sort) {
    case 'subject':
      if (wishes.subjects.length < MOST_SUBJECTS)
        wishes.subjects.push({ what: meaning.id, colour, count, size, place });
      return;
    case 'sky':
      if (!wishes.sky.some((wish) => wish.what === meaning.id))
        wishes.sky.push({ what: meaning.id, colour, count, size, place });
      return;
    case 'ground':
      wishes.ground ??= { what: meaning.id, colour };
      return;
    case 'time':
      wishes.time ??= meaning.id;
      break;
    case 'weather':
      wishes.weather ??= meaning.id;
      break;
    case 'style':
      wishes.styles.push(meaning.id);
      break;
    default:
      if (wishes.unknown.length < MOST_UNKNOWN) wishes.unknown.push({ word: word.slice(0, 64), colour });
      return;
  }
  if (colour !== null) wishes.colours.push(colour);
}

function leaveOut(wishes: Wishes): Wishes {
  const { unwanted } = wishes;
  const wanted = (colour: ColourName | null) => (colour !== null && unwanted.has(`colour:${colour}`) ? null : colour);
  const things = <Id extends string>(sort: string, list: Wish<Id>[]) =>
    list
      .filter((wish) => !unwanted.has(`${sort}:${wish.what}`))
      .map((wish) => ({ ...wish, colour: wanted(wish.colour) }));
  const { ground } = wishes;
  return {
    ...wishes,
    subjects: things('subject', wishes.subjects),
    sky: things('sky', wishes.sky),
    ground: ground && !unwanted.has(`ground:${ground.what}`) ? { ...ground, colour: wanted(ground.colour) } : null,
    time: wishes.time && unwanted.has(`time:${wishes.time}`) ? null : wishes.time,
    weather: wishes.weather && unwanted.has(`weather:${wishes.weather}`) ? null : wishes.weather,
    styles: wishes.styles.filter((style) => !unwanted.has(`style:${style}`)),
    colours: wishes.colours.filter((colour) => !unwanted.has(`colour:${colour}`)),
    unknown: wishes.unknown
      .filter(({ word }) => !unwanted.has(word))
      .map(({ word, colour }) => ({ word, colour: wanted(colour) })),
  };
}

function keyOf(meaning: Meaning | undefined, word: string): string {
  if (meaning === undefined || !('id' in meaning)) return word;
  return `${meaning.sort}:${meaning.id}`;
}

function numberMeaning(word: string): Meaning | undefined {
  if (!/^\d{1,3}$/.test(word)) return undefined;
  return { sort: 'count', count: Math.max(1, Math.min(12, Number(word))) };
}
