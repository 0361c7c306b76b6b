import { fromLatin1, fromUtf8, join, uint32 } from '@rendercast/protocol/recipe/bytes';
import { id3Frame, id3Tag, recipeFrame } from '@rendercast/protocol/recipe/id3';
import { type SongTags, WRITER } from './song-tags.js';

const UTF8 = Uint8Array.of(3);
/** Of a picture: the front cover. */
const FRONT_COVER = 3;
/** Of timed lyrics: times in milliseconds, content is lyrics. */
const MILLISECONDS = 2;
const LYRICS = 1;

/** The tag of an MP3 or WAV file, in UTF-8. Lyrics are left out when there are none. */
export function songId3(tags: SongTags): Uint8Array<ArrayBuffer> {
  const { title, genre, styles, tempoBpm, key, lyrics, recipe, cover } = tags;
  return id3Tag([
    text('TIT2', title),
    text('TCON', genre),
    text('TBPM', String(Math.round(tempoBpm))),
    text('TKEY', key),
    text('TSSE', WRITER),
    ...(styles === '' ? [] : [text('TXXX', `styles\0${styles}`)]),
    ...(lyrics.length === 0 ? [] : [plainLyrics(lyrics), timedLyrics(lyrics)]),
    recipeFrame(recipe),
    id3Frame('APIC', join(UTF8, fromLatin1('image/png\0'), Uint8Array.of(FRONT_COVER), fromLatin1('\0'), cover.bytes)),
  ]);
}

const text = (id: string, value: string) => id3Frame(id, join(UTF8, fromUtf8(value)));

function plainLyrics(lyrics: SongTags['lyrics']): Uint8Array {
  return id3Frame('USLT', join(UTF8, fromLatin1('und\0'), fromUtf8(lyrics.map((line) => line.text).join('\n'))));
}

function timedLyrics(lyrics: SongTags['lyrics']): Uint8Array {
  const lines = lyrics.map((line) => join(fromUtf8(`${line.text.replaceAll('\0', ' ')}\0`), uint32(line.startMs)));
  return id3Frame('SYLT', join(UTF8, fromLatin1('und'), Uint8Array.of(MILLISECONDS, LYRICS, 0), ...lines));
}
