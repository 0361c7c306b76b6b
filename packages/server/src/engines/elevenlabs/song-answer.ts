import type { Json } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import type { ApiAnswer } from './api-call.js';
import { BrokenCall } from './api-call.js';
import { playtimeOf, startsLikeMp3 } from './mp3-frames.js';
import { BrokenMultipart, boundaryOf, readMultipart } from './multipart.js';

/** A whole song, and what the service tells of it. */
export interface Song {
  bytes: Buffer;
  mediaType: string;
  ending: string;
  /** By its frames; null: it is no MP3. */
  durationMs: number | null;
  /** What the detailed route tells; null: nothing. */
  told: Record<string, Json> | null;
}

export interface SongListener {
  /** The sound begins: what it is. */
  begins(mediaType: string): void;
  /** More of it came; `received` bytes of it in all. */
  grows(bytes: Uint8Array, received: number): void;
}

/** Ten minutes of the best MP3 take 24 MB. */
const MAX_SONG_BYTES = 128 * 1024 * 1024;
const MAX_TOLD_BYTES = 8 * 1024 * 1024;

const ENDINGS: Record<string, string> = {
  'audio/mpeg': '.mp3',
  'audio/ogg': '.ogg',
  'audio/opus': '.opus',
  'audio/wav': '.wav',
};

/** Reads the answer to a paid call to its end: plain sound, or parts of which one is sound. */
export async function readSong(answer: ApiAnswer, listener: SongListener): Promise<Song> {
  const type = mediaTypeOf(answer.headers['content-type'] ?? '');
  if (type.startsWith('multipart/')) return await readDetailed(answer, listener);
  const collected = createCollector(type, listener);
  for await (const chunk of answer.body) collected.add(chunk);
  return collected.song(null);
}

async function readDetailed({ headers, body }: ApiAnswer, listener: SongListener): Promise<Song> {
  const boundary = boundaryOf(headers['content-type'] ?? '');
  let sound: Collector | null = null;
  let text: Buffer[] = [];
  let toldBytes = 0;
  let into: 'sound' | 'text' = 'text';
  try {
    for await (const event of readMultipart(body, boundary)) {
      if ('part' in event) {
        const type = mediaTypeOf(event.part['content-type'] ?? '');
        into = type === 'application/json' || type.startsWith('text/') ? 'text' : 'sound';
        if (into === 'sound') sound ??= createCollector(type, listener);
      } else if (into === 'sound') sound?.add(event.bytes);
      else if ((toldBytes += event.bytes.length) <= MAX_TOLD_BYTES) text.push(Buffer.from(event.bytes));
      else text = [];
    }
  } catch (thrown) {
    throw thrown instanceof BrokenMultipart ? new BrokenCall(thrown.message, true, thrown) : thrown;
  }
  if (sound === null) throw noSong('without any sound');
  return sound.song(readTold(Buffer.concat(text)));
}

interface Collector {
  add(bytes: Uint8Array): void;
  song(told: Song['told']): Song;
}

/** Keeps the sound as it comes: whole, it can be stored again and again should the storage be away for a moment. */
function createCollector(given: string, listener: SongListener): Collector {
  const mediaType =
    given === 'audio/mp3' || given === 'application/octet-stream' || given === '' ? 'audio/mpeg' : given;
  if (!mediaType.startsWith('audio/')) throw noSong(`with ${mediaType}, which is no sound`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let begun = false;
  const begin = (): void => {
    // Four bytes tell an MP3; a chunk may be shorter.
    if (begun || size < 4) return;
    if (mediaType === 'audio/mpeg' && !startsLikeMp3(Buffer.concat(chunks))) throw noSong('with bytes that are no MP3');
    begun = true;
    listener.begins(mediaType);
    listener.grows(Buffer.concat(chunks.slice(0, -1)), size - (chunks.at(-1)?.length ?? 0));
  };
  return {
    add(bytes) {
      chunks.push(bytes);
      size += bytes.length;
      if (size > MAX_SONG_BYTES) throw noSong('with more than any song has');
      begin();
      if (begun) listener.grows(bytes, size);
    },
    song(told) {
      if (!begun) throw noSong('without any sound');
      const bytes = Buffer.concat(chunks);
      const durationMs = mediaType === 'audio/mpeg' ? playtimeOf(bytes) : null;
      return { bytes, mediaType, ending: ENDINGS[mediaType] ?? '.audio', durationMs, told };
    },
  };
}

const mediaTypeOf = (header: string): string => (header.split(';', 1)[0] ?? '').trim().toLowerCase();

/** It was answered well, and there is nothing to be had: doing it again would cost again. */
function noSong(how: string): EngineError {
  return new EngineError('engine_failed', `The service answered ${how}; it is not asked again by itself.`, {
    retryable: false,
  });
}

/** The plan and the description, as far as they can be read: without them the song is still a song. */
function readTold(bytes: Buffer): Song['told'] {
  try {
    const parsed = JSON.parse(bytes.toString('utf8')) as unknown;
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    const { composition_plan: plan, song_metadata: metadata, words_timestamps: words } = parsed as Record<string, Json>;
    return {
      ...(plan === undefined ? {} : { compositionPlan: plan }),
      ...(metadata === undefined ? {} : { songMetadata: metadata }),
      ...(words === undefined ? {} : { wordsTimestamps: words }),
    };
  } catch {
    return null;
  }
}
