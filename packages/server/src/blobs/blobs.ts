import type { ByteRange } from '@rendercast/protocol';

/**
 * Where bytes lie. A blob is written aside and published whole under a key that is never used twice;
 * nobody ever sees half of one.
 */
export interface Blobs {
  /**
   * Stores a stream for good. Resolves once the bytes are published and synced. Throws `too_large` past
   * `maxBytes` and `storage_unavailable` when the place is full or broken; then nothing was published.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<PutResult>;
  /** Size of a blob; null when there is none. */
  size(key: string): Promise<number | null>;
  /** Reads a blob or a part of it; throws `not_found`. */
  read(key: string, range: ByteRange | null): AsyncIterable<Uint8Array>;
  /** Deletes a blob; one that is not there is no error. */
  remove(key: string): Promise<void>;
  /** Keys of all blobs, for the sweep of orphans. */
  keys(): AsyncIterable<{ key: string; ageMs: number }>;
  /**
   * An address of the storage itself, at which anybody who has it can GET the blob for a while. Absent where there is
   * none, or where it is not wanted. Does not look whether the blob is there.
   */
  presign?(key: string, options: PresignOptions): Promise<string>;
  close(): Promise<void>;
}

export interface PresignOptions {
  /** How long the address is good at least, in milliseconds. */
  ttlMs: number;
  /** Headers that the storage is to answer with. */
  mediaType: string;
  disposition: string;
  cacheControl: string;
}

export interface PutOptions {
  maxBytes: number;
  /** Refused with `invalid_field` when the bytes have another digest. */
  expectDigest?: string;
  signal?: AbortSignal;
}

export interface PutResult {
  sizeBytes: number;
  /** SHA-256, hexadecimal. */
  digest: string;
}
