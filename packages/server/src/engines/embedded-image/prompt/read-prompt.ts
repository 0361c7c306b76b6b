import type { ColourName } from '../colour.js';
import { createReader } from './reader.js';
import { lookUp } from './vocabulary.js';
import { keyOf, type Wish, type Wishes } from './wishes.js';

const MOST_WORDS = 1_500;
/** Particles that tie an adjective to its noun. */
const GLUE: ReadonlySet<string> = new Set(['的', 'の']);
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
  const reader = createReader(wishes);
  for (const word of wordsOf(prompt)) reader.read(word);
  reader.end();
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
    if (GLUE.has(segment)) continue;
    if (isWordLike === true || /\p{Extended_Pictographic}/u.test(segment)) words.push(segment);
    else if (/[,.;:!?|()\n、。]/.test(segment)) words.push(',');
    if (words.length >= MOST_WORDS) break;
  }
  return words;
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
