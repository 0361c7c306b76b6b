import type { ColourName } from '../colour.js';
import type { ArtSet } from '../scene/art/art-pack.js';
import { groupOf } from '../scene/catalogue/catalogue.js';
import { ART_WORDS } from './describing.js';
import { createReader } from './reader.js';
import { tokensOf } from './tokens.js';
import { lookUp } from './vocabulary.js';
import { keyOf, noWishes, type Relation, type Wish, type Wishes } from './wishes.js';

/** Names have up to this many words: "to the left of". */
const LONGEST_NAME = 4;

/** Reads a prompt and a negative prompt. Any text is fine: words that mean nothing here are kept as `unknown`. */
export function readPrompt(prompt: string, negativePrompt = '', style = ''): Wishes {
  const wishes = noWishes();
  for (const word of namesIn(tokensOf(negativePrompt))) {
    const key = keyOf(lookUp(word)?.meaning, word);
    if (key !== null) wishes.unwanted.add(key);
    for (const { id } of groupOf(word)) wishes.unwanted.add(`subject:${id}`);
  }
  for (const word of namesIn(tokensOf(style))) {
    const meaning = lookUp(word)?.meaning;
    if (meaning?.sort === 'style') wishes.styles.push(meaning.id);
  }
  const names = namesIn(tokensOf(prompt));
  wishes.art = artIn([...tokensOf(style), ...names]);
  const reader = createReader(wishes);
  for (const word of names) reader.read(word);
  reader.end();
  return leaveOut(wishes);
}

/** The picture set that the words ask for; null when they leave it open. */
function artIn(names: readonly string[]): ArtSet | null {
  for (const name of names) {
    for (const set of Object.keys(ART_WORDS) as ArtSet[]) if (ART_WORDS[set].split(' ').includes(name)) return set;
  }
  return null;
}

/** Joins words that are one name, the longest first: "polar bear", "in front of". */
function namesIn(tokens: readonly string[]): string[] {
  const names: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    let length = Math.min(LONGEST_NAME, tokens.length - at);
    while (length > 1 && lookUp(tokens.slice(at, at + length).join(' ')) === undefined) length--;
    names.push(tokens.slice(at, at + length).join(' '));
    at += length;
  }
  return names;
}

/** Takes away what the negative prompt names. */
function leaveOut(wishes: Wishes): Wishes {
  const { unwanted, ground, backdrop } = wishes;
  const keep = (sort: string, id: string) => !unwanted.has(`${sort}:${id}`);
  const wanted = (colour: ColourName | null) => (colour !== null && keep('colour', colour) ? colour : null);
  const things = <Id extends string>(sort: string, list: Wish<Id>[]) =>
    list.filter(({ what }) => keep(sort, what)).map((wish) => ({ ...wish, colour: wanted(wish.colour) }));
  return {
    ...wishes,
    subjects: things('subject', wishes.subjects),
    relations: remaining(wishes, ({ what }) => keep('subject', what)),
    sky: things('sky', wishes.sky),
    ground: ground && keep('ground', ground.what) ? { ...ground, colour: wanted(ground.colour) } : null,
    backdrop: backdrop !== null && keep('ground', backdrop) ? backdrop : null,
    time: wishes.time !== null && keep('time', wishes.time) ? wishes.time : null,
    season: wishes.season !== null && keep('season', wishes.season) ? wishes.season : null,
    weather: wishes.weather !== null && keep('weather', wishes.weather) ? wishes.weather : null,
    styles: wishes.styles.filter((style) => keep('style', style)),
    colours: wishes.colours.filter((colour) => keep('colour', colour)),
    unknown: wishes.unknown
      .filter(({ word }) => !unwanted.has(word))
      .map(({ word, colour }) => ({ word, colour: wanted(colour) })),
  };
}

/** The relations whose both ends are kept, by their new places in the list. */
function remaining({ subjects, relations }: Wishes, kept: (wish: Wish<string>) => boolean): Relation[] {
  let next = 0;
  const places = subjects.map((wish) => (kept(wish) ? next++ : -1));
  return relations.flatMap(({ from, kind, to }) => {
    const [start, end] = [places[from] ?? -1, places[to] ?? -1];
    return start < 0 || end < 0 || start === end ? [] : [{ from: start, kind, to: end }];
  });
}
