import { type CompositionPlan, LIMITS, type Section } from '@rendercast/protocol';
import { direct, familyOf } from '../compose/direction.js';
import { FAMILIES } from '../compose/families.js';
import { createRandom } from '../random.js';
import { type FormPart, formFor } from './forms.js';
import { readLyricSheet, sheetShare } from './lyric-sheet.js';
import { namedLengthMs, quotedLines, shorten, splitStyles, titleOf } from './prompt-text.js';
import { sectionLengths } from './section-lengths.js';
import { roleOf } from './section-role.js';
import { namedTempo, phrase } from './style-words.js';
import { wellFormed } from './well-formed.js';

/** Length of a song when none is asked for: a minute shows a verse, a chorus and a close. */
const DEFAULT_LENGTH_MS = 60_000;

/** Names of sections that a prompt may list, alone between commas or dashes. */
const SECTION_NAME =
  /^(?:intro|verse|strophe|pre-?chorus|chorus|refrain|hook|bridge|build(?:-?up)?|drop|break(?:down)?|solo|interlude|outro|coda)(?:\s*\d)?$/iu;

/**
 * Makes a composition plan from a prompt: the form that suits the style and the length (or the one that is listed), the
 * prompt's words as styles, what stands after "no" or "without" as negative styles. Quoted text becomes lyric lines, and
 * so does a whole sheet with headings such as "[Verse 1]". Sections are whole bars of the song's tempo.
 *
 * @param lengthMs wanted length; null: the one that the prompt names ("2 minutes"), or a minute. Brought within 1 s and
 * 10 min. The sections last exactly as long together.
 * @param seed decides what the words leave open. The same three arguments give the same plan.
 */
export function planFromPrompt(prompt: string, lengthMs: number | null, seed: number): CompositionPlan {
  // Long runs of spaces would be tried again from every place in them.
  const clean = wellFormed(prompt)
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/\n\s*/gu, '\n');
  const sheet = readLyricSheet(clean);
  const text = sheet ? sheet.before : clean;
  const wanted = lengthMs ?? namedLengthMs(text) ?? DEFAULT_LENGTH_MS;
  const totalMs = Math.round(Math.max(LIMITS.minSectionMs, Math.min(LIMITS.maxSongMs, wanted)));
  const { listed, positive, negative } = readStyles(text);
  const family = familyOf(positive, negative, '', seed);
  const lines = sheet ? [] : quotedLines(text);
  const random = createRandom(seed, 'form');
  const form: readonly FormPart[] = sheet
    ? sheet.sections.map((section) => ({ name: section.name, share: sheetShare(section.lines) }))
    : (listed ?? formFor(family, totalMs, lines.length > 0, random.next()));
  const title = titleOf(text);
  const styles = positive.length === 0 ? [FAMILIES[family].title] : positive;
  const plan = {
    ...(title === '' ? {} : { title }),
    positiveStyles: styles,
    negativeStyles: negative,
    sections: timeSections(fitting(form, totalMs), totalMs, { styles, negative }, seed),
  };
  return { ...plan, sections: sheet ? withSheet(plan.sections, sheet.sections) : withLyrics(plan.sections, lines) };
}

/** Styles, and the sections that are listed among them. */
function readStyles(text: string): { listed: FormPart[] | null; positive: string[]; negative: string[] } {
  const { positive, negative } = splitStyles(text);
  const listed: FormPart[] = [];
  const styles = positive.filter((style) => {
    const parts = style
      .replace(/^(?:structure|form|sections?)\s*:?\s*/iu, '')
      .split(/\s+(?:-|–|>|→|then)\s+|\s*(?:→|>)\s*/u);
    if (!parts.every((part) => SECTION_NAME.test(part.trim()))) return true;
    for (const part of parts) listed.push({ name: shorten(part, 100), share: 1 });
    return false;
  });
  if (listed.length < 2) return { listed: null, positive, negative };
  const sized = listed.slice(0, LIMITS.maxSections).map((part, index) => {
    const role = roleOf(part.name, index, listed.length);
    return { ...part, share: role === 'intro' || role === 'outro' || role === 'build' ? 0.5 : 1 };
  });
  return { listed: sized, positive: styles, negative };
}

/** As many sections as there is room for. */
function fitting(form: readonly FormPart[], totalMs: number): readonly FormPart[] {
  return form.slice(0, Math.max(1, Math.floor(totalMs / LIMITS.minSectionMs)));
}

/** Shares the length out in whole bars of the tempo that the song will have. */
function timeSections(
  form: readonly FormPart[],
  totalMs: number,
  words: { styles: readonly string[]; negative: readonly string[] },
  seed: number,
): Section[] {
  const draft = { durationMs: totalMs, positiveStyles: [], negativeStyles: [], lines: [] };
  const { tempoRange, beatsPerBar } = direct(
    { positiveStyles: [...words.styles], negativeStyles: [...words.negative], sections: [{ ...draft, name: 'Verse' }] },
    seed,
  );
  const isNamed = namedTempo(phrase(words.styles)) !== null;
  const lengths = sectionLengths(
    form.map(({ share }) => share),
    { totalMs, tempoBpm: tempoRange[1], nudge: isNamed ? 0.0005 : 0.06, beatsPerBar },
  );
  return form.map(({ name, styles }, index) => ({
    name,
    durationMs: lengths[index] ?? LIMITS.minSectionMs,
    positiveStyles: [...(styles ?? [])],
    negativeStyles: [],
    lines: [],
  }));
}

function withSheet(sections: readonly Section[], sheet: readonly { lines: readonly string[] }[]): Section[] {
  return sections.map((section, index) => ({ ...section, lines: [...(sheet[index]?.lines ?? [])] }));
}

const CHORUS = /chorus|drop|hook|refrain|climax/iu;
const SUNG = /verse|theme|strophe/iu;

/**
 * Gives the lines to the sections that are sung, in order and as evenly as can be. Of four lines and more the second half
 * belongs to the chorus, and comes back with it.
 */
function withLyrics(sections: readonly Section[], lines: readonly string[]): Section[] {
  const isChorus = ({ name }: Section) => CHORUS.test(name) && !/pre/iu.test(name);
  const sung = (section: Section) => SUNG.test(section.name) || isChorus(section);
  const returns = lines.length >= 4 && sections.some(isChorus) && sections.some(({ name }) => SUNG.test(name));
  const half = returns ? Math.ceil(lines.length / 2) : lines.length;
  const takers = sections.filter((section) => (returns ? SUNG.test(section.name) : sung(section)));
  const each = Math.ceil(half / Math.max(1, takers.length));
  return sections.map((section) => {
    if (returns && isChorus(section)) return { ...section, lines: lines.slice(half) };
    const at = takers.indexOf(section);
    return at < 0 || each === 0
      ? section
      : { ...section, lines: lines.slice(at * each, Math.min(half, (at + 1) * each)) };
  });
}
