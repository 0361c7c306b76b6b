import { type InstrumentName, ORCHESTRA } from './orchestra.js';
import { type Key, mod } from './scales.js';
import type { BeatNote } from './score.js';

/** Folds notes by octaves into what an instrument plays well. */
export function fitRange(notes: readonly BeatNote[], instrument: InstrumentName): BeatNote[] {
  const [low, high] = ORCHESTRA[instrument].range;
  return notes.map((note) => {
    let { pitch } = note;
    while (pitch > high) pitch -= 12;
    while (pitch < low) pitch += 12;
    return pitch === note.pitch ? note : { ...note, pitch };
  });
}

/** Room that a tune takes above its tonic, in semitones: an octave and a third. */
const REACH = 15;

/**
 * The pitch of the tonic that a tune is built on: the one next to `wanted` from which the tune still lies well for its
 * instrument.
 */
export function tuneTonic(instrument: InstrumentName, key: Key, wanted: number): number {
  const [low, high] = ORCHESTRA[instrument].range;
  const most = Math.max(low + 11, Math.min(wanted + 6, high - REACH));
  return most - mod(most - key.tonic, 12);
}
