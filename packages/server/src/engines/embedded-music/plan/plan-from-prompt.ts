import { type CompositionPlan, LIMITS, type Section } from '@rendercast/protocol';
import { chooseFamily } from '../compose/direction.js';
import { FAMILIES, type FamilyName } from '../compose/families.js';
import { createRandom } from '../random.js';
import { DENIALS, phrase } from './style-words.js';
import { wellFormed } from './well-formed.js';

/** Length of a song when none is asked for: a minute shows a verse, a chorus and a close. */
export const DEFAULT_LENGTH_MS = 60_000;
/** Shortest section worth a name of its own. */
const SHORTEST_SECTION_MS = 6_000;

/** Forms from short to long: names with their shares of the song. */
type Form = readonly (readonly [name: string, share: number])[];

const SONG: readonly Form[] = [
  [['Chorus', 1]],
  [
    ['Verse', 1],
    ['Chorus', 1],
  ],
  [
    ['Intro', 0.6],
    ['Verse', 1],
    ['Chorus', 1.2],
  ],
  [
    ['Intro', 0.5],
    ['Verse', 1],
    ['Chorus', 1.2],
    ['Outro', 0.6],
  ],
  [
    ['Intro', 0.5],
    ['Verse', 1],
    ['Chorus', 1],
    ['Bridge', 0.7],
    ['Chorus', 1],
    ['Outro', 0.6],
  ],
  [
    ['Intro', 0.5],
    ['Verse', 1],
    ['Chorus', 1],
    ['Verse', 1],
    ['Chorus', 1],
    ['Bridge', 0.8],
    ['Chorus', 1.2],
    ['Outro', 0.6],
  ],
];
const CLUB: readonly Form[] = [
  [['Drop', 1]],
  [
    ['Build', 1],
    ['Drop', 1.4],
  ],
  [
    ['Intro', 0.8],
    ['Build', 0.7],
    ['Drop', 1.4],
  ],
  [
    ['Intro', 0.8],
    ['Build', 0.6],
    ['Drop', 1.4],
    ['Outro', 0.7],
  ],
  [
    ['Intro', 0.8],
    ['Build', 0.5],
    ['Drop', 1.2],
    ['Breakdown', 0.7],
    ['Drop', 1.2],
    ['Outro', 0.7],
  ],
  [
    ['Intro', 0.8],
    ['Verse', 0.8],
    ['Build', 0.5],
    ['Drop', 1.2],
    ['Breakdown', 0.8],
    ['Build', 0.5],
    ['Drop', 1.3],
    ['Outro', 0.8],
  ],
];
const DRIFT: readonly Form[] = [
  [['Theme', 1]],
  [
    ['Opening', 1],
    ['Theme', 1.2],
  ],
  [
    ['Opening', 0.8],
    ['Theme', 1.2],
    ['Fading', 0.8],
  ],
  [
    ['Opening', 0.7],
    ['Verse', 1],
    ['Theme', 1.2],
    ['Fading', 0.8],
  ],
  [
    ['Opening', 0.7],
    ['Verse', 1],
    ['Theme', 1.2],
    ['Interlude', 0.8],
    ['Theme', 1.2],
    ['Fading', 0.8],
  ],
];

const FORMS: Partial<Record<FamilyName, readonly Form[]>> = {
  house: CLUB,
  techno: CLUB,
  ambient: DRIFT,
  classical: DRIFT,
  cinematic: DRIFT,
};

/**
 * Makes a composition plan from a prompt: the form that suits the style and the length, the prompt's words as styles,
 * what stands after "no" or "without" as negative styles, quoted text as lyric lines.
 *
 * @param lengthMs wanted length; brought within 1 s and 10 min. The sections last exactly as long together.
 * @param seed decides what the words leave open. The same three arguments give the same plan.
 */
export function planFromPrompt(prompt: string, lengthMs: number, seed: number): CompositionPlan {
  const total = Math.round(Math.max(LIMITS.minSectionMs, Math.min(LIMITS.maxSongMs, lengthMs)));
  // Long runs of spaces would be tried again from every place in them.
  const clean = wellFormed(prompt)
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/\n\s*/gu, '\n');
  const { positive, negative } = splitStyles(clean);
  const words = phrase(positive);
  const familyName = chooseFamily(words, words, phrase(negative), '', seed);
  const forms = FORMS[familyName] ?? SONG;
  const fitting = forms.filter((form) => total / form.length >= SHORTEST_SECTION_MS);
  const form = fitting.at(-1) ?? forms[0] ?? [['Theme', 1]];
  const title = titleOf(clean);
  return {
    ...(title === '' ? {} : { title }),
    positiveStyles: positive.length === 0 ? [FAMILIES[familyName].title] : positive,
    negativeStyles: negative,
    sections: withLyrics(timeSections(form, total, seed), quotedLines(clean)),
  };
}

