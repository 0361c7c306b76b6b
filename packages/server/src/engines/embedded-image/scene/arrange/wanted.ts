import type { Wish, Wishes } from '../../prompt/wishes.js';

/** One kind of thing to be placed, and how many. */
export interface Wanted extends Wish<string> {
  /** The word it stands for when nobody knows what that means. */
  word: string;
  /** Its place in the list of subjects; -1 for a shape. */
  wish: number;
}

/** Most things in one picture: beyond that they would be specks. */
const MOST_THINGS = 24;
/** Unknown words that become shapes, where nothing else is asked for. */
const MOST_SHAPES = 3;

/** What is to be placed: the wished things, or shapes for unknown words where there is nothing else to show. */
export function wantedOf(wishes: Wishes): Wanted[] {
  const { subjects, unknown, sky, ground } = wishes;
  let room = MOST_THINGS;
  const things = subjects.flatMap((subject, wish): Wanted[] => {
    // Every kind gets at least one of its places, as long as there are any.
    const count = Math.min(subject.count, room - Math.max(0, Math.min(room - 1, subjects.length - 1 - wish)));
    room -= Math.max(0, count);
    return count < 1 ? [] : [{ ...subject, count, word: '', wish }];
  });
  if (things.length > 0 || sky.length > 0 || ground !== null) return things;
  return unknown
    .slice(-MOST_SHAPES)
    .map(({ word, colour }) => ({ what: 'shape', word, colour, count: 1, size: 1, place: null, pose: null, wish: -1 }));
}
