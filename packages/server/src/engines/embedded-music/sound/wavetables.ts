export type Shape = 'sine' | 'triangle' | 'square' | 'saw' | 'hollow';

/** Samples of one cycle; one more follows, the first again, so that reading between two needs no wrap. */
export const TABLE_SIZE = 2048;

const LOWEST_HZ = 20;
const OCTAVES = 10;

/** Strength of the n-th harmonic (1-based) of each shape. */
const HARMONICS: Readonly<Record<Shape, (n: number) => number>> = {
  sine: (n) => (n === 1 ? 1 : 0),
  triangle: (n) => (n % 2 === 1 ? ((n % 4 === 1 ? 1 : -1) * 0.81) / (n * n) : 0),
  square: (n) => (n % 2 === 1 ? 0.9 / n : 0),
  saw: (n) => (0.57 * (n % 2 === 1 ? 1 : -1)) / n,
  // Odd harmonics that fall like a clarinet's, with a little of the even ones.
  hollow: (n) => (n % 2 === 1 ? 0.75 / n ** 1.35 : 0.12 / n),
};

let tables: Map<Shape, readonly Float32Array[]> | null = null;

/**
 * The cycle of a shape without harmonics above hearing for a tone of this frequency: one table per octave, made once
 * per thread (about 0.8 MB).
 */
export function wavetable(shape: Shape, hz: number): Float32Array {
  tables ??= new Map();
  let octaves = tables.get(shape);
  if (!octaves) {
    octaves = buildOctaves(HARMONICS[shape]);
    tables.set(shape, octaves);
  }
  const octave = Math.max(0, Math.min(OCTAVES - 1, Math.floor(Math.log2(hz / LOWEST_HZ))));
  return octaves[octave] ?? new Float32Array(TABLE_SIZE + 1);
}

function buildOctaves(strength: (n: number) => number): Float32Array[] {
  const sine = new Float64Array(TABLE_SIZE);
  for (let i = 0; i < TABLE_SIZE; i++) sine[i] = Math.sin((2 * Math.PI * i) / TABLE_SIZE);
  return Array.from({ length: OCTAVES }, (_, octave) => {
    // The highest tone of this octave keeps its harmonics below 18 kHz.
    const count = Math.max(1, Math.min(TABLE_SIZE / 4, Math.floor(18_000 / (LOWEST_HZ * 2 ** (octave + 1)))));
    const table = new Float32Array(TABLE_SIZE + 1);
    for (let n = 1; n <= count; n++) {
      const gain = strength(n);
      if (gain === 0) continue;
      for (let i = 0; i < TABLE_SIZE; i++) table[i] = (table[i] ?? 0) + gain * (sine[(n * i) % TABLE_SIZE] ?? 0);
    }
    table[TABLE_SIZE] = table[0] ?? 0;
    return table;
  });
}
