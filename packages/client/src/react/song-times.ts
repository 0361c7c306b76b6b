import type { Artifact } from '@rendercast/protocol/media';

/** A part of a song, or a line of its words, and when it is heard. */
export interface SongTime {
  text: string;
  startMs: number;
  endMs: number;
}

/** When what is heard, as far as the engine told it. */
export interface SongTimes {
  sections: readonly SongTime[];
  lyrics: readonly SongTime[];
}

/** Reads sections and timed lines from what an artifact was made with; nothing where an engine does not tell them. */
export function songTimes(artifact: Pick<Artifact, 'parameters'> | null): SongTimes {
  const { sections, lyrics } = artifact?.parameters ?? {};
  return { sections: timesOf(sections, 'name'), lyrics: timesOf(lyrics, 'text') };
}

function timesOf(value: unknown, key: 'name' | 'text'): SongTime[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: Record<string, unknown> | null) => {
    const { [key]: text, startMs, endMs } = entry ?? {};
    const fits = typeof text === 'string' && typeof startMs === 'number' && typeof endMs === 'number';
    return fits ? [{ text, startMs, endMs }] : [];
  });
}

/** The number of the entry that is heard at a time; -1 between them. */
export function heardAt(times: readonly SongTime[], timeMs: number): number {
  return times.findIndex(({ startMs, endMs }) => timeMs >= startMs && timeMs < endMs);
}
