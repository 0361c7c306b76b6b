import { S3Fault } from './s3-fault.js';
import type { Requests, S3Answer } from './s3-requests.js';
import { element, elements } from './s3-xml.js';

/** An object as a list shows it. */
export interface ListedObject {
  key: string;
  ageMs: number;
}

/** Pages through all objects under a prefix. Ages go by the storage's clock, which stamped the objects. */
export async function* listObjects(
  requests: Requests,
  prefix: string,
  nowMs: () => number,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  for await (const page of pages(requests, { 'list-type': '2' }, prefix, signal, (text) => {
    const token = element(text, 'NextContinuationToken');
    return token === null ? null : { 'continuation-token': token };
  })) {
    const atMs = clockOf(page, nowMs);
    for (const entry of elements(page.text, 'Contents')) {
      const key = element(entry, 'Key');
      const stampMs = Date.parse(element(entry, 'LastModified') ?? '');
      if (key !== null && !Number.isNaN(stampMs)) yield { key, ageMs: Math.max(0, atMs - stampMs) };
    }
  }
}

/** An upload that was begun and not finished. */
export interface ListedUpload {
  key: string;
  uploadId: string;
  ageMs: number;
}

/** Pages through all unfinished uploads under a prefix. */
export async function* listUploads(
  requests: Requests,
  prefix: string,
  nowMs: () => number,
  signal: AbortSignal,
): AsyncGenerator<ListedUpload> {
  for await (const page of pages(requests, { uploads: '' }, prefix, signal, (text) => {
    const marker = element(text, 'NextKeyMarker');
    const uploadIdMarker = element(text, 'NextUploadIdMarker');
    return marker === null ? null : { 'key-marker': marker, 'upload-id-marker': uploadIdMarker ?? '' };
  })) {
    const atMs = clockOf(page, nowMs);
    for (const entry of elements(page.text, 'Upload')) {
      const key = element(entry, 'Key');
      const uploadId = element(entry, 'UploadId');
      const stampMs = Date.parse(element(entry, 'Initiated') ?? '');
      if (key !== null && uploadId !== null && !Number.isNaN(stampMs))
        yield { key, uploadId, ageMs: Math.max(0, atMs - stampMs) };
    }
  }
}

async function* pages(
  requests: Requests,
  query: Record<string, string>,
  prefix: string,
  signal: AbortSignal,
  nextOf: (text: string) => Record<string, string> | null,
): AsyncGenerator<S3Answer> {
  let next: Record<string, string> = {};
  for (;;) {
    const page = await requests.ask({ method: 'GET', key: null, query: { ...query, prefix, ...next }, signal });
    if (!/<List\w+Result/.test(page.text))
      throw new S3Fault({ status: page.status, code: 'an answer that is no list', passing: false });
    yield page;
    if (element(page.text, 'IsTruncated') !== 'true') return;
    const following = nextOf(page.text);
    // A storage that hands out the same page for ever would be read for ever.
    if (following === null || JSON.stringify(following) === JSON.stringify(next))
      throw new S3Fault({ status: page.status, code: 'a list that does not go on', passing: false });
    next = following;
  }
}

function clockOf(page: S3Answer, nowMs: () => number): number {
  const atMs = Date.parse(page.header('date') ?? '');
  return Number.isNaN(atMs) ? nowMs() : atMs;
}
