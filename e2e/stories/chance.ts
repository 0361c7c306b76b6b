/** Draws that can be repeated: the same seed gives the same row of them. */
export interface Chance {
  /** What to set to see this again. */
  readonly seed: number;
  /** From 0 up to 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** True so often, 0 to 1. */
  happens(share: number): boolean;
}

/** Starts a row of draws (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    seed,
    next,
    between,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    happens: (share) => next() < share,
  };
}

/** The seed of this run: `RENDERCAST_TEST_SEED`, else the one given, so that `npm test` is the same every time. */
export function seedOfRun(usual: number): number {
  const given = process.env.RENDERCAST_TEST_SEED;
  return given === undefined || given === '' ? usual : Number(given);
}

/** How often something is done in this run: the number in this variable, else the sample that `npm test` takes. */
export function timesOfRun(variable: string, sample: number): number {
  const given = process.env[variable];
  return given === undefined || given === '' ? sample : Number(given);
}
