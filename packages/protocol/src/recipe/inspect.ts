import { readA1111 } from './a1111.js';
import { isFlac, readFlacTexts } from './flac.js';
import { isMp3, readId3Texts } from './id3.js';
import { isJpeg, readJpegTexts } from './jpeg.js';
import { isOgg, readOggTexts } from './ogg.js';
import { isPng, readPngTexts } from './png.js';
import { type FileTexts, type Recipe, unpackRecipe } from './recipe.js';
import { isWav, readWavTexts } from './wav.js';
import { isWebp, readWebpTexts } from './webp.js';

/** A kind of file that may tell how it was made. One line here teaches another. */
interface Format {
  name: string;
  is(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array): FileTexts | Promise<FileTexts>;
}

const FORMATS = [
  { name: 'png', is: isPng, read: readPngTexts },
  { name: 'jpeg', is: isJpeg, read: readJpegTexts },
  { name: 'webp', is: isWebp, read: readWebpTexts },
  { name: 'mp3', is: isMp3, read: readId3Texts },
  { name: 'wav', is: isWav, read: readWavTexts },
  { name: 'flac', is: isFlac, read: readFlacTexts },
  { name: 'ogg', is: isOgg, read: readOggTexts },
] as const satisfies readonly Format[];

export type FormatName = (typeof FORMATS)[number]['name'];

/** What a look into a file found. */
export interface Inspection {
  /** What the file is; null when it is nothing that can carry a recipe. */
  format: FormatName | null;
  /** How it was made; null when the file does not say. */
  recipe: Recipe | null;
  /** The text of other tools, as it stands in the file; null when there is none. */
  text: string | null;
}

/**
 * Reads out of a picture or song how it was made: what Rendercast writes into its files, or else the text that
 * AUTOMATIC1111's web UI and many others write into theirs. Looks at nothing but the bytes, in the browser as in Node, and
 * takes any: files of strangers, torn ones and none at all. Never throws.
 */
export async function inspectFile(bytes: Uint8Array): Promise<Inspection> {
  const format = FORMATS.find(({ is }) => is(bytes));
  if (format === undefined) return { format: null, recipe: null, text: null };
  const { rendercast, parameters } = await format.read(bytes);
  const ours = rendercast === undefined ? null : unpackRecipe(rendercast);
  const recipe = ours ?? (parameters === undefined ? null : readA1111(parameters));
  return { format: format.name, recipe, text: parameters ?? null };
}
