import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { BackupError } from './backup-error.js';

/** Names inside a backup. Sums are in the form of `sha256sum`, so that it can check them too. */
export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';
export const DATABASE = 'rendercast.db';
export const SECRET = 'secret';

const FORMAT = 1;

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  /** Version of the program that made it. */
  version: z.string(),
  madeAt: z.string(),
  epoch: z.string(),
  schema: z.int(),
  jobs: z.int(),
  files: z.int(),
  bytes: z.int(),
  /** Files that the database remembers and the data directory no longer had. */
  missing: z.array(z.string()),
  /** SHA-256 of the list of sums, which holds those of all other files. */
  sums: z.string(),
});

/** What a backup says of itself. Written last: a backup without it was cut off. */
export type Manifest = z.infer<typeof manifestSchema>;

export function writtenManifest(manifest: Omit<Manifest, 'format'>): string {
  return `${JSON.stringify({ format: FORMAT, ...manifest } satisfies Manifest, null, 2)}\n`;
}

/** @throws BackupError `torn` when there is none that can be read, `newer` when it is of a later form. */
export async function readManifest(dir: string): Promise<Manifest> {
  const text = await readFile(join(dir, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new BackupError('torn', `${dir} is not a whole backup: it has no ${MANIFEST}.`, cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BackupError('torn', `${dir} is not a whole backup: its ${MANIFEST} is cut off.`, cause);
  }
  const format = z.object({ format: z.int() }).safeParse(json).data?.format;
  if (format !== undefined && format > FORMAT)
    throw new BackupError('newer', `${dir} was made by a newer version of Rendercast; restore it with that.`);
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BackupError('corrupt', `The ${MANIFEST} of ${dir} is not one of ours.`, parsed.error);
}

/** One line of the sums. */
export interface Sum {
  /** Path inside the backup, with slashes. */
  path: string;
  digest: string;
}

export function writtenSums(sums: readonly Sum[]): string {
  return sums.map(({ digest, path }) => `${digest}  ${path}\n`).join('');
}

/** What may lie in a backup: nothing that leads out of it. */
const PATH = /^(?:rendercast\.db|secret|files\/[0-9a-f]{2}\/[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_-]+)?)$/;

/** Whether a name may lie in a backup. */
export function isBackupPath(path: string): boolean {
  return path === MANIFEST || path === SUMS || PATH.test(path);
}

/** @throws BackupError `corrupt` for a line that is none of ours. */
export function readSums(text: string): Sum[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, digest, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      if (digest === undefined || path === undefined || !PATH.test(path))
        throw new BackupError(
          'corrupt',
          `The list of sums of the backup holds a line that is not ours: ${line.slice(0, 100)}`,
        );
      return { digest, path };
    });
}
