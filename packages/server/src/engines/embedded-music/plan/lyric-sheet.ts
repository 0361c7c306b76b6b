import { LIMITS } from '@rendercast/protocol';
import { shorten } from './prompt-text.js';

/** A sheet of lyrics: what stands before the first heading, and the sections. */
export interface LyricSheet {
  before: string;
  sections: readonly { name: string; lines: readonly string[] }[];
}

const HEADING = /^\s*(?:\[([^\]\n]{1,80})\]|\*\*([^*\n]{1,80})\*\*|#+\s*([^\n]{1,80}))\s*:?\s*$/u;
/** Most sections of a sheet, and lines of one. */
const MOST_LINES = 60;

/** Reads text with headings such as "[Verse 1]" on lines of their own; null where there are none. */
export function readLyricSheet(text: string): LyricSheet | null {
  const before: string[] = [];
  const sections: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const heading = HEADING.exec(line);
    const name = heading ? shorten(heading[1] ?? heading[2] ?? heading[3] ?? '', 100) : '';
    const current = sections.at(-1);
    if (name !== '') sections.push({ name, lines: [] });
    else if (!current) before.push(line);
    else if (line.trim() !== '' && current.lines.length < MOST_LINES) current.lines.push(shorten(line, 500));
  }
  if (sections.length === 0) return null;
  return { before: before.join('\n'), sections: sections.slice(0, LIMITS.maxSections) };
}

/** The share of a section by its lines: two bars each, four at least. */
export const sheetShare = (lines: readonly string[]): number => Math.max(1, lines.length / 2);
