import { type Syllable, type Word, wordsOf } from '../plan/syllables.js';
import { createRandom } from '../random.js';
import { type ChordSpan, chordAt } from './harmony.js';
import { type PlacedSyllable, placeSyllables } from './lyric-rhythm.js';
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
  words: readonly { text: string; beat: number; endBeat: number }[];
}

/** Times at which no line is sung, in beats: room for an answer. */
export interface Gap {
  from: number;
  to: number;
}

/** What lyrics come to: notes, lines with times, and the gaps between them. */
export interface SetLyrics {
  notes: BeatNote[];
  lines: BeatLine[];
  gaps: Gap[];
}

/** The lines that are sung: those with words that do not only direct ("[Guitar solo]"). */
export function sungLines(lines: readonly string[]): { text: string; words: readonly Word[] }[] {
  return lines
    .filter((text) => !/^\s*[[{].*[\]}]\s*$/u.test(text))
    .map((text) => ({ text, words: wordsOf(text) }))
    .filter((line) => line.words.length > 0);
}

/**
 * Sets lyric lines to notes: the section is shared out among the lines, each line is a phrase of whole bars where there
 * is room, each syllable gets one note, weight falls on strong beats, and every line ends with a rest to breathe in. The
 * heights follow the section's motif.
 */
export function setLyrics(
  lines: readonly string[],
  motif: Motif,
  cue: MelodyCue,
  chords: readonly ChordSpan[],
  grid: Grid,
): SetLyrics {
  const sung = sungLines(lines);
  const beatsPerBar = Math.max(...grid.barBeats, 1);
  const share = grid.totalBeats / Math.max(1, sung.length);
  const set: SetLyrics = { notes: [], lines: [], gaps: [] };
  for (const [index, line] of sung.entries()) {
    const start = snap(index * share, share, beatsPerBar);
    const end = Math.min(grid.totalBeats, snap((index + 1) * share, share, beatsPerBar));
    const syllables = line.words.flatMap((word) => word.syllables);
    const placed = placeSyllables(syllables, phraseBeats(syllables.length, end - start, beatsPerBar), beatsPerBar);
    const random = createRandom(cue.seed, 'lyrics', cue.role, index);
    let before: number | null = null;
    for (const [i, place] of placed.entries()) {
      const pitch = heightOf(
        { ...place, index: i, count: placed.length, line: index, start },
        before,
        motif,
        cue,
        chords,
      );
      before = pitch;
      const weight = place.syllable.stressed ? 0.07 : -0.05;
      const velocity = 0.64 + 0.2 * cue.energy + weight + 0.03 * random.normal();
      set.notes.push({
        beat: start + place.beat,
        beats: place.beats,
        pitch,
        velocity: Math.min(1, velocity),
        vowel: place.syllable.vowel,
      });
    }
    const last = placed.at(-1);
    const endBeat = last ? start + last.beat + last.beats : end;
    set.lines.push({
      text: line.text,
      beat: start + (placed[0]?.beat ?? 0),
      endBeat,
      words: timeWords(line.words, placed, start),
    });
    if (end - endBeat >= 2.5) set.gaps.push({ from: Math.ceil(endBeat + 0.5), to: end });
  }
  return set;
}

/** Lines begin on bars, or else on beats, where there is room for that. */
const snap = (beat: number, share: number, beatsPerBar: number) =>
  share >= beatsPerBar ? Math.round(beat / beatsPerBar) * beatsPerBar : share >= 2 ? Math.round(beat) : beat;

/** A line takes one bar, two or four, as its syllables need; what is left of its share belongs to the instruments. */
function phraseBeats(syllables: number, room: number, beatsPerBar: number): number {
  const wanted = syllables * 0.6 + 1;
  const bars = [1, 2, 4].find((count) => count * beatsPerBar >= wanted);
  return bars === undefined ? room : Math.min(room, bars * beatsPerBar);
}

function timeWords(words: readonly Word[], placed: readonly PlacedSyllable[], start: number): BeatLine['words'] {
  let next = 0;
  return words.flatMap(({ text, syllables }) => {
    const first = placed[next];
    next += syllables.length;
    const last = placed[Math.min(next, placed.length) - 1];
    return first && last ? [{ text, beat: start + first.beat, endBeat: start + last.beat + last.beats }] : [];
  });
}

interface SungPlace {
  syllable: Syllable;
  beat: number;
  index: number;
  count: number;
  line: number;
  start: number;
}

/** Lines follow each other as question and answer; the motif gives the shape, the chord the resting points. */
function heightOf(
  place: SungPlace,
  before: number | null,
  motif: Motif,
  cue: MelodyCue,
  chords: readonly ChordSpan[],
): number {
  const { syllable, index, count, line } = place;
  const beat = place.start + place.beat;
  const { tones } = chordAt(chords, beat);
  const along = (index / Math.max(1, count)) * motif.notes.length;
  const contour = motif.notes[Math.floor(along)]?.step ?? 0;
  const lift = (cue.role === 'chorus' || cue.role === 'drop' ? 2 : 0) + (line % 4 === 2 ? 1 : line % 4 === 3 ? -1 : 0);
  const pitch = degreePitch(cue.key, contour + lift, cue.floor);
  const isEnd = index === count - 1;
  // A question ends open, on third or fifth; an answer comes to the root or the third.
  const stable = isEnd ? (line % 2 === 0 ? tones.slice(1, 3) : tones.slice(0, 2)) : tones.slice(0, 3);
  const bent = isEnd || (syllable.stressed && beat % 1 < 0.01) ? nearest(pitch, stable) : pitch;
  if (before === null || Math.abs(bent - before) <= 9) return bent;
  return bent > before ? bent - 12 : bent + 12;
}
