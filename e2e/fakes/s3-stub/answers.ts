import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Manner } from './manners.js';
import type { Bytes, Objects, StoredObject } from './objects.js';
import { S3Refusal } from './refusal.js';
import { headerOf } from './verify-signature.js';

/** A request, taken apart. */
export interface Call {
  request: IncomingMessage;
  key: string;
  query: URLSearchParams;
  /** Digest that the body must have; null: any. */
  digest: string | null;
  manner: Manner | null;
}

export interface Answer {
  status: number;
  headers?: Record<string, string | number>;
  xml?: string;
  /** Bytes of an object, both ends included. */
  object?: { path: string; start: number; end: number };
}

export interface BucketOptions {
  objects: Objects;
  pageSize: number;
  /** How long lists do not show a new object, in milliseconds. */
  listDelayMs: number;
  /** What the storage makes of `If-None-Match` on writes. */
  conditions: 'kept' | 'ignored' | 'refused';
  nowMs(): number;
}

const MARK = 'x-amz-meta-rendercast-put';

/** What S3 does with one bucket, as far as a house needs it. */
export function createBucket({ objects, pageSize, listDelayMs, conditions, nowMs }: BucketOptions) {
  const { objects: stored, uploads } = objects;

  async function bodyOf({ request, digest, manner }: Call): Promise<Bytes> {
    let damaged = manner?.do !== 'damage';
    let leftBytes = manner?.do === 'cut-upload' ? (manner.atBytes ?? 1000) : Number.POSITIVE_INFINITY;
    const bytes = await objects.take(request, (piece) => {
      leftBytes -= piece.length;
      if (leftBytes <= 0) request.destroy();
      if (damaged || piece.length === 0) return piece;
      damaged = true;
      const changed = Buffer.from(piece);
      changed[0] = (changed[0] ?? 0) ^ 1;
      return changed;
    });
    if (digest !== null && bytes.sha256 !== digest) throw new S3Refusal(400, 'XAmzContentSHA256Mismatch');
    return bytes;
  }

  function checkConditions({ request, key }: Call): void {
    if (headerOf(request, 'if-none-match') === undefined || conditions === 'ignored') return;
    if (conditions === 'refused') throw new S3Refusal(501, 'NotImplemented');
    if (stored.has(key)) throw new S3Refusal(412, 'PreconditionFailed');
  }

  async function publish({ key, manner }: Call, object: StoredObject): Promise<void> {
    if (manner?.do === 'keep-half') await objects.halve(object);
    stored.set(key, object);
  }

  const uploadOf = ({ query, key }: Call) => {
    const id = query.get('uploadId') ?? '';
    const found = uploads.get(id);
    if (found === undefined || found.key !== key) throw new S3Refusal(404, 'NoSuchUpload');
    return { id, ...found };
  };

  const visible = ({ key, manner }: Call): StoredObject => {
    const found = stored.get(key);
    if (found === undefined || manner?.do === 'hide') throw new S3Refusal(404, 'NoSuchKey');
    return found;
  };

  const headersOf = (object: StoredObject): Record<string, string | number> => ({
    etag: object.etag,
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'last-modified': new Date(object.atMs).toUTCString(),
    ...(object.mark === undefined ? {} : { [MARK]: object.mark }),
  });

  return {
    async put(call: Call): Promise<Answer> {
      checkConditions(call);
      const bytes = await bodyOf(call);
      checkConditions(call);
      const etag = `"${bytes.md5}"`;
      await publish(call, { ...bytes, etag, mark: headerOf(call.request, MARK), atMs: nowMs() });
      return { status: 200, headers: { etag } };
    },
    async head(call: Call): Promise<Answer> {
      const object = visible(call);
      return { status: 200, headers: { ...headersOf(object), 'content-length': object.sizeBytes } };
    },
    async get(call: Call): Promise<Answer> {
      const object = visible(call);
      const headers = { ...headersOf(object), ...wishesOf(call.query) };
      const wanted = /^bytes=(\d+)-(\d*)$/.exec(headerOf(call.request, 'range') ?? '');
      if (wanted === null || call.manner?.do === 'ignore-range') {
        const end = object.sizeBytes - 1;
        return {
          status: 200,
          headers: { ...headers, 'content-length': object.sizeBytes },
          object: { path: object.path, start: 0, end },
        };
      }
      const start = Number(wanted[1]);
      if (start >= object.sizeBytes) throw new S3Refusal(416, 'InvalidRange');
      let end = wanted[2] === '' ? object.sizeBytes - 1 : Math.min(Number(wanted[2]), object.sizeBytes - 1);
      if (call.manner?.do === 'short-range') end = start + Math.floor((end - start) / 2);
      const range = `bytes ${start}-${end}/${object.sizeBytes}`;
      return {
        status: 206,
        headers: { ...headers, 'content-range': range, 'content-length': end - start + 1 },
        object: { path: object.path, start, end },
      };
    },
    async delete({ key }: Call): Promise<Answer> {
      await objects.remove(key);
      return { status: 204 };
    },
    async begin({ request, key }: Call): Promise<Answer> {
      const id = `${randomUUID()}+/=&`; // ids are opaque and may hold anything
      uploads.set(id, { key, mark: headerOf(request, MARK), atMs: nowMs(), parts: new Map() });
      const xml = `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${id.replace('&', '&amp;')}</UploadId></InitiateMultipartUploadResult>`;
      return { status: 200, xml };
    },
    async part(call: Call): Promise<Answer> {
      const upload = uploadOf(call);
      const bytes = await bodyOf(call);
      if (call.manner?.do !== 'lose-part') upload.parts.set(Number(call.query.get('partNumber')), bytes);
      return { status: 200, headers: { etag: call.manner?.do === 'wrong-etag' ? '"0123"' : `"${bytes.md5}"` } };
    },
    async finish(call: Call): Promise<Answer> {
      const upload = uploadOf(call);
      checkConditions(call);
      const text = await textOf(call.request);
      if (call.manner?.do === 'error-in-200')
        return { status: 200, xml: new S3Refusal(200, 'InternalError').body('nobody') };
      const wanted = [...text.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(?:"|&#34;|&quot;)?(\w+)/g)];
      const parts = wanted.map(([, number, etag = '']) => ({ number: Number(number), etag }));
      const whole = await objects.assemble(upload, parts);
      await publish(call, { ...whole, mark: upload.mark, atMs: nowMs() });
      await objects.drop(upload.id);
      return {
        status: 200,
        xml: `<CompleteMultipartUploadResult><ETag>${whole.etag}</ETag></CompleteMultipartUploadResult>`,
      };
    },
    async drop(call: Call): Promise<Answer> {
      await objects.drop(uploadOf(call).id);
      return { status: 204 };
    },
    async list({ query }: Call): Promise<Answer> {
      const prefix = query.get('prefix') ?? '';
      const after = query.get('continuation-token') ?? '';
      const most = Math.min(pageSize, Number(query.get('max-keys') ?? pageSize));
      const all = [...stored].filter(
        ([key, { atMs }]) => key.startsWith(prefix) && key > after && nowMs() - atMs >= listDelayMs,
      );
      all.sort(([a], [b]) => (a < b ? -1 : 1));
      const page = all.slice(0, most);
      const entries = page.map(
        ([key, { atMs, sizeBytes, etag }]) =>
          `<Contents><Key>${key}</Key><LastModified>${new Date(atMs).toISOString()}</LastModified><ETag>${etag.replaceAll('"', '&quot;')}</ETag><Size>${sizeBytes}</Size></Contents>`,
      );
      const more = all.length > page.length;
      const next = more ? `<NextContinuationToken>${page.at(-1)?.[0]}</NextContinuationToken>` : '';
      const xml = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${more}</IsTruncated>${next}${entries.join('')}</ListBucketResult>`;
      return { status: 200, xml };
    },
    async uploads({ query }: Call): Promise<Answer> {
      const prefix = query.get('prefix') ?? '';
      const entries = [...uploads]
        .filter(([, { key }]) => key.startsWith(prefix))
        .map(
          ([id, { key, atMs }]) =>
            `<Upload><Key>${key}</Key><UploadId>${id.replace('&', '&amp;')}</UploadId><Initiated>${new Date(atMs).toISOString()}</Initiated></Upload>`,
        );
      return {
        status: 200,
        xml: `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`,
      };
    },
  };
}

/** Headers that a presigned address asks for. */
function wishesOf(query: URLSearchParams): Record<string, string> {
  const wishes: Record<string, string> = {};
  for (const name of ['content-type', 'content-disposition', 'cache-control']) {
    const value = query.get(`response-${name}`);
    if (value !== null) wishes[name] = value;
  }
  return wishes;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
