/** One stroke of a bar: beat, length, force, and which tones: all, without the lowest, the highest two, or the lowest. */
export type Stroke = readonly [beat: number, beats: number, force: number, tones?: 'upper' | 'top' | 'low'];

/** Bars of strokes for a style: the usual one, and one for each fourth bar; quiet, usual and strong. */
export interface CompPattern {
  quiet: readonly (readonly Stroke[])[];
  usual: readonly (readonly Stroke[])[];
  strong: readonly (readonly Stroke[])[];
  /** Whether a stroke on the last half beat takes the next chord early. */
  pushes: boolean;
}
