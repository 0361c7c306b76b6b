import type { Chance } from '../../stories/chance.js';

/** Everything that may happen next; what does is drawn. One seed is one order of all reads, writes, answers and flushes. */
export interface Turns {
  /** This happens once it is drawn. */
  add(happens: () => void): void;
  /** Resolves once it is drawn. */
  pause(): Promise<void>;
  /** Draws until nothing is left that could happen, or `most` draws were made. Answers how many. */
  run(most?: number): Promise<number>;
}

/** Ends the present turn of the loop: all promises that can settle have settled. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Makes turns that are drawn by chance. */
export function createTurns(chance: Chance): Turns {
  const waiting: (() => void)[] = [];
  const add = (happens: () => void): void => void waiting.push(happens);
  return {
    add,
    pause: () => new Promise((resolve) => add(resolve)),
    async run(most = 100_000) {
      for (let drawn = 0; drawn < most; drawn += 1) {
        await endOfTurn();
        if (waiting.length === 0) return drawn;
        // Now and then several come in one turn of the loop.
        do waiting.splice(chance.between(0, waiting.length - 1), 1)[0]?.();
        while (waiting.length > 0 && chance.happens(0.3));
      }
      return most;
    },
  };
}
