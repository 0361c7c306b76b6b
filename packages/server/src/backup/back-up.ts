import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Artifact } from '@rendercast/protocol';
import { blobPath } from '../blobs/disk.js';
import { fileKey, thumbnailKey } from '../blobs/keys.js';
import { isoTime, systemClock } from '../clock.js';
import { dataPaths } from '../data-dir.js';
import { makeFolder } from '../make-folder.js';
import { artifactsIn, copyDatabase, examineCopy } from '../stores/sqlite/database-copy.js';
import { databaseFile } from '../stores/sqlite/open-database.js';
import { VERSION } from '../version.js';
import { BackupError } from './backup-error.js';
import { copySynced, digestOf, isMissing, linkOrCopy, sync, syncFolder } from './file-bytes.js';
import { DATABASE, MANIFEST, SECRET, SUMS, type Sum, writtenManifest, writtenSums } from './manifest.js';
import { isArchive, packArchive } from './tar-archive.js';

export interface BackupOptions {
  /** The data directory; a server may be using it. */
  dataDir: string;
  /** A folder that is not there or empty, or a file that is not there and ends in `.tar`. */
  to: string;
  signal?: AbortSignal;
}

/** What a backup holds, and what is wrong in the data directory. */
export interface BackupReport {
  to: string;
  jobs: number;
  files: number;
  /** Bytes of the files and of the database. */
  bytes: number;
  /** Ids of files that jobs remember and that are not there. */
  missing: string[];
  /** Ids of files whose bytes are not those that were stored. They are in the backup as they are. */
  damaged: string[];
}

/** Looks at the database this often where files vanish in between: each look is of a later moment. */
const ROUNDS = 3;

/**
 * Backs up a data directory, also while a server uses it: the database as it stood at one moment, and every file that it
 * remembers, each held against its digest. It stands under its name only once it is whole.
 *
 * @throws BackupError or StoreOpenError with words; the signal's reason when it aborts.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const { dataDir, signal } = options;
  const to = resolve(options.to);
  if (!existsSync(databaseFile(dataDir)))
    throw new BackupError('no_data', `There is no data of Rendercast in ${dataDir}.`);
  await requireFree(to);
  await makeFolder(dirname(to));
  const draft = await mkdtemp(`${to}.unfinished-`);
  try {
    await chmod(draft, 0o700);
    const report = await fill(draft, dataDir, signal);
    if (isArchive(to)) await publishArchive(draft, to);
    else await rename(draft, to);
    await syncFolder(dirname(to));
    return { to, ...report };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function requireFree(to: string): Promise<void> {
  if (!existsSync(to)) return;
  const held = isArchive(to) ? ['a file'] : await readdir(to).catch(() => ['a file']);
  if (held.length > 0) throw new BackupError('taken', `${to} is there already; choose a name that is free.`);
}

async function publishArchive(draft: string, to: string): Promise<void> {
  const whole = `${draft}.tar`;
  try {
    await packArchive(draft, whole);
    await rename(whole, to);
  } finally {
    await rm(whole, { force: true });
  }
}

/** Makes a whole backup in an empty folder. */
async function fill(draft: string, dataDir: string, signal?: AbortSignal): Promise<Omit<BackupReport, 'to'>> {
  const { blobsDir, databaseDir, secretFile } = dataPaths(dataDir);
  const copy = join(draft, DATABASE);
  let gathered: Gathered = { sums: [], bytes: 0, missing: [], damaged: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    await rm(copy, { force: true });
    copyDatabase(databaseFile(databaseDir), copy);
    await sync(copy);
    gathered = await gather(draft, copy, blobsDir, signal);
    // What is missing was removed since the copy was made, or is lost: a later copy tells.
    if (gathered.missing.length === 0) break;
  }
  await dropUnused(draft, gathered.sums);
  const { epoch, schema, jobs } = examineCopy(copy);
  const database = await digestOf(copy, signal);
  const others: Sum[] = [{ path: DATABASE, digest: database.digest }];
  if (existsSync(secretFile)) {
    await copySynced(secretFile, join(draft, SECRET));
    await chmod(join(draft, SECRET), 0o600);
    others.push({ path: SECRET, digest: (await digestOf(join(draft, SECRET))).digest });
  }
  const sums = join(draft, SUMS);
  await writeSynced(sums, writtenSums([...others, ...gathered.sums]));
  const { missing, damaged } = gathered;
  const files = gathered.sums.length;
  const bytes = gathered.bytes + database.sizeBytes;
  const madeAt = isoTime(systemClock.now());
  const facts = { version: VERSION, madeAt, epoch, schema, jobs, files, bytes, missing };
  await writeSynced(join(draft, MANIFEST), writtenManifest({ ...facts, sums: (await digestOf(sums)).digest }));
  await syncFolder(draft);
  return { jobs, files, bytes, missing, damaged };
}

interface Gathered {
  sums: Sum[];
  bytes: number;
  missing: string[];
  damaged: string[];
}

/** Brings every file that a copy of the database remembers into the backup. */
async function gather(draft: string, copy: string, blobsDir: string, signal?: AbortSignal): Promise<Gathered> {
  const gathered: Gathered = { sums: [], bytes: 0, missing: [], damaged: [] };
  for (const artifact of artifactsIn(copy)) {
    signal?.throwIfAborted();
    const file = await bring(draft, blobsDir, fileKey(artifact.id), signal);
    if (file === null) gathered.missing.push(artifact.id);
    else {
      if (!isWhole(artifact, file)) gathered.damaged.push(artifact.id);
      note(gathered, file);
    }
    const thumbnail = artifact.hasThumbnail ? await bring(draft, blobsDir, thumbnailKey(artifact.id), signal) : null;
    if (thumbnail !== null) note(gathered, thumbnail);
  }
  return gathered;
}

interface Brought extends Sum {
  sizeBytes: number;
}

/** Null: it is not there. */
async function bring(draft: string, blobsDir: string, key: string, signal?: AbortSignal): Promise<Brought | null> {
  const target = blobPath(draft, key);
  try {
    if (!existsSync(target)) await linkOrCopy(blobPath(blobsDir, key), target);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  return { path: relative(draft, target).replaceAll(sep, '/'), ...(await digestOf(target, signal)) };
}

function isWhole(artifact: Artifact, file: Brought): boolean {
  return file.digest === artifact.digest && file.sizeBytes === artifact.sizeBytes;
}

function note(gathered: Gathered, { path, digest, sizeBytes }: Brought): void {
  gathered.sums.push({ path, digest });
  gathered.bytes += sizeBytes;
}

/** Files of an earlier round that the last copy of the database does not remember. */
async function dropUnused(draft: string, sums: readonly Sum[]): Promise<void> {
  const used = new Set(sums.map(({ path }) => basename(path)));
  const files = join(draft, 'files');
  for (const shard of await readdir(files).catch(() => []))
    for (const name of await readdir(join(files, shard))) if (!used.has(name)) await rm(join(files, shard, name));
}

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await sync(path);
}