/** Shares the length out; sections of whole seconds where there is room, the last takes what is left. */
function timeSections(form: Form, total: number, seed: number): Section[] {
  const random = createRandom(seed, 'form');
  const shares = form.map(([, share]) => share * (1 + 0.08 * random.normal()));
  const sum = shares.reduce((all, share) => all + share, 0);
  const grain = total / form.length > 4000 ? 1000 : 1;
  let left = total;
  return form.map(([name], index) => {
    const wanted = Math.round(((shares[index] ?? 1) / sum) * (total / grain)) * grain;
    const durationMs =
      index === form.length - 1
        ? left
        : Math.max(LIMITS.minSectionMs, Math.min(wanted, left - 1000 * (form.length - index - 1)));
    left -= durationMs;
    return { name, durationMs, positiveStyles: [], negativeStyles: [], lines: [] };
  });
}

/** Parts the prompt at commas and line ends into styles, and takes out what is denied. */
function splitStyles(prompt: string): { positive: string[]; negative: string[] } {
  const positive: string[] = [];
  const negative: string[] = [];
  const denial = new RegExp(`(?:^|\\s)(?:${DENIALS.join('|')})\\s+(.+)$`, 'iu');
  const unquoted = prompt.replace(/["“”„«»][^"“”„«»]*["“”«»]/gu, ' ');
  for (const part of unquoted.split(/[,;.!?\n，。、；]+|\s+(?:and|but|with)\s+(?=(?:no|without)\s)/u)) {
    const found = denial.exec(part);
    const kept = shorten(found ? part.slice(0, found.index) : part, 200);
    if (kept !== '' && positive.length < 50) positive.push(kept);
    for (const one of (found?.[1] ?? '').split(/\s+(?:and|or|und|oder|y|et)\s+/iu)) {
      const word = shorten(one.replace(/^(?:any|the|a)\s+/iu, ''), 200);
      if (word !== '' && negative.length < 50) negative.push(word);
    }
  }
  return { positive, negative };
}

/** Quoted text is meant to be sung: its lines, at slashes and line ends. */
function quotedLines(prompt: string): string[] {
  const quotes = [...prompt.matchAll(/["“„«]([^"“”„«»]{3,})["”“»]/gu)].map((found) => found[1] ?? '');
  return quotes
    .flatMap((quote) => quote.split(/\s*[/\n|]\s*/u))
    .map((line) => shorten(line, 500))
    .filter((line) => line !== '')
    .slice(0, 60);
}

/** Gives the lines to the sections that are sung, in order and as evenly as can be. */
function withLyrics(sections: readonly Section[], lines: readonly string[]): Section[] {
  const sung = sections.filter((section) => /verse|chorus|theme|drop/i.test(section.name));
  const each = Math.ceil(lines.length / Math.max(1, sung.length));
  return sections.map((section) => {
    const at = sung.indexOf(section);
    return at < 0 || each === 0 ? section : { ...section, lines: lines.slice(at * each, (at + 1) * each) };
  });
}

/** The first words of the prompt, at most 60 characters, with a capital. */
function titleOf(prompt: string): string {
  const first = shorten(prompt.replace(/["“”„«»]/gu, ' ').split(/[,;.!?\n，。]/u)[0] ?? '', 60);
  return first === '' ? '' : first.charAt(0).toUpperCase() + first.slice(1);
}

/** Cuts between characters, at a space if one is near, and keeps within a number of UTF-16 units. */
function shorten(text: string, most: number): string {
  const trimmed = text.replace(/\s+/gu, ' ').trim();
  if (trimmed.length <= most) return trimmed;
  const cut = wellFormed(trimmed.slice(0, most)).replace(/\uFFFD$/u, '');
  const space = cut.lastIndexOf(' ');
  return (space > most / 2 ? cut.slice(0, space) : cut).trim();
}
