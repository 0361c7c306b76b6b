import type { ChordSpan } from './harmony.js';
import { nearest } from './melody.js';
import { degreePitch, type Key } from './scales.js';
import type { BeatNote } from './score.js';

/** What a counter-line goes by. */
interface CounterCue {
  key: Key;
  energy: number;
  /** Lowest and highest pitch of the line. */
  range: readonly [number, number];
}

/**
 * A slow line beneath the tune: thirds and sevenths of the chords, reached by the smallest step, with a passing note
 * where two chords lie a third apart.
 */
export function counterLine(spans: readonly ChordSpan[], cue: CounterCue): BeatNote[] {
  const [low, high] = cue.range;
  let before = Math.round(low + (high - low) * 0.5);
  const notes: BeatNote[] = [];
  for (const [index, span] of spans.entries()) {
    const guides = [span.chord.tones[1] ?? 0, span.chord.tones[3] ?? span.chord.tones[2] ?? 7];
    const pitch = within(nearest(before, guides), low, high);
    before = pitch;
    notes.push({ beat: span.beat, beats: span.beats * 0.97, pitch, velocity: 0.5 + 0.22 * cue.energy });
    const next = spans[index + 1];
    if (!next || span.beats < 3.9) continue;
    const goal = within(nearest(pitch, [next.chord.tones[1] ?? 0]), low, high);
    const between = Math.round((pitch + goal) / 2);
    const passing = scaleTone(between, cue.key);
    const last = notes.at(-1);
    if (last && Math.abs(goal - pitch) >= 3 && passing !== pitch && passing !== goal) {
      last.beats = span.beats - 1.05;
      notes.push({ beat: span.beat + span.beats - 1, beats: 0.95, pitch: passing, velocity: 0.46 + 0.2 * cue.energy });
    }
  }
  return notes;
}

/** Short chords of a section of horns where the tune rests, and at the end of each fourth bar. */
export function counterStabs(
  spans: readonly ChordSpan[],
  tune: readonly BeatNote[],
  cue: CounterCue & { totalBeats: number; beatsPerBar: number },
): BeatNote[] {
  const [low, high] = cue.range;
  const notes: BeatNote[] = [];
  const sounds = (from: number, to: number) =>
    tune.some((note) => note.beat < to && note.beat + note.beats > from + 0.1);
  for (let bar = 0; (bar + 1) * cue.beatsPerBar <= cue.totalBeats + 0.01; bar++) {
    const start = bar * cue.beatsPerBar;
    const figure = bar % 4 === 3 ? [1.5, 2.5, 3.5] : bar % 2 === 1 ? [2.5, 3.5] : [];
    for (const [index, offset] of figure.entries()) {
      const beat = start + offset;
      if (offset >= cue.beatsPerBar || sounds(beat, beat + 0.5)) continue;
      const chord = [...spans].reverse().find((span) => span.beat <= beat + 0.01)?.chord;
      const middle = Math.round((low + high) / 2);
      for (const tone of chord?.tones.slice(0, 3) ?? []) {
        const pitch = within(nearest(middle, [tone]), low, high);
        notes.push({ beat, beats: index === figure.length - 1 ? 0.4 : 0.28, pitch, velocity: 0.55 + 0.3 * cue.energy });
      }
    }
  }
  return notes;
}

function within(pitch: number, low: number, high: number): number {
  let moved = pitch;
  while (moved > high) moved -= 12;
  while (moved < low) moved += 12;
  return moved;
}

/** The tone of the scale next to a pitch. */
function scaleTone(pitch: number, key: Key): number {
  const classes = Array.from({ length: 7 }, (_, degree) => degreePitch(key, degree, 0) % 12);
  return nearest(pitch, classes);
}
