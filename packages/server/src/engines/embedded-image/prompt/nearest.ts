import type { Meaning } from './meaning.js';
import { nameable } from './nameable.js';
import { wordVectors } from './word-vectors.js';

/** A word that stands in for one that is not known. */
export interface Near {
  word: string;
  meaning: Meaning;
}

/** Below this two words have too little in common to stand for one another. */
const LEAST_LIKENESS = 0.5;
/** Endings of words that describe or do something; they name nothing that could be drawn. */
const NO_NOUN = /(?:ly|ous|ful|less|able|ible|ish|esque|ized|ised|..ed|(?<!build)(?<!wedd)(?<!clear)ing)$/;

interface Candidate {
  word: string;
  meaning: Meaning;
  /** Its number among the word vectors; -1 when it has none. */
  at: number;
}

let candidates: readonly Candidate[] | null = null;

function allCandidates(): readonly Candidate[] {
  candidates ??= nameable().map((each) => ({ ...each, at: wordVectors().find(each.word) ?? -1 }));
  return candidates;
}

/** The known word that is nearest in meaning, or one letter away; undefined when nothing is near. */
export function nearest(word: string): Near | undefined {
  if (!/^[a-z'-]{3,48}$/.test(word) || NO_NOUN.test(word)) return undefined;
  const misspelt = mend(word);
  const at = wordVectors().find(word) ?? (word.endsWith('s') ? wordVectors().find(word.slice(0, -1)) : undefined);
  if (at === undefined) return misspelt;
  let best: Candidate | undefined;
  let most = LEAST_LIKENESS;
  for (const candidate of allCandidates()) {
    if (candidate.at < 0) continue;
    const likeness = wordVectors().likeness(at, candidate.at);
    if (likeness > most) {
      most = likeness;
      best = candidate;
    }
  }
  return best === undefined ? undefined : { word: best.word, meaning: best.meaning };
}

/** The word that was meant by one with a wrong, missing or needless letter, or two in a long one. */
function mend(word: string): Near | undefined {
  const slips = word.length >= 8 ? 2 : word.length >= 5 ? 1 : 0;
  if (slips === 0) return undefined;
  let best: Candidate | undefined;
  let fewest = slips + 1;
  for (const candidate of allCandidates()) {
    // First letters are hardly ever wrong, and few words survive this.
    if (candidate.word[0] !== word[0] || Math.abs(candidate.word.length - word.length) >= fewest) continue;
    const count = slipsBetween(word, candidate.word);
    if (count < fewest) {
      fewest = count;
      best = candidate;
    }
  }
  return best === undefined ? undefined : { word: best.word, meaning: best.meaning };
}

/** Letters to change, add, drop or swap with their neighbour (optimal string alignment). */
function slipsBetween(first: string, second: string): number {
  let before: number[] = [];
  let last = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let row = 1; row <= first.length; row++) {
    const next = [row];
    for (let column = 1; column <= second.length; column++) {
      const same = first[row - 1] === second[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && first[row - 1] === second[column - 2] && first[row - 2] === second[column - 1];
      if (swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    before = last;
    last = next;
  }
  return last[second.length] ?? 0;
}
