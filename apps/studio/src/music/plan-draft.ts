import { LIMITS } from '@rendercast/protocol/limits';
import type { CompositionPlan } from '@rendercast/protocol/media';

/** A section as it is edited. `key` is its own for as long as the page lives, whatever its place. */
export interface DraftSection {
  key: number;
  name: string;
  durationMs: number;
  positiveStyles: readonly string[];
  negativeStyles: readonly string[];
  /** Lyric lines, as typed: one on each line. */
  lyrics: string;
}

/** A plan as it is edited. */
export interface PlanDraft {
  title: string;
  positiveStyles: readonly string[];
  negativeStyles: readonly string[];
  sections: readonly DraftSection[];
  /** Key of the section that is looked at. */
  selected: number;
  nextKey: number;
}

/** What can be done to a draft. */
export type PlanChange =
  | { do: 'set'; part: Partial<Pick<PlanDraft, 'title' | 'positiveStyles' | 'negativeStyles'>> }
  | { do: 'change'; key: number; part: Partial<Omit<DraftSection, 'key'>> }
  | { do: 'select'; key: number }
  /** To a place, counted from 0; beyond an end it stays there. */
  | { do: 'move'; key: number; to: number }
  | { do: 'add' }
  | { do: 'copy'; key: number }
  | { do: 'remove'; key: number }
  | { do: 'load'; plan: CompositionPlan };

/** Lengths are set in steps of this, by key and by drag, in milliseconds. */
const STEP_MS = 500;

/** What an editor starts with. */
export const FIRST_DRAFT: PlanDraft = draftOf({
  title: 'Morning harbour',
  positiveStyles: ['warm acoustic folk', 'fingerpicked guitar'],
  negativeStyles: ['harsh noise'],
  sections: [
    { name: 'Intro', durationMs: 6_000, positiveStyles: ['sparse'], negativeStyles: ['drums'], lines: [] },
    {
      name: 'Verse',
      durationMs: 14_000,
      positiveStyles: [],
      negativeStyles: [],
      lines: ['The boats come in with the morning light', 'And the gulls are loud again'],
    },
    {
      name: 'Chorus',
      durationMs: 14_000,
      positiveStyles: ['full', 'bright'],
      negativeStyles: [],
      lines: ['Oh, carry me over the water', 'Carry me home'],
    },
    { name: 'Outro', durationMs: 8_000, positiveStyles: ['fading'], negativeStyles: ['drums'], lines: [] },
  ],
});

/** The draft of a plan. */
export function draftOf(plan: CompositionPlan): PlanDraft {
  const sections = plan.sections.map(({ lines, ...section }, key) => ({ ...section, key, lyrics: lines.join('\n') }));
  const { positiveStyles, negativeStyles } = plan;
  return { title: plan.title ?? '', positiveStyles, negativeStyles, sections, selected: 0, nextKey: sections.length };
}

/** The plan of a draft, as it would be sent: it may break limits. */
export function planOf({ title, positiveStyles, negativeStyles, sections }: PlanDraft): CompositionPlan {
  return {
    ...(title.trim() === '' ? {} : { title: title.trim() }),
    positiveStyles: [...positiveStyles],
    negativeStyles: [...negativeStyles],
    sections: sections.map((section) => ({
      name: section.name.trim(),
      durationMs: section.durationMs,
      positiveStyles: [...section.positiveStyles],
      negativeStyles: [...section.negativeStyles],
      lines: linesOf(section),
    })),
  };
}

/** The lyric lines of a section; empty lines are for the eye only. */
export function linesOf({ lyrics }: Pick<DraftSection, 'lyrics'>): string[] {
  return lyrics
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Length of the whole, in milliseconds. */
export function totalMs({ sections }: Pick<PlanDraft, 'sections'>): number {
  return sections.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** A length within what a section may have, in whole steps. */
export function fittingMs(durationMs: number): number {
  const stepped = Math.round(durationMs / STEP_MS) * STEP_MS;
  return Math.min(LIMITS.maxSongMs, Math.max(LIMITS.minSectionMs, stepped));
}

/** A length some steps longer or shorter, within what a section may have. */
export function steppedMs(durationMs: number, steps: number): number {
  return Math.min(LIMITS.maxSongMs, Math.max(LIMITS.minSectionMs, durationMs + steps * STEP_MS));
}

/** The draft after a change. */
export function changed(draft: PlanDraft, change: PlanChange): PlanDraft {
  const { sections, nextKey } = draft;
  switch (change.do) {
    case 'set':
      return { ...draft, ...change.part };
    case 'select':
      return { ...draft, selected: change.key };
    case 'load':
      return draftOf(change.plan);
    case 'change': {
      const next = sections.map((each) => (each.key === change.key ? { ...each, ...change.part } : each));
      return { ...draft, sections: next };
    }
    case 'move':
      return { ...draft, sections: moved(sections, change.key, change.to), selected: change.key };
    case 'add': {
      const section = {
        key: nextKey,
        name: 'New section',
        durationMs: 8_000,
        positiveStyles: [],
        negativeStyles: [],
        lyrics: '',
      };
      return { ...draft, sections: [...sections, section], selected: nextKey, nextKey: nextKey + 1 };
    }
    case 'copy': {
      const index = sections.findIndex(({ key }) => key === change.key);
      const copy = sections[index];
      if (copy === undefined) return draft;
      const next = [...sections.slice(0, index + 1), { ...copy, key: nextKey }, ...sections.slice(index + 1)];
      return { ...draft, sections: next, selected: nextKey, nextKey: nextKey + 1 };
    }
    case 'remove': {
      const index = sections.findIndex(({ key }) => key === change.key);
      const next = sections.filter(({ key }) => key !== change.key);
      const neighbour = next[Math.min(index, next.length - 1)];
      return neighbour === undefined ? draft : { ...draft, sections: next, selected: neighbour.key };
    }
  }
}

function moved(sections: readonly DraftSection[], key: number, to: number): readonly DraftSection[] {
  const section = sections.find((each) => each.key === key);
  if (section === undefined) return sections;
  const rest = sections.filter((each) => each !== section);
  const place = Math.min(rest.length, Math.max(0, to));
  return [...rest.slice(0, place), section, ...rest.slice(place)];
}
