import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Refusal } from './refusal.js';

/** Bytes in a file of their own. */
export interface Bytes {
  path: string;
  sizeBytes: number;
  md5: string;
  sha256: string;
}

export interface StoredObject extends Bytes {
  etag: string;
  mark: string | undefined;
  atMs: number;
}

export interface Upload {
  key: string;
  mark: string | undefined;
  atMs: number;
  parts: Map<number, Bytes>;
}

/** Objects and unfinished uploads of one bucket. Bytes lie in a folder, the rest in memory: the stub dies whole. */
export function createObjects(dir: string) {
  const objects = new Map<string, StoredObject>();
  const uploads = new Map<string, Upload>();

  /** Writes a stream into a file. `change` may alter pieces on their way. */
  async function take(body: Readable, change: (piece: Buffer) => Buffer): Promise<Bytes> {
    const path = join(dir, randomUUID());
    const md5 = createHash('md5');
    const sha256 = createHash('sha256');
    let sizeBytes = 0;
    try {
      await pipeline(
        body,
        async function* (pieces: AsyncIterable<Buffer>) {
          for await (const piece of pieces) {
            const kept = change(piece);
            md5.update(kept);
            sha256.update(kept);
            sizeBytes += kept.length;
            yield kept;
          }
        },
        createWriteStream(path),
      );
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, sizeBytes, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
  }

  /** Puts parts together, as S3 does: by number, each with the ETag it was acknowledged with. */
  async function assemble(
    upload: Upload,
    wanted: readonly { number: number; etag: string }[],
  ): Promise<Bytes & { etag: string }> {
    const parts = wanted.map(({ number, etag }, index) => {
      const part = upload.parts.get(number);
      if (part === undefined || part.md5 !== etag) throw new S3Refusal(400, 'InvalidPart');
      if (index < wanted.length - 1 && part.sizeBytes < 5 * 1024 * 1024) throw new S3Refusal(400, 'EntityTooSmall');
      if (index < wanted.length - 1 && part.sizeBytes !== upload.parts.get(1)?.sizeBytes)
        throw new S3Refusal(400, 'InvalidPart'); // R2 wants all of one size
      return part;
    });
    if (parts.length === 0) throw new S3Refusal(400, 'MalformedXML');
    async function* all(): AsyncGenerator<Buffer> {
      for (const { path } of parts) yield* createReadStream(path);
    }
    const whole = await take(Readable.from(all(), { objectMode: false }), (piece) => piece);
    const md5 = createHash('md5');
    for (const part of parts) md5.update(Buffer.from(part.md5, 'hex'));
    return { ...whole, etag: `"${md5.digest('hex')}-${parts.length}"` };
  }

  return {
    objects,
    uploads,
    take,
    assemble,
    async halve(object: StoredObject): Promise<void> {
      object.sizeBytes = Math.floor(object.sizeBytes / 2);
      await truncate(object.path, object.sizeBytes);
    },
    async remove(key: string): Promise<void> {
      const found = objects.get(key);
      objects.delete(key);
      if (found !== undefined) await rm(found.path, { force: true });
    },
    async drop(uploadId: string): Promise<void> {
      const found = uploads.get(uploadId);
      uploads.delete(uploadId);
      for (const { path } of found?.parts.values() ?? []) await rm(path, { force: true });
    },
    async clear(): Promise<void> {
      for (const { path } of objects.values()) await rm(path, { force: true });
      objects.clear();
      for (const id of [...uploads.keys()]) await this.drop(id);
    },
  };
}

export type Objects = ReturnType<typeof createObjects>;
