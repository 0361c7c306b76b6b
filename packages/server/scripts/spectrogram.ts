import { type Colour, indexedPng } from '../src/engines/embedded-music/indexed-png.js';

const WIDTH = 1200;
const HEIGHT = 360;
const SIZE = 4096;
const [LOWEST_HZ, HIGHEST_HZ] = [40, 18_000];
const RANGE_DB = 75;

/** From black over violet and orange to white. */
const PALETTE: readonly Colour[] = Array.from({ length: 256 }, (_, level) => {
  const t = level / 255;
  return [Math.min(255, 380 * t), 255 * t ** 2.2, 255 * (t < 0.5 ? 1.1 * t : t ** 3)].map((value) =>
    Math.round(Math.min(255, value)),
  ) as unknown as Colour;
});

/** A picture of what frequencies sound when: time to the right, pitch upwards (three octaves in about 100 rows), force as brightness. */
export function spectrogram(samples: Float32Array, sampleRate: number): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const hann = Float64Array.from({ length: SIZE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / SIZE));
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let column = 0; column < WIDTH; column++) {
    const from = Math.floor((column / WIDTH) * samples.length) - SIZE / 2;
    for (let i = 0; i < SIZE; i++) re[i] = (samples[from + i] ?? 0) * (hann[i] as number);
    im.fill(0);
    transform(re, im);
    for (let row = 0; row < HEIGHT; row++) {
      const hz = (share: number) => LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** share;
      const first = Math.floor((hz(1 - (row + 1) / HEIGHT) * SIZE) / sampleRate);
      const last = Math.max(first, Math.floor((hz(1 - row / HEIGHT) * SIZE) / sampleRate));
      let power = 0;
      for (let bin = first; bin <= last; bin++)
        power = Math.max(power, (re[bin] as number) ** 2 + (im[bin] as number) ** 2);
      const db = 10 * Math.log10(power / (SIZE / 4) ** 2 + 1e-12);
      pixels[row * WIDTH + column] = Math.round(Math.max(0, Math.min(1, 1 + db / RANGE_DB)) * 255);
    }
  }
  return indexedPng({ width: WIDTH, height: HEIGHT, palette: PALETTE, pixels });
}

/** Fourier's transform in place, of a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  for (let length = 2; length <= size; length <<= 1) {
    const angle = (-2 * Math.PI) / length;
    for (let i = 0; i < size; i += length) {
      for (let k = 0; k < length / 2; k++) {
        const [cos, sin] = [Math.cos(angle * k), Math.sin(angle * k)];
        const at = i + k;
        const other = at + length / 2;
        const x = (re[other] as number) * cos - (im[other] as number) * sin;
        const y = (re[other] as number) * sin + (im[other] as number) * cos;
        re[other] = (re[at] as number) - x;
        im[other] = (im[at] as number) - y;
        re[at] = (re[at] as number) + x;
        im[at] = (im[at] as number) + y;
      }
    }
  }
}
