/** Endings that people hang on the name of a style. */
const ENDINGS = /(?:y|ish|esque|like|core|ness|ically|ical|ic|ing|ed|er|s|es|isch|ische|ischer|artig)$/u;

/**
 * The word of a list that is most likely meant by a misspelt or derived one: "jazzy", "tecno", "saxaphone". Null when none
 * is near: words of four to six letters may differ by one, longer ones by two.
 */
export function nearestWord(word: string, words: readonly string[]): string | null {
  if (word.length < 4 || word.length > 24) return null;
  const stem = word.replace(ENDINGS, '');
  const doubled = stem.replace(/(.)\1$/u, '$1');
  const derived = words.find(
    (known) => (stem.length >= 3 && known === stem) || (doubled.length >= 4 && known === doubled),
  );
  if (derived !== undefined) return derived;
  const most = word.length < 7 ? 1 : 2;
  let best: string | null = null;
  let least = most + 1;
  for (const known of words) {
    // What people get right is the beginning.
    if (known[0] !== word[0] || Math.abs(known.length - word.length) > most) continue;
    const distance = distanceOf(word, known, least);
    if (distance < least) [best, least] = [known, distance];
  }
  return best;
}

/** Letters to add, drop, change or swap between two words; anything from `limit` on counts as `limit`. */
function distanceOf(one: string, other: string, limit: number): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    if (Math.min(...next) >= limit) return limit;
    [before, row] = [row, next];
  }
  return row[other.length] ?? limit;
}
