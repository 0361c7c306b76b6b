/** Semitones of the seven degrees above the tonic. */
export const MODES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  minor: [0, 2, 3, 5, 7, 8, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
} as const satisfies Record<string, readonly number[]>;

export type Mode = keyof typeof MODES;

/** Names of the twelve pitch classes, with the spelling that is common in lead sheets. */
export const PITCH_NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const;

/** A tonic (pitch class 0–11) and a mode. */
export interface Key {
  tonic: number;
  mode: Mode;
}

/** Whether the third above the tonic is major. */
export function isMajorish(mode: Mode): boolean {
  return MODES[mode][2] === 4;
}

export function keyName(key: Key): string {
  return `${PITCH_NAMES[key.tonic] ?? 'C'} ${key.mode}`;
}

/** The MIDI pitch of a scale degree counted from the tonic at or above `floor`; degrees may be negative or beyond seven. */
export function degreePitch(key: Key, degree: number, floor: number): number {
  const base = floor + mod(key.tonic - floor, 12);
  const octave = Math.floor(degree / 7);
  return base + octave * 12 + (MODES[key.mode][mod(degree, 7)] ?? 0);
}

/** The remainder that is never negative. */
export function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** The frequency of a MIDI pitch in hertz (A4 = 69 = 440 Hz). */
export function pitchHz(pitch: number): number {
  return 440 * 2 ** ((pitch - 69) / 12);
}
