import { fromUtf8, join, uint32LittleEndian, utf8, viewOf } from './bytes.js';
import { type FileTexts, RECIPE_KEYWORD } from './recipe.js';

/** Notes of a FLAC or Ogg file: a name of ASCII and a text; a name may come more than once. */
export type Comment = readonly [name: string, text: string];

/** The texts among comments that tell how the file was made. The vorbis comment header: xiph.org/vorbis/doc/v-comment.html. */
export function readCommentTexts(data: Uint8Array): FileTexts {
  const view = viewOf(data);
  const sizeAt = (at: number) => (at + 4 <= data.length ? view.getUint32(at, true) : data.length);
  let at = 4 + sizeAt(0);
  const count = sizeAt(at);
  at += 4;
  for (let index = 0; index < count && at + 4 <= data.length; index++) {
    const from = at + 4;
    const to = from + sizeAt(at);
    if (to > data.length) break; // torn
    const text = utf8(data.subarray(from, to));
    const equals = text.indexOf('=');
    if (text.slice(0, equals).toLowerCase() === RECIPE_KEYWORD) return { rendercast: text.slice(equals + 1) };
    at = to;
  }
  return {};
}

/** Comments as the bytes that FLAC, Vorbis and Opus share. @param vendor the program that encoded the file. */
export function writeComments(vendor: string, comments: readonly Comment[]): Uint8Array<ArrayBuffer> {
  const sized = (text: string) => {
    const bytes = fromUtf8(text);
    return join(uint32LittleEndian(bytes.length), bytes);
  };
  const list = comments.map(([name, text]) => sized(`${name}=${text}`));
  return join(sized(vendor), uint32LittleEndian(comments.length), ...list);
}

/** The comment that holds our JSON. */
export const recipeComment = (json: string): Comment => [RECIPE_KEYWORD.toUpperCase(), json];
