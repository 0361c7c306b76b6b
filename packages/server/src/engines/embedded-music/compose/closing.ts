import type { BeatHit, BeatNote } from './score.js';
import type { Grid } from './timeline.js';

/** Room for what human hands play a little early. */
const EARLY = 0.06;

/** Where the last bar of a song begins, in beats of its section; null where it is too short for a close of its own. */
export function closingBeat(grid: Grid): number | null {
  const start = grid.barStarts.at(-1) ?? 0;
  return grid.barStarts.length >= 2 && grid.totalBeats - start >= 2 ? start : null;
}

/** Ends a part as players do: what begins the last bar is held to the end, and nothing follows it. */
export function closeNotes(notes: readonly BeatNote[], closing: number, grid: Grid): BeatNote[] {
  return notes
    .filter((note) => note.beat < closing + EARLY)
    .map((note) => (note.beat > closing - EARLY ? { ...note, beats: grid.totalBeats - note.beat } : note));
}

/** Ends the drums with one stroke on the last bar. */
export function closeHits(hits: readonly BeatHit[], closing: number): BeatHit[] {
  if (hits.length === 0) return [];
  const before = hits.filter((hit) => hit.beat < closing - EARLY);
  const kick = hits.some((hit) => hit.sound === 'boom') ? 'boom' : 'kick';
  return [...before, { beat: closing, sound: kick, velocity: 0.8 }, { beat: closing, sound: 'crash', velocity: 0.5 }];
}
