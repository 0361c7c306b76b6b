import type { HouseProcess } from '../house-process.js';

const MIB = 1024 * 1024;
/** Code is compiled and caches fill up over the first part of a run: from there on memory must stay. */
const WARM_AT = 0.25;

/** Watches the memory of a server over a run. */
export interface MemoryWatch {
  /** Tells how far the run is, 0 to 1. */
  at(fraction: number): Promise<void>;
  /** Growth from the end of the warm-up to now, in MiB: what lives in the heap and outside it. */
  grownMib(): number;
  /** Growth that is no leak: room for what is under way and for the collector's moods. */
  readonly allowedMib: number;
  note(): string;
}

export async function watchMemory(house: HouseProcess): Promise<MemoryWatch> {
  let warm: NodeJS.MemoryUsage | null = null;
  let last: NodeJS.MemoryUsage = await house.memory();
  let lastAt = 0;
  let middleRss = 0;
  const live = (memory: NodeJS.MemoryUsage): number => memory.heapUsed + memory.external;
  return {
    allowedMib: 32,
    async at(fraction) {
      if (fraction - lastAt < 0.05) return;
      lastAt = fraction;
      last = await house.memory();
      if (fraction >= WARM_AT) warm ??= last;
      if (fraction < 0.65) middleRss = last.rss;
    },
    grownMib: () => (live(last) - live(warm ?? last)) / MIB,
    note() {
      const from = warm ?? last;
      const mib = (bytes: number): string => (bytes / MIB).toFixed(0);
      return `memory ${mib(live(from))} → ${mib(live(last))} MiB, rss ${mib(from.rss)} → ${mib(middleRss)} → ${mib(last.rss)} MiB`;
    },
  };
}
