import { KINDS } from '../scene/catalogue/catalogue.js';
import type { Meaning } from './meaning.js';
import { GROUNDS, SKY, WEATHERS } from './surroundings.js';
import { lookUp } from './vocabulary.js';

/** English words of things and surroundings, which may stand in for others. Adjectives would tie nouns to anything. */
export function nameable(): { word: string; meaning: Meaning }[] {
  const things = KINDS.flatMap(({ id, words }) => [id, ...words]);
  const around = [GROUNDS, SKY, WEATHERS]
    .flatMap((table) => Object.values(table))
    .flatMap((row: string) => (row.split('|')[0] ?? '').split(' '));
  return [...things, ...around].flatMap((word) => {
    const meaning = /^[a-z-]{3,}$/.test(word) ? lookUp(word)?.meaning : undefined;
    return meaning === undefined ? [] : [{ word, meaning }];
  });
}
