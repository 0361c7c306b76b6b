import { FAMILY_NAMES, type FamilyName } from '../compose/families.js';
import { FLAVOURS } from '../compose/flavours.js';
import { FAMILY_WORDS } from './family-words.js';
import { INSTRUMENT_WORDS, KINDS_OF_INSTRUMENT } from './instrument-words.js';
import { LEANINGS } from './leanings.js';
import { ENERGY_WORDS, MODE_WORDS, PART_WORDS, TEMPO_WORDS } from './lexicon.js';
import { nearestWord } from './nearest-word.js';
import { DENIALS, type Phrase, phrase } from './style-words.js';
import { list } from './word-list.js';

/** How style words were understood. */
export interface StyleReading {
  /** Words that are not known, and the known ones that they were taken for. */
  taken: readonly { word: string; as: string }[];
  /** Words that say nothing to the composer. */
  unknown: readonly string[];
}

/** Style words made ready for the tables, with their nearest known words beside the unknown ones. */
export interface ReadStyles extends StyleReading {
  phrase: Phrase;
  leanings: ReadonlyMap<FamilyName, number>;
}

/** Words that are met in wishes for music and decide nothing. */
const PLAIN = list(
  'a an the and or but of in on at to for from with by as is are be it its this that my your our their his her i you we they me us song songs ' +
    'music musical track tracks tune piece theme style styles styled inspired vibe vibes feel feeling mood moody sound sounds sounding like ' +
    'very really quite more less some any no not without please make create write about featuring feat tempo key bpm minute minutes second ' +
    'seconds long short new old good great nice beautiful amazing verse chorus bridge intro outro drop time signature flat sharp major minor ' +
    'instrumental instrument instruments strummed played playing male female deep high low sections section part parts up down into over under ' +
    'ein eine der die das und mit ohne für von im in lied stück musik el la los las un una de con sin para canción música le les des avec sans pour ' +
    'chanson musique e di con per canzone musica и в с на для без о песня музыка',
);

/** Most words of each sort that are told, and that are looked at closely. */
const MOST_TOLD = 20;
const MOST_LOOKED_UP = 80;

const WORDS: readonly string[] = [
  ...Object.values(FAMILY_WORDS).flatMap(({ names, hints }) => [...names, ...hints]),
  ...FLAVOURS.flatMap(({ names }) => names),
  ...[...TEMPO_WORDS, ...MODE_WORDS, ...ENERGY_WORDS].flatMap(([, words]) => words),
  ...Object.values(PART_WORDS).flat(),
  ...INSTRUMENT_WORDS.flatMap(([, , words]) => words),
  ...KINDS_OF_INSTRUMENT.flatMap(([words]) => words),
];
/** Single words that are close enough to be meant when one is misspelt. */
const SPELLINGS = [...new Set(WORDS.filter((word) => /^\p{L}[\p{L}-]{3,}$/u.test(word)))];
const UNSPACED = WORDS.filter((word) => isUnspaced(word));
const KNOWN = new Set([...WORDS.flatMap((word) => [word, ...word.split(/[ -]/)]), ...PLAIN, ...DENIALS]);
const LEANING = new Map<string, FamilyName>(
  // The first style that claims a word keeps it.
  [...FAMILY_NAMES].reverse().flatMap((name) => LEANINGS[name].map((word) => [word, name] as const)),
);

/** Reads style words: what is known stays, what is not is taken for the nearest word that is, or told as unknown. */
export function readStyles(texts: readonly string[]): ReadStyles {
  const read = phrase(texts);
  const taken: { word: string; as: string }[] = [];
  const unknown: string[] = [];
  const added: string[] = [];
  const leanings = new Map<FamilyName, number>();
  const strangers = [...new Set(read.split(/[ ,]+/).filter((word) => word !== '' && !isKnown(word)))];
  for (const word of strangers.slice(0, MOST_LOOKED_UP)) {
    const leaning =
      LEANING.get(word) ?? LEANING.get(word.replace(/ies$/u, 'y')) ?? LEANING.get(word.replace(/s$/u, ''));
    if (leaning !== undefined) {
      leanings.set(leaning, (leanings.get(leaning) ?? 0) + 0.6);
      taken.push({ word, as: leaning });
      continue;
    }
    const near = nearestWord(word, SPELLINGS);
    if (near === null) {
      unknown.push(word);
      continue;
    }
    taken.push({ word, as: near });
    added.push(near);
  }
  return {
    phrase: added.length === 0 ? read : `${read}, ${added.join(' , ')} `,
    leanings,
    taken: taken.slice(0, MOST_TOLD),
    unknown: unknown.slice(0, MOST_TOLD),
  };
}

function isKnown(word: string): boolean {
  if (KNOWN.has(word) || /^[\d./:-]+(?:bpm|s|min|m)?$/u.test(word) || /^[a-g](?:#|♯|♭|b)?$/u.test(word)) return true;
  if (word.split('-').every((part) => KNOWN.has(part))) return true;
  return isUnspaced(word) && UNSPACED.some((known) => word.includes(known));
}

function isUnspaced(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word);
}
