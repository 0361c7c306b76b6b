/** One syllable as the melody needs it: which vowel sounds, and whether a word begins here. */
export interface Syllable {
  vowel: Vowel;
  startsWord: boolean;
}

export type Vowel = 'a' | 'e' | 'i' | 'o' | 'u';

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
 * Parts a lyric line into syllables: vowel groups in alphabets with vowels, characters in syllabic scripts, and about
 * three letters to a syllable elsewhere. Text without letters gives none.
 */
export function syllablesOf(line: string): Syllable[] {
  const words =
    line
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  return words.flatMap((word) => wordSyllables(word));
}

function wordSyllables(word: string): Syllable[] {
  const vowels: Vowel[] = [];
  const letters = [...word.normalize('NFD')].filter((letter) => !/\p{M}/u.test(letter));
  let inGroup = false;
  let plain = 0;
  for (const letter of [...word.normalize('NFC')]) {
    if (SYLLABIC.test(letter) && !JOINING.test(letter)) vowels.push(CYCLE[(letter.codePointAt(0) ?? 0) % 5] ?? 'a');
  }
  if (vowels.length > 0) return marked(vowels);
  for (const [index, letter] of letters.entries()) {
    const vowel = VOWELS[letter];
    // A final mute e ("love", "time") makes no syllable of its own.
    const mute = letter === 'e' && index === letters.length - 1 && vowels.length > 0 && !inGroup;
    if (vowel !== undefined && !inGroup && !mute) vowels.push(vowel);
    inGroup = vowel !== undefined;
    plain++;
  }
  if (vowels.length === 0 && plain > 0) {
    for (let i = 0; i < Math.ceil(plain / 3); i++) vowels.push(CYCLE[(plain + i) % 5] ?? 'a');
  }
  return marked(vowels);
}

const marked = (vowels: readonly Vowel[]): Syllable[] =>
  vowels.map((vowel, index) => ({ vowel, startsWord: index === 0 }));
