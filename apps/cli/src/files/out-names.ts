import { basename, extname, join } from 'node:path';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import type { ImageFormat, MusicFormat } from '../requests/submission.js';

/** Where results go: one file, a folder, or standard output. */
export type OutTarget = { to: 'file'; path: string } | { to: 'folder'; path: string } | { to: 'stdout' };

const IMAGE_ENDINGS: Readonly<Record<string, ImageFormat>> = { png: 'png', webp: 'webp', jpg: 'jpeg', jpeg: 'jpeg' };
const MUSIC_ENDINGS: Readonly<Record<string, MusicFormat>> = { mp3: 'mp3', wav: 'wav', flac: 'flac', ogg: 'ogg' };

/** The format that a file name asks for; undefined when it has no ending: the engine chooses then. */
export function imageFormatOf(target: OutTarget): ImageFormat | undefined {
  return formatOf(target, IMAGE_ENDINGS);
}

/** The same for a song. */
export function musicFormatOf(target: OutTarget): MusicFormat | undefined {
  return formatOf(target, MUSIC_ENDINGS);
}

function formatOf<T extends string>(target: OutTarget, endings: Readonly<Record<string, T>>): T | undefined {
  if (target.to !== 'file') return undefined;
  const ending = extname(target.path).slice(1).toLowerCase();
  if (ending === '') return undefined;
  const format = endings[ending];
  if (format === undefined) {
    throw new CommandError(
      `--out ${target.path}: .${ending} cannot be made here; use ${Object.keys(endings).join(', ')}.`,
      EXIT.usage,
    );
  }
  return format;
}

/** One result, as far as its name goes. */
export interface NamedResult {
  /** The server's name for it, which is only trusted as far as its ending. */
  name: string;
}

/**
 * The paths of the results: `fox.png`, or `fox-1.png fox-2.png …` for several. In a folder they are called after the
 * job, so that no two jobs ever share a name.
 */
export function outPaths(
  target: Exclude<OutTarget, { to: 'stdout' }>,
  jobId: string,
  results: readonly NamedResult[],
): string[] {
  return results.map(({ name }, index) => {
    const path =
      target.to === 'file' ? target.path : join(target.path, `rendercast-${safe(jobId)}${safe(extname(name))}`);
    return results.length === 1 ? path : numbered(path, index + 1);
  });
}

/** `fox.png` → `fox-2.png`. */
export function numbered(path: string, number: number): string {
  const ending = extname(path);
  const stem = ending === '' ? path : path.slice(0, -ending.length);
  return `${stem}-${number}${ending}`;
}

/** What is left of a foreign name that may be part of ours. */
function safe(name: string): string {
  return basename(name).replace(/[^A-Za-z0-9._-]/g, '_');
}
