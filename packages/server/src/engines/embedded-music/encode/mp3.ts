import { join } from '@rendercast/protocol/recipe/bytes';
import { createMp3Encoder } from 'wasm-media-encoders';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { songId3 } from './id3.js';
import { infoFrame, MP3_KBPS } from './mp3-info-frame.js';
import type { SongEncoder } from './song-encoder.js';
import type { SongTags } from './song-tags.js';

/** An MP3 file of constant bit rate with an ID3 tag and a frame that tells its exact length. */
export async function createMp3(samples: number, tags: SongTags): Promise<SongEncoder> {
  const mp3 = await createMp3Encoder();
  mp3.configure({ sampleRate: SAMPLE_RATE, channels: 2, bitrate: MP3_KBPS });
  return {
    head: join(songId3(tags), infoFrame(samples)),
    // What the encoder returns lies in its own memory until the next call: it must be copied.
    add: (left, right, count) => mp3.encode([left.subarray(0, count), right.subarray(0, count)]).slice(),
    finish: () => mp3.finalize().slice(),
  };
}
