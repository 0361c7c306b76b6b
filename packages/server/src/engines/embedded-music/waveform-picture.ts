import { crc32, deflateSync } from 'node:zlib';

/** Size of the preview picture in pixels. */
export const PICTURE = { width: 640, height: 160 } as const;

/** Collects the loudest sample of each column of the picture, and draws what has been rendered so far. */
export interface WaveformPicture {
  add(left: Float32Array, right: Float32Array, count: number): void;
  /** A PNG of a few kilobytes: played columns in the colour of their section, the rest as a line. */
  draw(): Uint8Array<ArrayBuffer>;
}

/** Background, the line of what is still to come, and colours that sections take in turn. */
const PALETTE = [
  [16, 18, 27],
  [58, 63, 84],
  [96, 165, 250],
  [52, 211, 153],
  [251, 191, 36],
  [244, 114, 182],
  [167, 139, 250],
  [251, 146, 60],
] as const;
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
        return FIRST_SECTION_COLOUR + (Math.max(0, section) % (PALETTE.length - FIRST_SECTION_COLOUR));
      });
      return png(rows(high, low, colours, peak));
    },
  };
}

function rows(high: Float32Array, low: Float32Array, colours: readonly number[], peak: number): Uint8Array {
  const { width, height } = PICTURE;
  const raw = new Uint8Array((width + 1) * height);
  const middle = height / 2;
  const reach = middle - 6;
  for (let column = 0; column < width; column++) {
    const top = Math.floor(middle - ((high[column] as number) / peak) * reach);
    const bottom = Math.ceil(middle - ((low[column] as number) / peak) * reach);
    for (let row = top; row <= Math.max(bottom, top + 1); row++)
      raw[row * (width + 1) + 1 + column] = colours[column] ?? 1;
  }
  return raw;
}

/** A PNG with a palette; each row of `raw` begins with its filter byte 0. */
function png(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(PICTURE.width, 0);
  head.writeUInt32BE(PICTURE.height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const palette = Buffer.from(PALETTE.flat());
  const parts = [
    signature,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  // A copy with a buffer of its own, so that it can be handed to another thread.
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return framed;
}
