import type { Random } from '../random.js';

/** A note without a height. */
interface Beat {
  beat: number;
  beats: number;
}

/** Bars of a tune by how busy they are: lengths in beats, rests below zero. */
const FOUR = {
  sparse: [[2, 2], [3, 1], [1.5, 0.5, 2], [4], [-1, 1, 2], [1, 3], [2, -1, 1]],
  medium: [
    [1, 1, 1, 1],
    [1.5, 0.5, 1, 1],
    [1, 0.5, 0.5, 2],
    [0.5, 0.5, 1, 2],
    [-0.5, 0.5, 1, 1, 1],
    [1.5, 1.5, 1],
    [1, 1, 0.5, 0.5, 1],
    [0.5, 1, 0.5, 2],
  ],
  busy: [
    [0.5, 0.5, 0.5, 0.5, 1, 1],
    [0.5, 1, 0.5, 1, 1],
    [0.5, 0.5, 1, 0.5, 0.5, 1],
    [-0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1],
    [0.75, 0.75, 0.5, 0.75, 0.75, 0.5],
    [1.5, 0.5, 0.5, 0.5, 1],
    [0.5, 0.5, 0.5, 1, 0.5, 1],
    [0.75, 0.25, 0.5, 0.5, 1, 1],
  ],
} as const;

const THREE = {
  sparse: [[3], [2, 1], [1, 2]],
  medium: [
    [1, 1, 1],
    [1.5, 0.5, 1],
    [2, 0.5, 0.5],
    [-1, 1, 1],
  ],
  busy: [
    [1, 0.5, 0.5, 1],
    [0.5, 0.5, 1, 1],
    [0.5, 0.5, 0.5, 0.5, 1],
    [1, 1, 0.5, 0.5],
  ],
} as const;

type Bar = readonly number[];

/** Draws the rhythm of two bars: in more than half of all motifs the second echoes the first and comes to rest. */
export function drawRhythm(feel: { split: number; rest: number }, beatsPerBar: number, random: Random): Beat[] {
  const table = beatsPerBar === 3 ? THREE : FOUR;
  const density = feel.split + 0.14 * random.normal();
  const level = density < 0.3 ? 'sparse' : density < 0.56 ? 'medium' : 'busy';
  const pick = (bars: readonly Bar[]): Bar => bars[random.int(bars.length)] ?? [beatsPerBar];
  const first = pick(table[level]);
  const echoes = random.chance(0.6);
  const other = pick(table[level === 'busy' ? 'medium' : level]);
  const second = echoes ? settle(first, beatsPerBar) : other;
  const notes = [...lay(first, 0), ...lay(second, beatsPerBar)];
  // A motif breathes: weak notes fall silent by the style's own measure, never the first.
  return notes.filter((note, i) => i === 0 || note.beat % 2 === 0 || !random.chance(feel.rest * 0.6));
}

/** The same bar with its last beats joined to one long note. */
function settle(bar: Bar, beatsPerBar: number): Bar {
  const kept: number[] = [];
  let used = 0;
  for (const length of bar) {
    if (used + Math.abs(length) > beatsPerBar - 2 + 0.01 && used > 0) break;
    kept.push(length);
    used += Math.abs(length);
  }
  return [...kept, beatsPerBar - used];
}

function lay(bar: Bar, from: number): Beat[] {
  const notes: Beat[] = [];
  let beat = from;
  for (const length of bar) {
    if (length > 0) notes.push({ beat, beats: length });
    beat += Math.abs(length);
  }
  return notes;
}
