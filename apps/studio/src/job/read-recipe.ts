import type { Recipe } from '@rendercast/client/inspect';
import { bytes } from '../shell/format.js';

/** Larger files are not read for their parameters: nothing that is made here is, and they are read into memory whole. */
const MOST_BYTES = 200_000_000;

/** How a file was made, as it says itself; or words for why that is not to be had. The reader is loaded when it is needed. */
export async function readRecipe(file: File): Promise<Recipe | string> {
  if (file.size > MOST_BYTES) return `${file.name} is ${bytes(file.size)}: too big to be looked into.`;
  const { inspectFile } = await import('@rendercast/client/inspect');
  const { format, recipe } = await inspectFile(new Uint8Array(await file.arrayBuffer()));
  if (recipe !== null) return recipe;
  return format === null
    ? `${file.name} is nothing that carries parameters. PNG, JPEG, WebP, MP3, WAV, FLAC and Ogg files do.`
    : `${file.name} does not say how it was made.`;
}
