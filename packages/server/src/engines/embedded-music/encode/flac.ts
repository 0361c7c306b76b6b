import { fromLatin1, join } from '@rendercast/protocol/recipe/bytes';
import { writeComments } from '@rendercast/protocol/recipe/vorbis-comment';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { createBitWriter } from './bit-writer.js';
import { pictureBlock, songComments } from './comments.js';
import { createFlacFrames, FRAME_SAMPLES } from './flac-frame.js';
import { toInt16 } from './pcm.js';
import type { SongEncoder } from './song-encoder.js';
import { type SongTags, WRITER } from './song-tags.js';

/** Kinds of blocks before the music. RFC 9639, section 8.1. */
const BLOCK = { streamInfo: 0, comments: 4, picture: 6 } as const;
const LAST = 0x80;

/**
 * A FLAC file of 16 bits: the samples without loss in about half the bytes. The check sum of all samples, which would be known
 * only at the end, is left 0, which means unknown; every frame has one of its own.
 */
export function createFlac(samples: number, tags: SongTags): SongEncoder {
  const frames = createFlacFrames();
  const left = new Int32Array(FRAME_SAMPLES);
  const right = new Int32Array(FRAME_SAMPLES);
  let filled = 0;
  const frame = () => {
    const bytes = frames.frame(left.subarray(0, filled), right.subarray(0, filled));
    filled = 0;
    return bytes;
  };
  return {
    head: flacHead(samples, tags),
    add(inL, inR, count) {
      const ready: Uint8Array[] = [];
      for (let i = 0; i < count; i++) {
        left[filled] = toInt16(inL[i] as number);
        right[filled] = toInt16(inR[i] as number);
        filled++;
        if (filled === FRAME_SAMPLES) ready.push(frame());
      }
      return join(...ready);
    },
    finish: () => (filled > 0 ? join(frame()) : new Uint8Array(0)),
  };
}

function flacHead(samples: number, tags: SongTags): Uint8Array<ArrayBuffer> {
  return join(
    fromLatin1('fLaC'),
    block(BLOCK.streamInfo, streamInfo(samples)),
    block(BLOCK.comments, writeComments(WRITER, songComments(tags))),
    block(BLOCK.picture | LAST, pictureBlock(tags.cover)),
  );
}

const block = (type: number, data: Uint8Array) =>
  join(Uint8Array.of(type, data.length >>> 16, data.length >>> 8, data.length), data);

function streamInfo(samples: number): Uint8Array {
  const bits = createBitWriter(34);
  bits.write(FRAME_SAMPLES, 16);
  bits.write(FRAME_SAMPLES, 16);
  // Sizes of the smallest and the largest frame: unknown.
  bits.write(0, 24);
  bits.write(0, 24);
  bits.write(SAMPLE_RATE, 20);
  bits.write(2 - 1, 3);
  bits.write(16 - 1, 5);
  // The number of samples has 36 bits.
  bits.write(0, 4);
  bits.write(samples, 32);
  for (let word = 0; word < 4; word++) bits.write(0, 32);
  return bits.bytes().slice();
}
