import type { Random } from '../random.js';
import { drawRhythm } from './rhythm.js';

/** One note of a motif: place and length in beats, height in scale steps from the phrase's own base. */
export interface MotifNote {
  beat: number;
  beats: number;
  step: number;
}

/** A short idea of two bars that the melody repeats and varies. */
export interface Motif {
  notes: readonly MotifNote[];
  beats: number;
}

/** Shapes of a tune, in scale steps at even distances over two bars. */
const SHAPES = [
  [0, 2, 4, 5, 4, 2, 1],
  [4, 3, 2, 1, 0, 1, 2],
  [0, 1, 2, 4, 3, 2, 4],
  [2, 0, 1, 2, 4, 3, 2],
  [0, 4, 3, 2, 1, 2, 0],
  [2, 2, 3, 4, 4, 3, 1],
  [4, 4, 2, 3, 1, 2, 0],
  [0, 0, 2, 2, 4, 4, 2],
  [0, 2, 1, 3, 2, 4, 2],
  [5, 4, 2, 4, 3, 1, 0],
] as const;

/**
 * Invents a motif: a rhythm whose second bar echoes the first, laid over a shape. It moves mostly by step; where it
 * leaps, it turns back.
 */
export function inventMotif(feel: { split: number; rest: number }, beatsPerBar: number, random: Random): Motif {
  const rhythm = drawRhythm(feel, beatsPerBar, random);
  const beats = beatsPerBar * 2;
  const shape = SHAPES[random.int(SHAPES.length)] ?? SHAPES[0];
  let before: number = shape[0];
  const notes = rhythm.map(({ beat, beats: length }, index): MotifNote => {
    const at = (beat / beats) * (shape.length - 1);
    const low = shape[Math.floor(at)] ?? 0;
    const high = shape[Math.min(shape.length - 1, Math.floor(at) + 1)] ?? low;
    const ideal = low + (high - low) * (at - Math.floor(at));
    // Short notes between the beats pass by or turn around their neighbours.
    const isWeak = beat % 1 !== 0 && length <= 0.5;
    const turned = isWeak && index > 0 && random.chance(0.45) ? before + (random.chance(0.5) ? 1 : -1) : ideal;
    const step = Math.round(Math.max(before - 4, Math.min(before + 4, turned)));
    before = step;
    return { beat, beats: length * 0.94, step };
  });
  return { notes, beats };
}

/** How a motif is changed when it comes back. */
export type Variation = 'same' | 'up' | 'down' | 'invert' | 'thin' | 'turn' | 'ornament' | 'fragment' | 'answer';

/** Changes a motif so that it is still known again: moved, mirrored, thinned out, adorned, or with another ending. */
export function varyMotif(motif: Motif, variation: Variation): Motif {
  const { notes, beats } = motif;
  const moved = (by: number) => ({ beats, notes: notes.map((note) => ({ ...note, step: note.step + by })) });
  switch (variation) {
    case 'same':
      return motif;
    case 'up':
      return moved(2);
    case 'down':
      return moved(-2);
    case 'invert': {
      const axis = notes[0]?.step ?? 0;
      return { beats, notes: notes.map((note) => ({ ...note, step: 2 * axis - note.step })) };
    }
    case 'thin':
      return {
        beats,
        notes: notes
          .filter((note, i) => note.beat % 1 === 0 || i === 0)
          .map((note) => ({ ...note, beats: Math.max(note.beats, 0.9) })),
      };
    case 'turn':
      return {
        beats,
        notes: notes.map((note, i) =>
          i < notes.length / 2 ? note : { ...note, step: note.step + (i % 2 === 0 ? -2 : 1) },
        ),
      };
    case 'ornament':
      return { beats, notes: notes.flatMap((note, i) => adorn(note, i)) };
    case 'fragment':
      return fragment(motif);
    case 'answer':
      return answer(motif);
  }
}

/** A long note becomes two: itself and the step above it. */
function adorn(note: MotifNote, index: number): MotifNote[] {
  if (note.beats < 0.9 || index % 2 === 1) return [note];
  const half = note.beats >= 1.8 ? note.beats - 0.5 : note.beats / 2;
  const second = Math.round((note.beat + half) * 4) / 4;
  return [
    { ...note, beats: second - note.beat },
    { ...note, beat: second, beats: note.beat + note.beats - second, step: note.step + 1 },
  ];
}

/** The first bar twice, the second time a step higher. */
function fragment({ notes, beats }: Motif): Motif {
  const first = notes.filter((note) => note.beat < beats / 2 - 0.01);
  return {
    beats,
    notes: [...first, ...first.map((note) => ({ ...note, beat: note.beat + beats / 2, step: note.step + 1 }))].map(
      (note) => ({ ...note, beats: Math.min(note.beats, beats - note.beat) }),
    ),
  };
}

/** The same beginning, then a way home: the last notes fall to the tonic, which is held. */
function answer({ notes, beats }: Motif): Motif {
  const from = Math.ceil(notes.length * 0.6);
  const start = notes[from - 1]?.step ?? 0;
  const kept = notes.filter((note, i) => i < from || note.beat <= beats - 2);
  return {
    beats,
    notes: kept.map((note, i) => {
      if (i < from) return note;
      const along = (i - from + 1) / Math.max(1, kept.length - from);
      const isLast = i === kept.length - 1;
      return {
        ...note,
        step: Math.round(start * (1 - along)),
        beats: isLast ? Math.max(note.beats, beats - note.beat - 0.5) : note.beats,
      };
    }),
  };
}
