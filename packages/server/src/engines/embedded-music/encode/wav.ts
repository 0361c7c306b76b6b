import { fromLatin1, fromUtf8, join, uint32LittleEndian } from '@rendercast/protocol/recipe/bytes';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { songId3 } from './id3.js';
import { interleaved } from './pcm.js';
import type { SongEncoder } from './song-encoder.js';
import { type SongTags, WRITER } from './song-tags.js';

const CHANNELS = 2;
const BYTES_PER_PAIR = 4;
/** Plain samples, not floats. */
const PCM = 1;

/** A WAV file of 16 bits. What it says about the song stands before the samples: it is known from the start. */
export function createWav(samples: number, tags: SongTags): SongEncoder {
  return {
    head: wavHead(samples, tags),
    add: (left, right, count) => interleaved(left, right, count),
    finish: () => new Uint8Array(0),
  };
}

function wavHead(samples: number, tags: SongTags): Uint8Array<ArrayBuffer> {
  const dataBytes = samples * BYTES_PER_PAIR;
  const before = join(
    fromLatin1('WAVE'),
    chunk('fmt ', format()),
    chunk('LIST', join(fromLatin1('INFO'), info('INAM', tags.title), info('IGNR', tags.genre), info('ISFT', WRITER))),
    chunk('id3 ', songId3(tags)),
    fromLatin1('data'),
    uint32LittleEndian(dataBytes),
  );
  return join(fromLatin1('RIFF'), uint32LittleEndian(before.length + dataBytes), before);
}

function format(): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, PCM, true);
  view.setUint16(2, CHANNELS, true);
  view.setUint32(4, SAMPLE_RATE, true);
  view.setUint32(8, SAMPLE_RATE * BYTES_PER_PAIR, true);
  view.setUint16(12, BYTES_PER_PAIR, true);
  view.setUint16(14, 16, true);
  return bytes;
}

const info = (id: string, text: string) => chunk(id, fromUtf8(`${text}\0`));

/** Chunks are padded to an even length. */
function chunk(id: string, data: Uint8Array): Uint8Array {
  return join(fromLatin1(id), uint32LittleEndian(data.length), data, new Uint8Array(data.length % 2));
}
