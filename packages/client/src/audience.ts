import type { PreviewMode, Wants } from './subscription.js';

const MODES: readonly PreviewMode[] = ['none', 'url', 'binary'];

/** Those who follow the same thing, and what they want together. */
export interface Audience<E> {
  readonly size: number;
  add(hear: (event: E) => void, wants: Wants): void;
  remove(hear: (event: E) => void): void;
  /** The most that anyone in it wants. */
  wants(): Wants;
  tell(event: E): void;
}

/** Makes an empty audience. */
export function createAudience<E>(): Audience<E> {
  const members = new Map<(event: E) => void, Wants>();
  return {
    get size() {
      return members.size;
    },
    add: (hear, wants) => void members.set(hear, wants),
    remove: (hear) => void members.delete(hear),
    wants() {
      const all = [...members.values()];
      const most = Math.max(0, ...all.map(({ previews }) => MODES.indexOf(previews)));
      return { levels: all.some(({ levels }) => levels), previews: MODES[most] ?? 'none' };
    },
    tell(event) {
      for (const hear of [...members.keys()]) if (members.has(hear)) hear(event);
    },
  };
}
