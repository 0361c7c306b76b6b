import type { Bus, CarriedLevel } from '../../../packages/server/src/events/bus/bus.js';
import { createMemoryBus } from '../../../packages/server/src/events/bus/memory.js';
import type { Chance } from '../../stories/chance.js';
import type { Turns } from './turns.js';

/** A bus whose lines are as bad as a remote one's may be, until they are mended. */
export interface DrawnBus extends Bus {
  /** Whether the bad times are over. */
  readonly mended: boolean;
  /** From now on everything passes. */
  mend(): void;
}

/** Hints come at once, twice, later than others or never; levels in their order, or never. */
export function createDrawnBus(chance: Chance, turns: Turns): DrawnBus {
  const bus = createMemoryBus();
  const fate = (): 'pass' | 'late' | 'double' | 'lose' =>
    mended ? 'pass' : chance.pick(['pass', 'pass', 'pass', 'late', 'double', 'lose']);
  let mended = false;

  function send(publish: () => void): void {
    switch (fate()) {
      case 'pass':
        return publish();
      case 'late':
        return turns.add(publish);
      case 'double':
        publish();
        return turns.add(publish);
      case 'lose':
    }
  }

  return {
    ...bus,
    publishFacts: (logged) => send(() => bus.publishFacts(logged)),
    publishLevel(carried: CarriedLevel) {
      if (mended || !chance.happens(0.2)) bus.publishLevel(carried);
    },
    get mended() {
      return mended;
    },
    mend() {
      mended = true;
    },
  };
}

/** A flush comes when it is drawn. */
export function createDrawnFlusher(turns: Turns) {
  const waiting = new Set<{ flush(): void }>();
  const later = (flushable: { flush(): void }): void => {
    if (waiting.has(flushable)) return;
    waiting.add(flushable);
    turns.add(() => {
      waiting.delete(flushable);
      flushable.flush();
    });
  };
  return { soon: later, paced: later, written: later, close: () => waiting.clear() };
}
