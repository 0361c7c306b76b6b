import { stressOf } from './stress.js';

/** One syllable as the melody needs it: which vowel sounds, whether a word begins here, and whether it carries weight. */
export interface Syllable {
  vowel: Vowel;
  startsWord: boolean;
  stressed: boolean;
}

export type Vowel = 'a' | 'e' | 'i' | 'o' | 'u';

/** A word as it is written, with its syllables. */
export interface Word {
  text: string;
  syllables: readonly Syllable[];
}

const VOWELS: Readonly<Record<string, Vowel>> = {
  a: 'a',
  e: 'e',
  i: 'i',
  o: 'o',
  u: 'u',
  y: 'i',
  æ: 'a',
  ø: 'o',
  œ: 'e',
  ı: 'i',
  а: 'a',
  я: 'a',
  э: 'e',
  е: 'e',
  ё: 'o',
  и: 'i',
  ы: 'i',
  і: 'i',
  ї: 'i',
  є: 'e',
  о: 'o',
  у: 'u',
  ю: 'u',
  α: 'a',
  ε: 'e',
  η: 'i',
  ι: 'i',
  ο: 'o',
  υ: 'i',
  ω: 'o',
};
const CYCLE: readonly Vowel[] = ['a', 'o', 'e', 'i', 'u'];
/** Scripts in which one character is about one syllable. */
const SYLLABIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Ethiopic}]/u;
/** Small kana and the length mark join the syllable before them. */
const JOINING = /[ゃゅょぁぃぅぇぉャュョァィゥェォー]/u;

/**
 * Parts a lyric line into words and syllables: vowel groups in alphabets with vowels, characters in syllabic scripts,
 * and about three letters to a syllable elsewhere. Words without letters are left out.
 */
export function wordsOf(line: string): Word[] {
  const words = line.normalize('NFC').match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu) ?? [];
  return words
    .flatMap((text) => (SYLLABIC.test(text) ? characterWords(text) : [letterWord(text)]))
    .filter((word) => word.syllables.length > 0);
}

/** The syllables of a lyric line. Text without letters gives none. */
export function syllablesOf(line: string): Syllable[] {
  return wordsOf(line).flatMap((word) => word.syllables);
}

/** In syllabic scripts each character is a word of its own; the first of a run carries the weight. */
function characterWords(text: string): Word[] {
  const words: Word[] = [];
  for (const letter of [...text.normalize('NFKC')]) {
    const last = words.at(-1);
    if (SYLLABIC.test(letter) && !(JOINING.test(letter) && last)) {
      const vowel = CYCLE[(letter.codePointAt(0) ?? 0) % 5] ?? 'a';
      words.push({
        text: letter,
        syllables: [{ vowel, startsWord: words.length === 0, stressed: words.length % 2 === 0 }],
      });
    } else if (last) words[words.length - 1] = { ...last, text: last.text + letter };
  }
  return words;
}

function letterWord(text: string): Word {
  const letters = [...text.toLowerCase().normalize('NFKD')].filter((letter) => !/\p{M}/u.test(letter));
  const vowels: Vowel[] = [];
  let inGroup = false;
  for (const [index, letter] of letters.entries()) {
    const vowel = VOWELS[letter];
    // A final mute e ("love", "time") makes no syllable of its own.
    const mute = letter === 'e' && index === letters.length - 1 && vowels.length > 0 && !inGroup;
    if (vowel !== undefined && !inGroup && !mute) vowels.push(vowel);
    inGroup = vowel !== undefined;
  }
  if (vowels.length === 0) {
    for (let i = 0; i < Math.ceil(letters.length / 3); i++) vowels.push(CYCLE[(letters.length + i) % 5] ?? 'a');
  }
  const stressed = stressOf(text, vowels.length);
  return {
    text,
    syllables: vowels.map((vowel, index) => ({ vowel, startsWord: index === 0, stressed: stressed.includes(index) })),
  };
}
