import type { Random } from '../random.js';
import type { ChordSpan } from './harmony.js';
import { type Key, MODES, mod } from './scales.js';
import type { BeatNote } from './score.js';

/** Lowest and highest pitch of the line. */
const LOWEST = 27;
const HIGHEST = 47;

/** A quarter-note line: the root, scale and chord notes on the way, and a step into the next root. */
export function walk(span: ChordSpan, root: number, goal: number, key: Key, random: Random): BeatNote[] {
  const scale = new Set([...MODES[key.mode].map((step) => mod(key.tonic + step, 12)), ...span.chord.tones]);
  const notes: BeatNote[] = [];
  let pitch = root;
  let way = goal > root ? 1 : random.chance(0.5) ? 1 : -1;
  for (let offset = 0; offset < span.beats - 0.01; offset++) {
    const isLast = offset >= span.beats - 1;
    if (offset > 0 && isLast)
      pitch = pitch < goal ? goal - 1 : pitch > goal ? goal + 1 : goal + (random.chance(0.5) ? 1 : -1);
    else if (offset > 0) {
      if (pitch - root > 7 || pitch > HIGHEST - 3) way = -1;
      else if (pitch < LOWEST + 3) way = 1;
      else if (random.chance(0.25)) way = -way;
      pitch = stepOf(pitch, way, offset % 2 === 0 ? new Set(span.chord.tones) : scale);
    }
    notes.push({
      beat: span.beat + offset,
      beats: Math.min(0.92, span.beats - offset),
      pitch,
      velocity: offset % 2 ? 0.84 : 0.76,
    });
    // A skipped note between two beats keeps the line alive.
    if (!isLast && offset % 2 === 1 && random.chance(0.14))
      notes.push({ beat: span.beat + offset + 0.5, beats: 0.3, pitch, velocity: 0.5 });
  }
  return notes;
}

function stepOf(pitch: number, way: number, tones: ReadonlySet<number>): number {
  let moved = pitch + way;
  for (let tries = 0; tries < 6 && !tones.has(mod(moved, 12)); tries++) moved += way;
  return Math.max(LOWEST, Math.min(HIGHEST, moved));
}
