import { type Syllable, syllablesOf } from '../plan/syllables.js';
import { createRandom } from '../random.js';
import type { ChordSpan } from './harmony.js';
import { chordAt } from './harmony.js';
import { type MelodyCue, nearest } from './melody.js';
import type { Motif } from './motif.js';
import { degreePitch } from './scales.js';
import type { BeatNote } from './score.js';
import type { Grid } from './timeline.js';

/** A lyric line in beats of its section. */
export interface BeatLine {
  text: string;
  beat: number;
  endBeat: number;
}

/** Shortest note of a syllable, in beats; what does not fit is drawn together, so a line of a novel stays a line of music. */
const SHORTEST = 0.125;

/**
 * Sets lyric lines to notes: the section is shared out among the lines, each syllable gets one note, words begin on
 * the stronger places, and every line ends with a rest to breathe in. The heights follow the section's motif.
 */
export function setLyrics(
  lines: readonly string[],
  motif: Motif,
  cue: MelodyCue,
  chords: readonly ChordSpan[],
  grid: Grid,
): { notes: BeatNote[]; lines: BeatLine[] } {
  const notes: BeatNote[] = [];
  const timed: BeatLine[] = [];
  const sung = lines
    .map((text) => ({ text, syllables: syllablesOf(text) }))
    .filter((line) => line.syllables.length > 0);
  const share = grid.totalBeats / Math.max(1, sung.length);
  for (const [index, line] of sung.entries()) {
    const start = snap(index * share, share);
    const end = snap((index + 1) * share, share);
    const placed = placeSyllables(line.syllables, start, end);
    const random = createRandom(cue.seed, 'lyrics', cue.role, index);
    for (const [i, place] of placed.entries()) {
      const pitch = heightOf(i, placed.length, place.beat, index, motif, cue, chords);
      const velocity = 0.66 + 0.2 * cue.energy + (place.syllable.startsWord ? 0.06 : -0.03) + 0.03 * random.normal();
      notes.push({
        beat: place.beat,
        beats: place.beats,
        pitch,
        velocity: Math.min(1, velocity),
        vowel: place.syllable.vowel,
      });
    }
    const last = placed.at(-1);
    timed.push({ text: line.text, beat: start, endBeat: last ? last.beat + last.beats : end });
  }
  return { notes, lines: timed };
}

/** Lines begin on beats where there is room for that. */
const snap = (beat: number, share: number) => (share >= 2 ? Math.round(beat) : beat);

function placeSyllables(
  syllables: readonly Syllable[],
  start: number,
  end: number,
): { syllable: Syllable; beat: number; beats: number }[] {
  const room = end - start;
  const most = Math.max(1, Math.floor((room * 0.9) / SHORTEST));
  const kept = syllables.slice(0, most);
  // The widest of these steps that leaves a breath; if none does, the line is spread evenly.
  const breath = Math.min(1, room * 0.15);
  const step = [1, 0.5, 0.25].find((size) => kept.length * size <= room - breath) ?? (room * 0.92) / kept.length;
  const placed = kept.map((syllable, index) => ({ syllable, beat: start + index * step, beats: step * 0.93 }));
  const last = placed.at(-1);
  if (last) last.beats = Math.max(last.beats, Math.min(1.5, end - breath - last.beat));
  return placed;
}

function heightOf(
  index: number,
  count: number,
  beat: number,
  line: number,
  motif: Motif,
  cue: MelodyCue,
  chords: readonly ChordSpan[],
): number {
  const tones = chordAt(chords, beat).tones;
  const along = Math.floor((index / Math.max(1, count)) * motif.notes.length);
  const contour = motif.notes[along]?.step ?? 0;
  const within = index % 3 === 1 && count > motif.notes.length ? 1 : 0;
  const lift = (cue.role === 'chorus' || cue.role === 'drop' ? 2 : 0) + (line % 4 === 1 ? 1 : line % 4 === 3 ? -1 : 0);
  const pitch = degreePitch(cue.key, contour + within + lift, cue.floor);
  const isEnd = index === count - 1;
  return isEnd ? nearest(pitch, tones.slice(0, 2)) : beat % 1 < 0.01 ? nearest(pitch, tones.slice(0, 3)) : pitch;
}
