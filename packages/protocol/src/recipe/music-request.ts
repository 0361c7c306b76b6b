import { LIMITS } from '../limits.js';
import type { CompositionPlan, MusicRequest, Section } from '../media.js';
import { asFields, type Fields, textOf, textsOf, wholeOf, withoutAbsent, wordOf } from './fields.js';

/** A request for a song out of what a file says; null without a plan and a prompt. Members that are out of bounds are left out. */
export function readMusicRequest(fields: Fields): MusicRequest | null {
  const prompt = textOf(fields['prompt'], LIMITS.promptChars);
  const plan = readPlan(fields['plan']);
  if (plan === undefined && (prompt ?? '').trim() === '') return null;
  return withoutAbsent({
    prompt,
    plan,
    lengthMs: wholeOf(fields['lengthMs'], LIMITS.minSectionMs, LIMITS.maxSongMs),
    seed: wholeOf(fields['seed'], 0, LIMITS.maxSeed),
    model: textOf(fields['model'], 256),
    format: wordOf(fields['format'], ['mp3', 'wav', 'flac', 'ogg']),
  });
}

function readPlan(value: unknown): CompositionPlan | undefined {
  const fields = asFields(value);
  if (fields === null || !Array.isArray(fields['sections'])) return undefined;
  const sections = (fields['sections'] as unknown[]).map(readSection).filter((section) => section !== null);
  if (sections.length === 0 || sections.length > LIMITS.maxSections) return undefined;
  const title = textOf(fields['title'], 200);
  return { ...(title === undefined ? {} : { title }), ...stylesOf(fields), sections };
}

function readSection(value: unknown): Section | null {
  const fields = asFields(value);
  const name = textOf(fields?.['name'], 200);
  const durationMs = wholeOf(fields?.['durationMs'], LIMITS.minSectionMs, LIMITS.maxSongMs);
  if (fields === null || name === undefined || name === '' || durationMs === undefined) return null;
  return { name, durationMs, ...stylesOf(fields), lines: textsOf(fields['lines'], 200, 500) };
}

function stylesOf(fields: Fields): Pick<CompositionPlan, 'positiveStyles' | 'negativeStyles'> {
  return {
    positiveStyles: textsOf(fields['positiveStyles'], 50, 200),
    negativeStyles: textsOf(fields['negativeStyles'], 50, 200),
  };
}
