/** Chord progressions by the sort of music: tokens of `chordOf`, parted by spaces. */

export const POP_MAJOR = {
  verse: ['1 5 6 4', '1 6 4 5', '6 4 1 5', '1 3 4 5'],
  chorus: ['1 5 6 4', '4 1 5 6', '4 5 1 6', '1 4 6 5'],
  bridge: ['2 4 6 5', '4 5 3 6', '6 3 4 5'],
} as const;
export const POP_MINOR = {
  verse: ['1 6 3 7', '1 4 6 7', '1 7 6 7'],
  chorus: ['6 7 1 3', '1 6 3 7', '4 6 1 7'],
  bridge: ['4 6 1 5', '6 4 7 5'],
} as const;
export const LOOP_MINOR = {
  verse: ['1 1 6 7', '1 3 4 4', '1 7 4 1'],
  chorus: ['1 6 3 7', '6 7 1 1', '4 6 7 1'],
  bridge: ['6 6 7 7', '4 4 1 1'],
} as const;
export const LOOP_MAJOR = {
  verse: ['1 1 4 4', '1 6 4 4', '2 2 1 1'],
  chorus: ['4 5 6 1', '1 5 4 4', '4 1 5 6'],
  bridge: ['4 4 6 5', '2 2 4 4'],
} as const;
export const JAZZ_MAJOR = {
  verse: ['1 6d 2 5', '2 5 1 6d', '3 6d 2 5'],
  chorus: ['4 b7d 3 6d 2 5 1 1', '1 4 3 6d', '2 5 1 1'],
  bridge: ['3d 6d 2d 5', '4 4m 3 6d'],
} as const;
export const JAZZ_MINOR = {
  verse: ['1 4 2 5d', '1 6 2 5d'],
  chorus: ['4 7d 3 6 2 5d 1 1', '1 1d 4 4'],
  bridge: ['6 5d 1 1', '4 7d 3 6'],
} as const;
export const STILL_MAJOR = {
  verse: ['1 4', '1 5s 4 1', '1 6 4 1'],
  chorus: ['4 1 5s 6', '1 3 4 5s'],
  bridge: ['6 4', '2 4'],
} as const;
export const STILL_MINOR = {
  verse: ['1 6', '1 4 1 7', '1 3 6 7'],
  chorus: ['6 3 7 1', '1 6 3 7'],
  bridge: ['4 6', '6 7'],
} as const;
export const CLASSIC_MAJOR = {
  verse: ['1 5 6 3 4 1 4 5', '1 4 5 1', '1 6 2 5'],
  chorus: ['4 5 3 6 2 5 1 1', '1 5 6 3 4 1 4 5'],
  bridge: ['6 2 5 1', '6 3 4 5'],
} as const;
export const CLASSIC_MINOR = {
  verse: ['1 4 5M 1', '1 7 6 5M', '1 6 4 5M'],
  chorus: ['4 7 3 6 2 5M 1 1', '1 3 6 5M', '6 7 1 1'],
  bridge: ['6 4 1 5M', '3 7 1 5M'],
} as const;
