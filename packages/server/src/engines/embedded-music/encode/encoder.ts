import { createFlac } from './flac.js';
import { createMp3 } from './mp3.js';
import { createOpus } from './opus.js';
import type { SongEncoder } from './song-encoder.js';
import type { SongTags } from './song-tags.js';
import { createWav } from './wav.js';

/** File formats that can be written. Ogg files hold Opus. */
export const FORMATS = {
  mp3: { mediaType: 'audio/mpeg', ending: '.mp3' },
  wav: { mediaType: 'audio/wav', ending: '.wav' },
  flac: { mediaType: 'audio/flac', ending: '.flac' },
  ogg: { mediaType: 'audio/ogg', ending: '.ogg' },
} as const;

export type Format = keyof typeof FORMATS;

/** Starts a file. @param samples how many will come: file heads say it. */
export async function createEncoder(format: Format, samples: number, tags: SongTags): Promise<SongEncoder> {
  switch (format) {
    case 'mp3':
      return createMp3(samples, tags);
    case 'wav':
      return createWav(samples, tags);
    case 'flac':
      return createFlac(samples, tags);
    case 'ogg':
      return createOpus(samples, tags);
  }
}
