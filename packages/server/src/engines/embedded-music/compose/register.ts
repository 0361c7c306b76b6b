import { type InstrumentName, ORCHESTRA } from './orchestra.js';
import type { BeatNote } from './score.js';

/** Folds notes by octaves into what an instrument plays well. */
export function fitRange(notes: readonly BeatNote[], instrument: InstrumentName): BeatNote[] {
  const [low, high] = ORCHESTRA[instrument].range;
  return notes.map((note) => {
    let pitch = note.pitch;
    while (pitch > high) pitch -= 12;
    while (pitch < low) pitch += 12;
    return pitch === note.pitch ? note : { ...note, pitch };
  });
}

/** The pitch at or above which a tune's tonic lies, so that an octave and a fourth above it are still played well. */
export function tuneFloor(instrument: InstrumentName): number {
  const [low, high] = ORCHESTRA[instrument].range;
  return Math.max(low, Math.min(64, high - 23));
}
