import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';

const MIB = 1024 * 1024;

/** Where the bucket is, and how it is talked to. */
export interface S3BlobsOptions {
  /** Address of the storage without the bucket: `https://s3.eu-central-1.amazonaws.com`, `http://minio:9000`. */
  endpoint: string;
  /** An existing bucket. */
  bucket: string;
  /** What requests are signed for. Default: `us-east-1`, which most servers that are not AWS take; R2 wants `auto`. */
  region?: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Of credentials that expire (STS). Default: none. */
  sessionToken?: string;
  /**
   * Folder of all keys in the bucket; a slash is added to its end. What lies in it and belongs to no job is deleted, so
   * two houses may not share one. Default: none, the bucket is the house's own.
   */
  prefix?: string;
  /**
   * Name of the house that the files belong to, the same on all its nodes and for ever. It is written into the bucket, and
   * a house with another name is refused: its sweep of orphans would delete these files. Default: nobody is refused.
   */
  house?: string;
  /** Whether the bucket stands in the path (`/bucket/key`) and not in the host name. Default: true, every server knows it. */
  pathStyle?: boolean;
  /** Whether `presign` is offered, so that downloads go past this server. Default: false. */
  presign?: boolean;
  /** Size of the parts of an upload, in bytes. An upload takes about four times this of memory. Default: 8 MiB; S3 wants 5 at least. */
  partBytes?: number;
  /** How long the storage may say nothing before a try is given up, in milliseconds. Default: 20 s. */
  silentMs?: number;
  /** Tries of a request that fails in a way that passes. Default: 5, about 4 s with the waits between them. */
  tries?: number;
  /** Most connections to the storage. Default: 64. */
  maxConnections?: number;
  /** Age from which an upload that was never finished is dropped, in milliseconds. Default: a day; no upload takes so long. */
  staleUploadMs?: number;
  clock?: Clock;
  logger: Logger;
}

/** The options with everything in them. */
export type S3Settings = Required<Omit<S3BlobsOptions, 'sessionToken' | 'house'>> & {
  sessionToken: string | undefined;
  house: string | undefined;
};

/** Smallest part that AWS and its like take, but for the last. */
export const MIN_PART_BYTES = 5 * MIB;

export const S3_DEFAULTS = {
  region: 'us-east-1',
  prefix: '',
  pathStyle: true,
  presign: false,
  partBytes: 8 * MIB,
  silentMs: 20_000,
  tries: 5,
  maxConnections: 64,
  staleUploadMs: 24 * 3_600_000,
} as const;
