import { createHash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ByteRange, RendercastError } from '@rendercast/protocol';
import { abortWith } from './abort-with.js';
import type { Blobs, PutOptions, PutResult } from './blobs.js';
import { checkedKey } from './checked-key.js';
import { createScales } from './scales.js';
import { untilAborted } from './until-aborted.js';

export interface DiskBlobsOptions {
  /** Folder of the blobs; made if it is not there. Nothing else may live in it. */
  dir: string;
  /**
   * Whether other processes use the folder, too (a network file system). Then drafts are deleted at the start only once
   * they are a day old: a younger one may be somebody's who is at work. Default: false.
   */
  shared?: boolean;
}

/** No upload takes so long. */
const STALE_DRAFT_MS = 24 * 3_600_000;

/** Bytes read at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Blobs as files: `files/<two digits>/<key>`, spread over 256 folders so that none grows too long to list. A blob is
 * written under `aside/` on the same file system, synced, and published by a rename; whatever lies in `aside/` when the
 * folder is opened was never published and is deleted. One process owns the folder (the data lock sees to it), unless it
 * is said to be shared.
 */
export async function openDiskBlobs({ dir, shared = false }: DiskBlobsOptions): Promise<Blobs> {
  const aside = join(dir, 'aside');
  const files = join(dir, 'files');
  await guarded(async () => {
    if (shared) await removeStaleDrafts(aside);
    else await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    await mkdir(files, { recursive: true });
    await syncFolder(dir);
  });
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // every put listens
  const writing = new Set<Promise<unknown>>();
  const pathOf = (key: string) => blobPath(dir, key);

  async function put(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<PutResult> {
    const path = pathOf(key);
    const draft = join(aside, randomUUID());
    const { signal, release } = abortWith(closing.signal, options.signal);
    try {
      if ((await sizeOf(path)) !== null) throw new RendercastError('conflict', 'A blob of this key exists already.');
      const result = await writeDraft(draft, untilAborted(body, signal), options);
      signal.throwIfAborted();
      await guarded(() => publish(draft, path));
      return result;
    } catch (thrown) {
      await rm(draft, { force: true }).catch(() => undefined); // swept at the next start
      throw thrown;
    } finally {
      release();
    }
  }

  return {
    async put(key, body, options) {
      const written = put(key, body, options);
      writing.add(written);
      try {
        return await written;
      } finally {
        writing.delete(written);
      }
    },
    size: async (key) => await sizeOf(pathOf(key)),
    read: (key, range) => readFrom(() => pathOf(key), range),
    async remove(key) {
      await guarded(() => rm(pathOf(key), { force: true }));
    },
    keys: () => listKeys(files),
    async close() {
      closing.abort(new RendercastError('shutting_down'));
      await Promise.allSettled(writing);
    },
  };
}

async function removeStaleDrafts(aside: string): Promise<void> {
  await mkdir(aside, { recursive: true });
  for (const name of await readdir(aside)) {
    const draft = join(aside, name);
    const found = await stat(draft).catch(() => null); // published or dropped since it was listed
    if (found !== null && Date.now() - found.mtimeMs > STALE_DRAFT_MS) await rm(draft, { force: true });
  }
}

/** Where a blob of this folder lies. @throws RendercastError `invalid_field` for what is no key. */
export function blobPath(dir: string, key: string): string {
  return join(dir, 'files', shardOf(key), checkedKey(key));
}

async function writeDraft(draft: string, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<PutResult> {
  const file = await guarded(() => open(draft, 'wx'));
  try {
    const scales = createScales(options);
    for await (const chunk of body) {
      scales.add(chunk);
      await guarded(() => file.writeFile(chunk));
    }
    const result = scales.result();
    await guarded(() => file.sync());
    return result;
  } finally {
    await file.close();
  }
}

/** The rename makes the blob visible, the syncs of the folders make the rename outlast a power cut. */
async function publish(draft: string, path: string): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true });
  await rename(draft, path);
  await syncFolder(folder);
  if (made !== undefined) await syncFolder(dirname(folder));
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there, and a rename needs no sync
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* readFrom(path: () => string, range: ByteRange | null): AsyncGenerator<Uint8Array> {
  const file = await openToRead(path());
  try {
    let position = range?.start ?? 0;
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    while (position <= end) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position + 1));
      const { bytesRead } = await guarded(() => file.read(buffer, 0, buffer.length, position));
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') throw new RendercastError('not_found', 'There is no such file.', { cause });
    throw unavailable(cause);
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw unavailable(cause);
  }
}

async function* listKeys(files: string): AsyncGenerator<{ key: string; ageMs: number }> {
  for (const shard of await guarded(() => readdir(files))) {
    for (const key of await guarded(() => readdir(join(files, shard)))) {
      const found = await stat(join(files, shard, key)).catch(() => null); // deleted since it was listed
      if (found?.isFile()) yield { key, ageMs: Math.max(0, Date.now() - found.mtimeMs) };
    }
  }
}

const shardOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 2);

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof RendercastError ? cause : unavailable(cause);
  }
}

/** A full, broken or vanished disk: the caller may try again later. */
function unavailable(cause: unknown): RendercastError {
  const full = codeOf(cause) === 'ENOSPC' || codeOf(cause) === 'EDQUOT';
  const message = full ? 'There is no room left for files.' : 'Files cannot be stored or read right now.';
  return new RendercastError('storage_unavailable', message, { cause });
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}
