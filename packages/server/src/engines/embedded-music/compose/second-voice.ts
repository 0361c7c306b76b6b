import { type Key, MODES, mod } from './scales.js';
import type { BeatNote } from './score.js';

/** Energy from which a melody is sung in two parts. */
export const SECOND_VOICE_FROM = 0.9;

/** A softer second part: the third of the scale below each note, or the fourth where the third would leave the scale. */
export function secondVoice(notes: readonly BeatNote[], key: Key): BeatNote[] {
  const scale = MODES[key.mode].map((step) => mod(key.tonic + step, 12));
  return notes.map((note) => {
    const interval = [3, 4, 5].find((below) => scale.includes(mod(note.pitch - below, 12))) ?? 12;
    return { ...note, pitch: note.pitch - interval, velocity: note.velocity * 0.55 };
  });
}
