import type { PreviewMode, Wants } from './subscription.js';

const RANK: Record<PreviewMode, number> = { none: 0, url: 1, binary: 2 };

/** Those who follow the same thing, and what they want together. */
export interface Audience<O> {
  readonly size: number;
  add(observer: O, wants: Wants): void;
  remove(observer: O): void;
  /** The most that anyone in it wants. */
  wants(): Wants;
  tell(how: (observer: O) => void): void;
}

/** Makes an empty audience. */
export function createAudience<O>(): Audience<O> {
  const members = new Map<O, Wants>();
  return {
    get size() {
      return members.size;
    },
    add: (observer, wants) => void members.set(observer, wants),
    remove: (observer) => void members.delete(observer),
    wants() {
      const union: Wants = { levels: false, previews: 'none' };
      for (const { levels, previews } of members.values()) {
        union.levels ||= levels;
        if (RANK[previews] > RANK[union.previews]) union.previews = previews;
      }
      return union;
    },
    tell(how) {
      for (const observer of [...members.keys()]) if (members.has(observer)) how(observer);
    },
  };
}
