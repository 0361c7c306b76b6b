import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { blobPath } from '../blobs/disk.js';
import { dataPaths, RESTORE_MARK } from '../data-dir.js';
import { makeFolder } from '../make-folder.js';
import { type DataLock, openDataLock } from '../stores/sqlite/data-lock.js';
import { examineCopy, newestSchema, renewEpoch } from '../stores/sqlite/database-copy.js';
import { databaseFile } from '../stores/sqlite/open-database.js';
import { BackupError } from './backup-error.js';
import { copySynced, digestOf, isMissing, sync, syncFolder } from './file-bytes.js';
import { DATABASE, type Manifest, readManifest, readSums, SECRET, SUMS, type Sum } from './manifest.js';
import { isArchive, unpackArchive } from './tar-archive.js';

export interface RestoreOptions {
  /** A folder or `.tar` file that a backup made. */
  from: string;
  /** A data directory that is not there or empty. */
  dataDir: string;
  signal?: AbortSignal;
}

export interface RestoreReport {
  dataDir: string;
  madeAt: string;
  jobs: number;
  files: number;
  bytes: number;
  /** Files that were missing already when the backup was made. */
  missing: string[];
  /** The new epoch: readers with positions of before are reset. */
  epoch: string;
}

/** What an empty data directory may hold: the lock that is taken while it is restored, and what file systems put there. */
const NOTHING = new Set(['rendercast.lock', 'rendercast.lock-journal', 'lost+found']);

/**
 * Restores a backup into an empty data directory. Everything is held against its digest first; nothing is touched unless
 * all of it is right. The database comes last, under an epoch of its own.
 *
 * @throws BackupError or StoreOpenError with words; the signal's reason when it aborts.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { signal } = options;
  const dataDir = resolve(options.dataDir);
  const from = resolve(options.from);
  await requireEmpty(dataDir);
  if (!isArchive(from)) return restoreFolder(from, dataDir, signal);
  await makeFolder(dirname(dataDir));
  const unpacked = await mkdtemp(`${dataDir}.unpacked-`);
  try {
    await unpackArchive(from, unpacked);
    return await restoreFolder(unpacked, dataDir, signal);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function restoreFolder(from: string, dataDir: string, signal?: AbortSignal): Promise<RestoreReport> {
  const { manifest, sums } = await verify(from, signal);
  await makeFolder(dataDir, 0o700);
  const lock = openDataLock(dataDir);
  try {
    await requireEmpty(dataDir, lock);
    const mark = join(dataDir, RESTORE_MARK);
    await writeFile(mark, 'rendercast restore was here and had not ended\n');
    await syncFolder(dataDir);
    const epoch = await bringBack(from, dataDir, sums, signal);
    await rm(mark);
    await syncFolder(dataDir);
    const { madeAt, jobs, files, bytes, missing } = manifest;
    return { dataDir, madeAt, jobs, files, bytes, missing, epoch };
  } finally {
    lock.release();
  }
}

/** Holds everything in a backup against its digest, and the database against what this version can open. */
async function verify(from: string, signal?: AbortSignal): Promise<{ manifest: Manifest; sums: Sum[] }> {
  const manifest = await readManifest(from);
  if ((await sumOf(from, SUMS, signal)) !== manifest.sums)
    throw new BackupError('corrupt', `The list of sums in ${from} is not the one that was written.`);
  const sums = readSums(await readFile(join(from, SUMS), 'utf8'));
  for (const { path, digest } of sums)
    if ((await sumOf(from, path, signal)) !== digest)
      throw new BackupError('corrupt', `${path} in ${from} is damaged: its bytes are not those that were backed up.`);
  if (!sums.some(({ path }) => path === DATABASE))
    throw new BackupError('corrupt', `The list of sums in ${from} names no database.`);
  if (manifest.schema > newestSchema())
    throw new BackupError(
      'newer',
      `${from} was made by version ${manifest.version}, which is newer; restore it with that.`,
    );
  examineCopy(join(from, DATABASE));
  return { manifest, sums };
}

async function sumOf(from: string, path: string, signal?: AbortSignal): Promise<string> {
  try {
    return (await digestOf(join(from, path), signal)).digest;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new BackupError('torn', `${from} is not a whole backup: ${path} is missing.`, error);
  }
}

/** Refuses what is in use first: that it is not empty then says little. `lock`: it is ours already. */
async function requireEmpty(dataDir: string, lock: DataLock | null = null): Promise<void> {
  const found = await stat(dataDir).catch(() => null);
  if (found === null) return;
  if (!found.isDirectory()) throw new BackupError('taken', `${dataDir} is no directory.`);
  if (lock === null && existsSync(join(dataDir, 'rendercast.lock'))) openDataLock(dataDir).release();
  const held = (await readdir(dataDir)).filter((name) => !NOTHING.has(name));
  if (held.length === 0) return;
  const unfinished = held.includes(RESTORE_MARK) ? ' It holds half of a restore that did not end; empty it first.' : '';
  throw new BackupError(
    'taken',
    `${dataDir} is not empty; a backup is restored into an empty directory only, so that nothing is lost.${unfinished}`,
  );
}

/** Files first, then the database under a new epoch: whoever looks in between finds no house at all. */
async function bringBack(from: string, dataDir: string, sums: readonly Sum[], signal?: AbortSignal): Promise<string> {
  const { blobsDir, databaseDir, secretFile } = dataPaths(dataDir);
  const folders = new Set<string>();
  for (const { path } of sums) {
    signal?.throwIfAborted();
    if (path === DATABASE || path === SECRET) continue;
    const target = blobPath(blobsDir, basename(path));
    await copySynced(join(from, path), target);
    folders.add(dirname(target));
  }
  for (const folder of folders) await syncFolder(folder);
  if (sums.some(({ path }) => path === SECRET)) {
    await copySynced(join(from, SECRET), secretFile);
    await chmod(secretFile, 0o600);
  }
  const file = databaseFile(databaseDir);
  const coming = `${file}.restoring`;
  await copySynced(join(from, DATABASE), coming);
  const epoch = renewEpoch(coming);
  await sync(coming);
  await rename(coming, file);
  return epoch;
}
