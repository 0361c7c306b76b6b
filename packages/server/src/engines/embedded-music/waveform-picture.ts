import { type Colour, indexedPng } from './indexed-png.js';

/** Size of the preview picture in pixels. */
export const PICTURE = { width: 640, height: 160 } as const;

/** Collects the loudest sample of each column of the picture, and draws what has been rendered so far. */
export interface WaveformPicture {
  add(left: Float32Array, right: Float32Array, count: number): void;
  /** A PNG of a few kilobytes: played columns in the colour of their section, the rest as a line. */
  draw(): Uint8Array<ArrayBuffer>;
}

/** Colours that sections take in turn. */
export const SECTION_COLOURS = [
  [96, 165, 250],
  [52, 211, 153],
  [251, 191, 36],
  [244, 114, 182],
  [167, 139, 250],
  [251, 146, 60],
] as const satisfies readonly Colour[];

/** Background, the line of what is still to come, and the sections. */
const PALETTE: readonly Colour[] = [[16, 18, 27], [58, 63, 84], ...SECTION_COLOURS];
const FIRST_SECTION_COLOUR = 2;

/** @param sectionStarts first sample of each section. */
export function createWaveformPicture(totalSamples: number, sectionStarts: readonly number[]): WaveformPicture {
  const { width } = PICTURE;
  const high = new Float32Array(width);
  const low = new Float32Array(width);
  let at = 0;
  return {
    add(left, right, count) {
      for (let i = 0; i < count; i++, at++) {
        const column = Math.min(width - 1, Math.floor((at / totalSamples) * width));
        const value = ((left[i] as number) + (right[i] as number)) / 2;
        if (value > (high[column] as number)) high[column] = value;
        if (value < (low[column] as number)) low[column] = value;
      }
    },
    draw() {
      const reached = Math.floor((at / totalSamples) * width);
      const peak = Math.max(0.05, ...high, ...low.map((value) => -value));
      const colours = Array.from({ length: width }, (_, column) => {
        if (column >= reached) return 1;
        const sample = ((column + 0.5) / width) * totalSamples;
        const section = sectionStarts.filter((start) => start <= sample).length - 1;
        return FIRST_SECTION_COLOUR + (Math.max(0, section) % SECTION_COLOURS.length);
      });
      return indexedPng({ ...PICTURE, palette: PALETTE, pixels: pixels(high, low, colours, peak) });
    },
  };
}

function pixels(high: Float32Array, low: Float32Array, colours: readonly number[], peak: number): Uint8Array {
  const { width, height } = PICTURE;
  const drawn = new Uint8Array(width * height);
  const middle = height / 2;
  const reach = middle - 6;
  for (let column = 0; column < width; column++) {
    const top = Math.floor(middle - ((high[column] as number) / peak) * reach);
    const bottom = Math.ceil(middle - ((low[column] as number) / peak) * reach);
    for (let row = top; row <= Math.max(bottom, top + 1); row++) drawn[row * width + column] = colours[column] ?? 1;
  }
  return drawn;
}
