import { fromLatin1, join, uint32 } from '@rendercast/protocol/recipe/bytes';
import { type Comment, recipeComment } from '@rendercast/protocol/recipe/vorbis-comment';
import { lrcOf, type SongTags, WRITER } from './song-tags.js';

/** The comments of a FLAC or Ogg file. Lyrics are left out when there are none. */
export function songComments(tags: SongTags): Comment[] {
  const { title, genre, styles, tempoBpm, key, lyrics, recipe } = tags;
  return [
    ['TITLE', title],
    ['GENRE', genre],
    ['BPM', String(Math.round(tempoBpm))],
    ['INITIALKEY', key],
    ['ENCODER', WRITER],
    ...(styles === '' ? [] : [['STYLES', styles] as const]),
    // Players that know LRC show it line by line, the others as it is.
    ...(lyrics.length === 0 ? [] : [['LYRICS', lrcOf(lyrics)] as const]),
    recipeComment(recipe),
  ];
}

const FRONT_COVER = 3;

/** The cover as FLAC has it in a block, and Ogg files in a comment in Base64. RFC 9639, section 8.8. */
export function pictureBlock({ bytes, width, height }: SongTags['cover']): Uint8Array<ArrayBuffer> {
  const type = fromLatin1('image/png');
  const bitsPerPixel = 8;
  return join(
    uint32(FRONT_COVER),
    uint32(type.length),
    type,
    uint32(0), // no description
    uint32(width),
    uint32(height),
    uint32(bitsPerPixel),
    uint32(0),
    uint32(bytes.length),
    bytes,
  );
}
