import { type BitWriter, createBitWriter } from './bit-writer.js';
import { crc8, crc16 } from './flac-crc.js';
import { bestPrediction, type Prediction, predict } from './flac-prediction.js';
import { writeResiduals } from './flac-rice.js';

/** Samples of a frame; the last has fewer. */
export const FRAME_SAMPLES = 4096;

/** Codes of a frame's head. RFC 9639, section 9.1. */
const CODE = { sync: 0xfff8, blockOf4096: 12, blockSizeFollows: 7, rate44100: 9, bits16: 4, apart: 1, midSide: 10 };
/** Kinds of a channel's coding. RFC 9639, section 9.2.1. */
const KIND = { constant: 0, fixed: 8 };

/** Codes frame after frame. */
export interface FlacFrames {
  /** One frame of samples of 16 bits, at most {@link FRAME_SAMPLES}; the bytes are valid until the next call. */
  frame(left: Int32Array, right: Int32Array): Uint8Array;
}

export function createFlacFrames(): FlacFrames {
  const bits = createBitWriter(FRAME_SAMPLES * 4);
  const mid = new Int32Array(FRAME_SAMPLES);
  const side = new Int32Array(FRAME_SAMPLES);
  const residuals = new Int32Array(FRAME_SAMPLES);
  let number = 0;
  return {
    frame(left, right) {
      const count = left.length;
      for (let i = 0; i < count; i++) {
        mid[i] = ((left[i] as number) + (right[i] as number)) >> 1;
        side[i] = (left[i] as number) - (right[i] as number);
      }
      const [middle, difference] = [mid.subarray(0, count), side.subarray(0, count)];
      const apart = [bestPrediction(left), bestPrediction(right)] as const;
      const together = [bestPrediction(middle), bestPrediction(difference)] as const;
      const joint = together[0].cost + together[1].cost < apart[0].cost + apart[1].cost;
      bits.clear();
      writeHead(bits, number++, count, joint ? CODE.midSide : CODE.apart);
      writeChannel(bits, joint ? middle : left, joint ? together[0] : apart[0], 16, residuals);
      // A difference needs one bit more.
      writeChannel(bits, joint ? difference : right, joint ? together[1] : apart[1], joint ? 17 : 16, residuals);
      bits.align();
      bits.write(crc16(bits.bytes()), 16);
      return bits.bytes().slice();
    },
  };
}

function writeHead(bits: BitWriter, number: number, count: number, channels: number): void {
  const whole = count === FRAME_SAMPLES;
  bits.write(CODE.sync, 16);
  bits.write(whole ? CODE.blockOf4096 : CODE.blockSizeFollows, 4);
  bits.write(CODE.rate44100, 4);
  bits.write(channels, 4);
  bits.write(CODE.bits16, 3);
  bits.write(0, 1);
  for (const byte of asUtf8(number)) bits.write(byte, 8);
  if (!whole) bits.write(count - 1, 16);
  bits.write(crc8(bits.bytes()), 8);
}

/** Frame numbers are coded as UTF-8 codes characters. */
function asUtf8(number: number): number[] {
  if (number < 0x80) return [number];
  if (number < 0x800) return [0xc0 | (number >> 6), 0x80 | (number & 0x3f)];
  return [0xe0 | (number >> 12), 0x80 | ((number >> 6) & 0x3f), 0x80 | (number & 0x3f)];
}

function writeChannel(
  bits: BitWriter,
  samples: Int32Array,
  { order, constant }: Prediction,
  sampleBits: number,
  residuals: Int32Array,
): void {
  bits.write((constant ? KIND.constant : KIND.fixed | order) << 1, 8);
  const first = constant ? 1 : order;
  for (let i = 0; i < first; i++) bits.write(samples[i] as number, sampleBits);
  if (!constant) writeResiduals(bits, predict(samples, order, residuals), order);
}
