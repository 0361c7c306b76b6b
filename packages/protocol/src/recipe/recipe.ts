import type { ImageRequest, Json, MusicRequest } from '../media.js';
import { asFields, isShallow } from './fields.js';
import { readImageRequest } from './image-request.js';
import { readMusicRequest } from './music-request.js';

/** How a file was made, as the file itself says. */
export type Recipe = RecipeOf<'image', ImageRequest> | RecipeOf<'music', MusicRequest>;

interface RecipeOf<Kind extends string, Request> {
  kind: Kind;
  /**
   * The request that makes the file again. Anybody may have written it: members of a wrong type or out of bounds are left
   * out, the server checks the rest when it is submitted.
   */
  request: Request;
  /** What was really used, where the file says so; for people to read. */
  parameters: Record<string, Json>;
  /** `rendercast`: exact. `a1111`: read from the text that AUTOMATIC1111's web UI and many others write, as far as it goes. */
  source: 'rendercast' | 'a1111';
}

/** What a file holds about its making; members are missing where it holds nothing. */
export interface FileTexts {
  /** Our JSON, see {@link packRecipe}. */
  rendercast?: string;
  /** The text that other tools of the trade write and read (`parameters` in a PNG). */
  parameters?: string;
}

/** The name under which our JSON is kept: keyword of PNG text, member of XMP, and so on. */
export const RECIPE_KEYWORD = 'rendercast';

/** Characters of JSON that are looked at: several of the largest requests. */
const MOST_CHARS = 1_000_000;

/** A recipe as the JSON that is written into files. Only what JSON can carry is kept. */
export function packRecipe({ kind, request, parameters }: Omit<Recipe, 'source'>): string {
  const text = JSON.stringify({ rendercast: 1, kind, request, parameters });
  // The two characters that Unicode has and XML has not.
  return text.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** Reads what {@link packRecipe} wrote; null when it is something else. */
export function unpackRecipe(text: string): Recipe | null {
  if (text.length > MOST_CHARS) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const fields = asFields(value);
  if (fields === null || !isShallow(value)) return null;
  const asked = asFields(fields['request']) ?? {};
  const parameters = (asFields(fields['parameters']) ?? {}) as Record<string, Json>;
  if (fields['kind'] === 'music') {
    const request = readMusicRequest(asked);
    return request === null ? null : { kind: 'music', request, parameters, source: 'rendercast' };
  }
  if (fields['kind'] !== 'image') return null;
  const request = readImageRequest(asked);
  return request === null ? null : { kind: 'image', request, parameters, source: 'rendercast' };
}
