import { RendercastError } from '@rendercast/protocol';
import { S3Fault } from './s3-fault.js';
import { MARK_HEADER } from './s3-objects.js';
import type { Part } from './s3-parts.js';
import { dropUpload, type NewObject, type Publishing } from './s3-publishing.js';
import type { Requests } from './s3-requests.js';
import { element, escapeXml } from './s3-xml.js';

/** No storage takes more. */
export const MAX_PARTS = 10_000;
/** While these are on their way one more is gathered: three parts of memory. */
const PARTS_AT_ONCE = 2;

/** An upload in many parts, which nobody sees until it is finished. */
export interface Multipart {
  /** Takes a part; resolves when there is room for the next. Throws what broke an earlier one. */
  send(part: Part): Promise<void>;
  /** Waits for all parts. Throws what broke one. */
  sent(): Promise<void>;
  /** Makes the object visible. */
  finish(sizeBytes: number): Promise<void>;
  /** Stops what is on its way and drops all parts. */
  drop(): Promise<void>;
}

/** @param stop is aborted with what broke a part, so that the source is not read in vain. */
export async function beginMultipart(
  parts: { requests: Requests; publishing: Publishing },
  object: Omit<NewObject, 'sizeBytes'>,
  stop: AbortController,
  outer: AbortSignal,
): Promise<Multipart> {
  const { requests, publishing } = parts;
  const { key, mark } = object;
  const headers = { [MARK_HEADER]: mark };
  const begun = await requests.ask({ method: 'POST', key, query: { uploads: '' }, headers, signal: outer });
  const uploadId = element(begun.text, 'UploadId');
  if (uploadId === null) throw new S3Fault({ status: begun.status, code: 'no upload id', passing: false });

  const signal = AbortSignal.any([outer, stop.signal]);
  const etags: string[] = [];
  const underWay = new Set<Promise<void>>();
  let started = 0;

  async function upload({ bytes, digest, release }: Part, number: number): Promise<void> {
    const query = { partNumber: String(number), uploadId: uploadId as string };
    const answer = await requests.ask({ method: 'PUT', key, query, body: bytes, bodyDigest: digest, signal });
    const etag = answer.header('etag');
    if (etag === null) throw new S3Fault({ status: answer.status, code: 'no etag of a part', passing: false });
    etags[number - 1] = etag;
    release();
  }

  return {
    async send(part) {
      if (started >= MAX_PARTS) throw new RendercastError('too_large', 'The file has too many parts for the storage.');
      const sending: Promise<void> = upload(part, ++started)
        .catch((thrown: unknown) => stop.abort(thrown))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
      if (underWay.size >= PARTS_AT_ONCE) await Promise.race(underWay);
      stop.signal.throwIfAborted();
    },
    async sent() {
      await Promise.all(underWay);
      stop.signal.throwIfAborted();
    },
    async finish(sizeBytes) {
      const body = Buffer.from(completion(etags));
      await publishing.publish({ ...object, sizeBytes }, outer, (conditions) =>
        requests.ask({ method: 'POST', key, query: { uploadId }, headers: conditions, body, signal: outer }),
      );
    },
    async drop() {
      stop.abort(new Error('the upload is dropped'));
      await Promise.all(underWay);
      await dropUpload(requests, key, uploadId);
    },
  };
}

function completion(etags: readonly string[]): string {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
}
