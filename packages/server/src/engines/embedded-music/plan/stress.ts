/** Short words that carry no weight, in the languages that songs are most often written in. */
const LIGHT = new Set(
  (
    'a an the of to in on at by for from with and or but nor so as is are was were be been am it its he she we they you me ' +
    'him her us them my your our his their this that if than then i im ill ive id dont cant wont will would can could ' +
    'der die das den dem des ein eine einen und oder in im zu zum zur mit von vom am auf ist sind war ich du er sie es wir ' +
    'ihr mir dir uns so el la los las un una de del y o en con por que se te me mi tu su le les des du et ou un une je tu ' +
    'il elle on ne pas ce se dans sur il lo gli di da e che per non и в на с по не я ты мы он она'
  ).split(' '),
);

/** Beginnings that pass the weight to what follows. */
const PREFIX =
  /^(?:a(?=b|c|g|lo|li|wa|ro|ri|mo)|be(?=[cfghlns])|re(?=[mtgpvcjlf])|de(?=[clsnp])|ex|un(?![dci])|in(?=[cdstv])|con|com|dis|en(?=[cdjrt])|for(?=[eg])|to(?=[dgn])|ver|ge(?=[a-z]{5})|ent|er(?=[a-z]{4})|zer|über)/u;

/** Languages with open endings put the weight on the last syllable but one. */
const PENULTIMATE = /(?:[aio]|[aeio]s|tion|tions|sion|sions|ic|ics|ical)$/u;

const VOWEL_GROUPS = /[aeiouyæøœа-яёіїєα-ω]+/giu;

/**
 * Which syllables of a word carry weight, counted from 0: one in most words, none in words such as "the" and "und", and
 * every other one in long words. A written accent decides; otherwise endings and beginnings do.
 *
 * @param count syllables of the word
 */
export function stressOf(text: string, count: number): readonly number[] {
  const word = text.toLowerCase().normalize('NFC').replace(/['’]/gu, '');
  if (count < 1) return [];
  if (count === 1) return LIGHT.has(word) ? [] : [0];
  const main = mainStress(word, count);
  const others = Array.from({ length: count }, (_, i) => i).filter((i) => i !== main && Math.abs(i - main) % 2 === 0);
  // Two beats of weight in words of four syllables and more.
  return count >= 4 ? [main, ...others].sort((a, b) => a - b) : [main];
}

function mainStress(word: string, count: number): number {
  const accented = /[áéíóúâêôàèìòùё]/u.exec(word);
  if (accented) {
    const before = word
      .slice(0, accented.index + 1)
      .normalize('NFD')
      .replace(/\p{M}/gu, '');
    const groups = before.match(VOWEL_GROUPS)?.length ?? 1;
    return Math.min(count - 1, groups - 1);
  }
  if (count >= 3 && PENULTIMATE.test(word)) return count - 2;
  if (PREFIX.test(word)) return 1;
  return 0;
}
