import type { Progressions } from './family.js';

/** Chord progressions by the sort of music: tokens of `chordOf`, parted by spaces. */

export const POP_MAJOR: Progressions = {
  verse: ['1 5 6 4', '1 6 4 5', '6 4 1 5', '1 3 4 5', '1 4 6 5', '1 2 4 5s'],
  chorus: ['1 5 6 4', '4 1 5 6', '4 5 1 6', '1 4 6 5', '4 5 3 6 4 5 1 1', '6 4 1 5'],
  bridge: ['2 4 6 5', '4 5 3 6', '6 3 4 5', '4 4m 1 5'],
};
export const POP_MINOR: Progressions = {
  verse: ['1 6 3 7', '1 4 6 7', '1 7 6 7', '1 3 7 4'],
  chorus: ['6 7 1 3', '1 6 3 7', '4 6 1 7', '6 3 7 1'],
  bridge: ['4 6 1 5', '6 4 7 5', '3 7 4 6'],
};
export const ROCK_MAJOR: Progressions = {
  verse: ['1 b7 4 1', '1 4 1 5', '1 5 4 4', '6 4 1 5'],
  chorus: ['1 5 4 5', '1 4 5 4', '4 1 5 6', '1 b7 4 5'],
  bridge: ['4 5 6 5', '2 4 b7 5', '6 5 4 5'],
};
export const ROCK_MINOR: Progressions = {
  verse: ['1 1 7 6', '1 7 4 1', '1 6 7 1', '1 3 7 4'],
  chorus: ['6 7 1 1', '1 3 7 6', '6 3 7 1', '1 7 6 7'],
  bridge: ['4 6 7 7', '6 4 1 7'],
};
export const LOOP_MINOR: Progressions = {
  verse: ['1 1 6 7', '1 3 4 4', '1 7 4 1', '1 1 4 6'],
  chorus: ['1 6 3 7', '6 7 1 1', '4 6 7 1', '1 4 6 7'],
  bridge: ['6 6 7 7', '4 4 1 1', '6 7 3 4'],
};
export const LOOP_MAJOR: Progressions = {
  verse: ['1 1 4 4', '1 6 4 4', '2 2 1 1', '4 3 2 1'],
  chorus: ['4 5 6 1', '1 5 4 4', '4 1 5 6', '2 5 3 6'],
  bridge: ['4 4 6 5', '2 2 4 4', '6 5 4 4'],
};
export const JAZZ_MAJOR: Progressions = {
  verse: ['1 6d 2 5', '2 5 1 6d', '3 6d 2 5', '1 1 4 b7d 3 6d 2 5'],
  chorus: ['4 b7d 3 6d 2 5 1 1', '1 4 3 6d', '2 5 1 1', '1 3d 6d 2d 2 5 1 6d'],
  bridge: ['3d 6d 2d 5', '4 4m 3 6d', '4 4 1 1 2d 2d 2 5'],
};
export const JAZZ_MINOR: Progressions = {
  verse: ['1 4 2 5d', '1 6 2 5d', '1 1 4 7d 3 6 2 5d'],
  chorus: ['4 7d 3 6 2 5d 1 1', '1 1d 4 4', '4 7d 3 6'],
  bridge: ['6 5d 1 1', '4 7d 3 6', '1d 1d 4 4 7d 7d 3 5d'],
};
/** Jazz harmony that goes round and does not press on. */
export const LAZY_MAJOR: Progressions = {
  verse: ['2 5 1 6', '4 3 2 1', '1 6 2 5', '4 4m 3 6'],
  chorus: ['4 3 2 5', '2 5 3 6', '4 5 3 6'],
  bridge: ['4 4m 1 1', '6 2 4 5'],
};
export const STILL_MAJOR: Progressions = {
  verse: ['1 4', '1 5s 4 1', '1 6 4 1', '1 2 4 1'],
  chorus: ['4 1 5s 6', '1 3 4 5s', '6 4 1 5s'],
  bridge: ['6 4', '2 4', '4 6 2 5s'],
};
export const STILL_MINOR: Progressions = {
  verse: ['1 6', '1 4 1 7', '1 3 6 7', '1 7 6 4'],
  chorus: ['6 3 7 1', '1 6 3 7', '6 1 4 7'],
  bridge: ['4 6', '6 7', '3 6 4 7'],
};
/** Broad chords for pictures: mediants and a borrowed major. */
export const SCREEN_MINOR: Progressions = {
  verse: ['1 6 3 7', '1 6 4 1', '1 7 6 5s', '1 3 4 6'],
  chorus: ['1 6 3 7', '6 7 1 1', '1 4d 6 7', '6 3 7 1 6 3 4 5M'],
  bridge: ['4 6 1 5M', '6 4 7 5M'],
};
export const SCREEN_MAJOR: Progressions = {
  verse: ['1 5s 4 1', '1 6 4 1', '1 b7 4 1', '6 4 1 5'],
  chorus: ['1 5 6 4', '4 1 5s 6', '1 b6 b7 1', '4 5 1 6 4 5 6 6'],
  bridge: ['6 4 2 5s', '4 4m 1 5'],
};
export const CLASSIC_MAJOR: Progressions = {
  verse: ['1 5 6 3 4 1 4 5', '1 4 5 1', '1 6 2 5', '1 5 1 4 2 5 1 5'],
  chorus: ['4 5 3 6 2 5 1 1', '1 5 6 3 4 1 4 5', '1 4 2 5 3 6 4 5'],
  bridge: ['6 2 5 1', '6 3 4 5', '6d 2 5d 1'],
};
export const CLASSIC_MINOR: Progressions = {
  verse: ['1 4 5M 1', '1 7 6 5M', '1 6 4 5M', '1 5M 1 4 7d 3 6 5M'],
  chorus: ['4 7 3 6 2 5M 1 1', '1 3 6 5M', '6 7 1 1'],
  bridge: ['6 4 1 5M', '3 7 1 5M', '4 7d 3 5M'],
};
export const LATIN_MAJOR: Progressions = {
  verse: ['1 4 5 4', '1 6 2 5', '1 1 5d 5d', '2 5 1 1'],
  chorus: ['1 4 5 4', '4 5d 3 6d', '2 5d 1 6d'],
  bridge: ['4 4 1 1', '6 2 5 5', '4 4m 1 5d'],
};
export const LATIN_MINOR: Progressions = {
  verse: ['1 4 5d 1', '1 7 6 5d', '1 1 5d 5d', '1 4 7 3'],
  chorus: ['1 7 6 5d', '4 1 5d 1', '1 4 5d 4'],
  bridge: ['4 4 1 1', '6 6 5d 5d', '4 7 3 6'],
};
/** Twelve bars. */
export const BLUES: Progressions = {
  verse: ['1d 4d 1d 1d 4d 4d 1d 1d 5d 4d 1d 5d', '1d 1d 1d 1d 4d 4d 1d 1d 5d 4d 1d 5d'],
  chorus: ['1d 1d 1d 1d 4d 4d 1d 1d 5d 4d 1d 5d'],
  bridge: ['4d 4d 1d 1d', '2m 5d 1d 6d'],
};
