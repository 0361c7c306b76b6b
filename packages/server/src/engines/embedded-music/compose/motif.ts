import type { Random } from '../random.js';

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

/** Invents a motif: beats are split or joined by chance, the line moves mostly by step and turns back at its edges. */
export function inventMotif(feel: { split: number; rest: number }, beatsPerBar: number, random: Random): Motif {
  const beats = beatsPerBar * 2;
  const notes: MotifNote[] = [];
  let step = random.int(3) * 2;
  let way = random.chance(0.6) ? 1 : -1;
  for (let beat = 0; beat < beats - 0.9; ) {
    const cell = drawCell(beat, beats, feel.split, random);
    for (const [index, length] of cell.entries()) {
      const start = beat + cell.slice(0, index).reduce((sum, part) => sum + part, 0);
      const silent = start > 0 && random.chance(index === 0 ? feel.rest * 0.7 : feel.rest);
      if (!silent) notes.push({ beat: start, beats: length * 0.92, step });
      if (random.chance(0.25)) way = -way;
      if (step > 5) way = -1;
      if (step < -2) way = 1;
      step += way * (random.chance(0.68) ? 1 : random.chance(0.8) ? 2 : 3);
    }
    beat += cell.reduce((sum, part) => sum + part, 0);
  }
  return { notes, beats };
}

function drawCell(beat: number, beats: number, split: number, random: Random): readonly number[] {
  const left = beats - beat;
  if (left <= 2 && beat > 0) return [left];
  if (random.chance(split)) {
    return random.pick([
      [0.5, 0.5],
      [0.5, 0.5, 1],
      [1.5, 0.5],
      [0.5, 1, 0.5],
      [0.75, 0.25, 1],
      [0.5, 0.5, 0.5, 0.5],
    ]);
  }
  return random.pick([[1], [1, 1], [2], [1.5, 0.5]]);
}

/** How a motif is changed when it comes back. */
export type Variation = 'same' | 'up' | 'down' | 'invert' | 'thin' | 'turn';

/** Changes a motif so that it is still known again: moved, mirrored, thinned out, or with another ending. */
export function varyMotif(motif: Motif, variation: Variation): Motif {
  const { notes, beats } = motif;
  const moved = (by: number) => ({ beats, notes: notes.map((note) => ({ ...note, step: note.step + by })) });
  switch (variation) {
    case 'same':
      return motif;
    case 'up':
      return moved(1);
    case 'down':
      return moved(-1);
    case 'invert': {
      const axis = notes[0]?.step ?? 0;
      return { beats, notes: notes.map((note) => ({ ...note, step: 2 * axis - note.step })) };
    }
    case 'thin':
      return {
        beats,
        notes: notes
          .filter((note) => note.beat % 1 === 0)
          .map((note) => ({ ...note, beats: Math.max(note.beats, 0.9) })),
      };
    case 'turn':
      return {
        beats,
        notes: notes.map((note, i) =>
          i < notes.length / 2 ? note : { ...note, step: note.step + (i % 2 === 0 ? -2 : 1) },
        ),
      };
  }
}
