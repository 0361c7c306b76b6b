/** A stream of numbers that a seed decides: the same seed and labels give the same stream on every run. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [0, count). */
  int(count: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** About normal with mean 0 and deviation 1, never beyond ±3. */
  normal(): number;
}

/** FNV-1a over UTF-16 units, 32 bit. */
export function hashText(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * Makes a stream from a seed and labels. Every decision has its own label, so that changing one section of a plan
 * leaves the notes of the others as they were. (sfc32, warmed up 12 rounds.)
 */
export function createRandom(seed: number, ...labels: readonly (string | number)[]): Random {
  let a = hashText(labels.join('\u0000'), 0x9e3779b9);
  let b = seed >>> 0;
  let c = hashText(labels.join('\u0001'));
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i++) next();
  const int = (count: number) => Math.floor(next() * count);
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(list.length)] ?? list[0],
    normal: () => (next() + next() + next() + next() + next() + next() - 3) * Math.SQRT2,
  };
}
