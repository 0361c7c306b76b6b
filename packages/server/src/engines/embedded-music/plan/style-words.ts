import { FAMILY_NAMES, type FamilyName } from '../compose/families.js';
import { FLAVOURS } from '../compose/flavours.js';
import { type Key, type Mode, PITCH_NAMES } from '../compose/scales.js';
import { FAMILY_WORDS } from './family-words.js';
import { ENERGY_WORDS, MODE_WORDS, PART_WORDS, type PartWord, TEMPO_WORDS } from './lexicon.js';

/** Words ready to be looked up: lower case, other signs as single spaces, a space at both ends. */
export type Phrase = string;

const HAS_UNSPACED_SCRIPT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Makes text ready for {@link occurs}. Sharps, flats and hyphens inside words stay. */
export function phrase(texts: readonly string[]): Phrase {
  const cleaned = texts
    .join(' , ')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}#♯♭,/.-]+/gu, ' ')
    .replace(/[.,]+/g, (marks) => (marks.includes(',') ? ' , ' : ' '))
    .replace(/\s+/g, ' ');
  return ` ${cleaned.trim()} `;
}

/** What to look for when a word is asked after, in one or two spellings; found out once for each word. */
const NEEDLES = new Map<string, readonly string[]>();

function needlesOf(word: string): readonly string[] {
  const known = NEEDLES.get(word);
  if (known) return known;
  const spellings = HAS_UNSPACED_SCRIPT.test(word)
    ? [word]
    : word.includes(' ') && !word.includes('-')
      ? [` ${word} `, ` ${word.replaceAll(' ', '-')} `]
      : [` ${word} `];
  // The tables hold about a thousand words; what is put together for one question is not kept.
  if (NEEDLES.size < 8000) NEEDLES.set(word, spellings);
  return spellings;
}

/** Whether a word or word group occurs whole; scripts without spaces match anywhere. */
export function occurs(text: Phrase, word: string): boolean {
  return needlesOf(word).some((needle) => text.includes(needle));
}

const anyOccurs = (text: Phrase, words: readonly string[]) => words.some((word) => occurs(text, word));

/** The names of each style, those of its flavours included. */
const NAMES = new Map<FamilyName, readonly string[]>(
  FAMILY_NAMES.map((name) => {
    const flavours = FLAVOURS.filter(({ family }) => family === name).flatMap(({ names }) => names);
    return [name, [...new Set([...FAMILY_WORDS[name].names, ...flavours])]];
  }),
);

/** How strongly words speak for each style; styles without a word are left out. */
export function familyScores(positive: Phrase, negative: Phrase): Map<FamilyName, number> {
  const scores = new Map<FamilyName, number>();
  for (const name of FAMILY_NAMES) {
    const names = NAMES.get(name) ?? [];
    const { hints } = FAMILY_WORDS[name];
    const count = (text: Phrase, words: readonly string[]) => words.filter((word) => occurs(text, word)).length;
    // Longer names outweigh the shorter ones inside them: "lo-fi hip hop" is lo-fi, not hip-hop.
    const named = names.filter((word) => occurs(positive, word)).reduce((sum, word) => sum + 3 + word.length / 8, 0);
    const against = 4 * count(negative, FAMILY_WORDS[name].names) + count(negative, hints);
    const score = named + count(positive, hints) - against;
    if (score > 0) scores.set(name, score);
  }
  return scores;
}

/** Whether a style is named among the words that deny. */
export function deniesFamily(negative: Phrase, name: FamilyName): boolean {
  return occurs(negative, name) || FAMILY_WORDS[name].names.some((word) => occurs(negative, word));
}

/** Beats per minute that are named ("120 bpm"), within what can be played; null if none. */
export function namedTempo(text: Phrase): number | null {
  const found = /\b(\d{2,3})(?:\.\d+)?\s?(?:bpm|beats per minute)\b/.exec(text);
  return found ? Math.min(200, Math.max(50, Number(found[1]))) : null;
}

/** The factor that words about speed put on a style's usual tempo. */
export function tempoFactor(text: Phrase): number {
  const factors = TEMPO_WORDS.filter(([, words]) => anyOccurs(text, words)).map(([factor]) => factor);
  return factors.length === 0 ? 1 : factors.reduce((product, factor) => product * factor, 1) ** (1 / factors.length);
}

/** The mode that mood words ask for, the first in the table; null if none. */
export function moodMode(text: Phrase): Mode | null {
  return MODE_WORDS.find(([, words]) => anyOccurs(text, words))?.[0] ?? null;
}

const SPELLINGS: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };

/** A key that is named: "a minor", "f# major", "key of Eb". Null if none. */
export function namedKey(text: Phrase): Partial<Key> | null {
  const named =
    / ([a-g])(#|♯|b|♭|-?sharp|-?flat| sharp| flat)? ?(major|minor|maj|min|dorian|lydian|mixolydian|phrygian) /.exec(
      text,
    );
  const keyed = / key of ([a-g])(#|♯|b|♭|-?sharp|-?flat| sharp| flat)? ?/.exec(text);
  const found = named ?? keyed;
  if (!found) return null;
  const accidental = found[2] ?? '';
  const shift = /#|♯|sharp/.test(accidental) ? 1 : /b|♭|flat/.test(accidental) ? 11 : 0;
  const tonic = ((SPELLINGS[found[1] ?? 'c'] ?? 0) + shift) % PITCH_NAMES.length;
  const word = named?.[3];
  if (word === undefined) return { tonic };
  return { tonic, mode: word === 'maj' ? 'major' : word === 'min' ? 'minor' : (word as Mode) };
}

/** Whether three-four time is asked for. */
export function wantsWaltz(text: Phrase): boolean {
  return anyOccurs(text, ['waltz', '3/4', 'three-four', '3/4 time', 'walzer', 'vals', 'valse']);
}

/** What words about force add to a section's energy. */
export function energyShift(text: Phrase): number {
  return ENERGY_WORDS.filter(([, words]) => anyOccurs(text, words)).reduce((sum, [shift]) => sum + shift, 0);
}

/** Parts that are to be left out: named among the negative styles, or after "no" or "without" among the positive. */
export function removedParts(positive: Phrase, negative: Phrase): Set<PartWord> {
  const removed = new Set<PartWord>();
  const denials = DENIALS.filter((denial) => occurs(positive, denial));
  for (const [part, words] of Object.entries(PART_WORDS) as [PartWord, readonly string[]][]) {
    const denied = words.some(
      (word) =>
        denials.some((denial) => occurs(positive, `${denial} ${word}`)) ||
        UNSPACED_DENIALS.some(([before, after]) => positive.includes(`${before}${word}${after}`)),
    );
    if (denied || anyOccurs(negative, words)) removed.add(part);
  }
  if (anyOccurs(positive, ['instrumental', 'a cappella drums only'])) removed.add('voice');
  if (anyOccurs(positive, ['drumless', 'beatless'])) removed.add('drums');
  return removed;
}

/** What denies a word in languages that write no spaces, or behind the word: what stands before and after it. */
export const UNSPACED_DENIALS = [
  ['没有', ''],
  ['沒有', ''],
  ['不要', ''],
  ['无', ''],
  ['', 'なし'],
  ['', '無し'],
  ['', '抜き'],
  ['', ' 없이'],
] as const;

/** Words that deny what follows them. */
export const DENIALS = [
  'no',
  'without',
  'without any',
  'non',
  'ohne',
  'kein',
  'keine',
  'sin',
  'sans',
  'senza',
  'без',
] as const;
