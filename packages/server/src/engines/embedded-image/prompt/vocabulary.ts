import { STYLES } from '../painting/styles.js';
import { artNames } from '../scene/art/art-pack.js';
import { KINDS } from '../scene/catalogue/catalogue.js';
import {
  ART_WORDS,
  COLOUR_WORDS,
  COUNTS,
  FILLER,
  NOT,
  PARTS,
  PLACES,
  POSES,
  PRONOUNS,
  RELATIONS,
  SIZES,
} from './describing.js';
import type { Found, Meaning } from './meaning.js';
import { SUBJECT_WORDS } from './subject-words.js';
import { GROUNDS, SEASONS, SKY, TIMES, WEATHERS } from './surroundings.js';
import { spell } from './tokens.js';

/** Words of the lists that mean several, though they do not end in an s. */
const IRREGULAR_PLURALS = new Set(
  `foxes wolves butterflies mice geese people men women children leaves village strawberries cherries blueberries cacti calves lions cattle füchse wölfe vögel bäume blumen berge häuser äpfel
  katzen hunde kinder löwen pinguine fische pilze schmetterlinge rosen palmen herzen autos pájaros oiseaux uccelli árboles arbres alberi flores fleurs fiori люди птицы деревья цветы`.split(
    /\s+/,
  ),
);
const AIR = 'sky skies himmel cielo ciel céu небо 天空 空 하늘 سماء air light licht luz lumière luce luz свет';
/** Places that are named by more than one word. */
const GROUND_PHRASES = {
  clouds: 'above_the_clouds in_the_clouds over_the_clouds',
  space: 'outer_space on_the_moon on_mars',
  plain: 'plain_background white_background solid_background',
};
/** Words for many; a plain "s" tells the rest. */
const MOST_WORDS_OF_A_NAME = 4;

let words: ReadonlyMap<string, Meaning> | null = null;

/** All words with a meaning, as {@link spell} writes them; made at the first call, since names come with the pictures. */
export function vocabulary(): ReadonlyMap<string, Meaning> {
  words ??= buildWords();
  return words;
}

function buildWords(): ReadonlyMap<string, Meaning> {
  const known = new Map<string, Meaning>();
  const name = (word: string, meaning: Meaning) => {
    const spelt = spell(word);
    if (spelt !== '' && !known.has(spelt) && !isPlural(spelt, known) && spelt.split(' ').length <= MOST_WORDS_OF_A_NAME)
      known.set(spelt, meaning);
  };
  const add = (text: string, meaning: Meaning) => {
    for (const word of text.split(/\s+/)) name(word.replaceAll('_', ' '), meaning);
  };
  const addAll = <Id extends string>(table: Readonly<Record<Id, string>>, meaning: (id: Id) => Meaning) => {
    for (const id of Object.keys(table) as Id[]) add(table[id], meaning(id));
  };
  addAll(GROUND_PHRASES, (id) => ({ sort: 'ground', id }));
  for (const { id, words: others, emoji } of KINDS) {
    for (const word of [id, ...others, emoji]) name(word, { sort: 'subject', id });
  }
  addAll(SKY, (id) => ({ sort: 'sky', id }));
  addAll(GROUNDS, (id) => ({ sort: 'ground', id }));
  addAll(TIMES, (id) => ({ sort: 'time', id }));
  addAll(SEASONS, (id) => ({ sort: 'season', id }));
  addAll(WEATHERS, (id) => ({ sort: 'weather', id }));
  addAll(COLOUR_WORDS, (id) => ({ sort: 'colour', id }));
  addAll(PLACES, (place) => ({ sort: 'place', place }));
  addAll(RELATIONS, (relation) => ({ sort: 'relation', relation }));
  addAll(POSES, (pose) => ({ sort: 'pose', pose }));
  for (const [factor, text] of SIZES) add(text, { sort: 'size', factor });
  for (const [count, text] of COUNTS) add(text, { sort: 'count', count });
  add(NOT, { sort: 'not' });
  add(PRONOUNS, { sort: 'pronoun' });
  for (const style of STYLES) add(`${style.name} ${style.words}`, { sort: 'style', id: style.name });
  add(FILLER, { sort: 'filler' });
  for (const text of Object.values(ART_WORDS)) add(text, { sort: 'filler' });
  add(PARTS, { sort: 'part' });
  add(AIR, { sort: 'air' });
  addAll(SUBJECT_WORDS, (id) => ({ sort: 'subject', id }));
  for (const [id, names] of artNames()) {
    // "Surfer(in)" is a surfer, and not one who is in something.
    for (const each of names) name(each.replaceAll(/\(.*?\)/g, ''), { sort: 'subject', id });
  }
  return known;
}

/** What the word means, or the words between spaces; undefined when the painter does not know it. */
export function lookUp(word: string): Found | undefined {
  const known = vocabulary();
  const meaning = known.get(word);
  if (meaning) return { meaning, plural: IRREGULAR_PLURALS.has(word) };
  const singular = singularOf(word, known);
  return singular === undefined ? undefined : { meaning: singular, plural: !word.endsWith("'s") };
}

/** "Pies" are several pies, though it is a dog in Polish. */
function isPlural(word: string, known: ReadonlyMap<string, Meaning>): boolean {
  return /^[a-z ]+$/.test(word) && singularOf(word, known)?.sort === 'subject';
}

function singularOf(word: string, known: ReadonlyMap<string, Meaning>): Meaning | undefined {
  for (const [ending, singular] of PLURALS) {
    if (!word.endsWith(ending)) continue;
    const found = known.get(word.slice(0, -ending.length) + singular);
    if (found && (found.sort === 'subject' || found.sort === 'sky' || found.sort === 'ground' || ending === "'s"))
      return found;
  }
  return undefined;
}

const PLURALS: readonly [ending: string, singular: string][] = [
  ["'s", ''],
  ['ies', 'y'],
  ['s', ''],
  ['es', ''],
  ['ves', 'f'],
  ['ves', 'fe'],
  ['men', 'man'],
  ['mice', 'mouse'],
  ['geese', 'goose'],
  ['children', 'child'],
  ['people', 'person'],
];
