import { fromLatin1, join } from '@rendercast/protocol/recipe/bytes';
import { writeComments } from '@rendercast/protocol/recipe/vorbis-comment';
import OpusScript from 'opusscript';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { BLOCK } from '../sound/buses.js';
import { pictureBlock, songComments } from './comments.js';
import { createOggPages } from './ogg-pages.js';
import { interleaved } from './pcm.js';
import { createResampler, RESAMPLER_TAIL, resampledLength } from './resample.js';
import type { SongEncoder } from './song-encoder.js';
import { type SongTags, WRITER } from './song-tags.js';

/** Opus knows 48 kHz only; packets hold 20 ms. */
const OPUS_RATE = 48_000;
const PACKET_SAMPLES = OPUS_RATE / 50;
/** A page for each second: what is heard while it is made comes in pieces of one. */
const PACKETS_PER_PAGE = 50;
/** Samples at 48 kHz that the encoder is late (libopus, application "audio"). */
const PRE_SKIP = 312;
/** Bits per second: transparent for nearly everybody. */
const BITRATE = 128_000;

/** An Ogg file with Opus in it. RFC 7845. */
export function createOpus(samples: number, tags: SongTags): SongEncoder {
  const opus = new OpusScript(OPUS_RATE, 2, OpusScript.Application.AUDIO);
  opus.setBitrate(BITRATE);
  const pages = createOggPages(1, PACKETS_PER_PAGE);
  const resamplers = [createResampler(BLOCK), createResampler(BLOCK)] as const;
  const total = PRE_SKIP + resampledLength(samples);
  const packet = [new Float32Array(PACKET_SAMPLES), new Float32Array(PACKET_SAMPLES)] as const;
  let filled = 0;
  let coded = 0;
  const code = (): Uint8Array<ArrayBuffer> => {
    const bytes = opus.encode(Buffer.from(interleaved(packet[0], packet[1], PACKET_SAMPLES).buffer), PACKET_SAMPLES);
    filled = 0;
    coded += PACKET_SAMPLES;
    return pages.add(bytes, Math.min(coded, total));
  };
  const add = (left: Float32Array, right: Float32Array, count: number): Uint8Array<ArrayBuffer> => {
    const [inL, inR] = [resamplers[0].run(left, count), resamplers[1].run(right, count)];
    const ready: Uint8Array[] = [];
    for (let i = 0; i < inL.length && coded < total; i++) {
      packet[0][filled] = inL[i] as number;
      packet[1][filled] = inR[i] as number;
      filled++;
      if (filled === PACKET_SAMPLES) ready.push(code());
    }
    return join(...ready);
  };
  return {
    head: opusHead(tags),
    add,
    finish() {
      const silence = new Float32Array(RESAMPLER_TAIL);
      const ready = [add(silence, silence, RESAMPLER_TAIL)];
      // The last packets bring out what the encoder still holds.
      while (coded < total) {
        packet[0].fill(0, filled);
        packet[1].fill(0, filled);
        ready.push(code());
      }
      opus.delete();
      return join(...ready, pages.flush(true));
    },
  };

  function opusHead(tags: SongTags): Uint8Array<ArrayBuffer> {
    const picture = Buffer.from(pictureBlock(tags.cover)).toString('base64');
    const comments = writeComments(WRITER, [...songComments(tags), ['METADATA_BLOCK_PICTURE', picture]]);
    return join(
      pages.add(identification(), 0),
      pages.flush(),
      pages.add(join(fromLatin1('OpusTags'), comments), 0),
      pages.flush(),
    );
  }
}

function identification(): Uint8Array {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(fromLatin1('OpusHead'));
  head[8] = 1;
  head[9] = 2;
  view.setUint16(10, PRE_SKIP, true);
  view.setUint32(12, SAMPLE_RATE, true);
  return head;
}
