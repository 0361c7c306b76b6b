import type { ArtifactAnswer } from '@rendercast/protocol/dialects/native/answers';
import type { Output } from '@rendercast/protocol/job';
import type { Artifact } from '@rendercast/protocol/media';
import type { CallOptions } from './handle.js';
import type { Http } from './http.js';

/** Bytes to be uploaded. A stream is read to its end first, so that the request can be sent again. */
export type UploadSource = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** How an upload is named and typed. */
export interface UploadOptions extends CallOptions {
  /** For people. Default: the `File`'s own, else `file`. */
  name?: string | undefined;
  /** Default: the `Blob`'s own, else `application/octet-stream`. */
  mediaType?: string | undefined;
}

/** What is downloaded, and how. */
export interface DownloadOptions extends CallOptions {
  /** The small picture instead of the file. Default: false. */
  thumbnail?: boolean | undefined;
  /** Part of it, both ends included, in bytes; the answer's status is 206 then. */
  range?: { start: number; end?: number } | undefined;
}

/** Something that can be downloaded: a file, an output of a job, or a preview that came with an address. */
export type Downloadable = Artifact | Output | { url?: string | undefined };

/** Uploads an input. */
export async function upload(http: Http, source: UploadSource, options: UploadOptions): Promise<Artifact> {
  const { signal } = options;
  const body = source instanceof Blob ? source : await new Response(source).blob();
  const name = options.name ?? ('name' in body ? String(body.name) : 'file');
  const mediaType = options.mediaType ?? (body.type || 'application/octet-stream');
  const headers = { 'content-type': mediaType, 'x-file-name': encodeURIComponent(name) };
  const answer = await http.json<ArtifactAnswer>({ method: 'POST', path: 'v1/files', headers, body, signal });
  return answer.artifact;
}

/** Fetches a file; the answer's body is the caller's to read. */
export async function download(http: Http, what: Downloadable, options: DownloadOptions): Promise<Response> {
  const { signal, range, thumbnail } = options;
  const file: { id?: string; url?: string | undefined } = 'artifact' in what ? what.artifact : what;
  // By id rather than by address, where it has one: signed addresses expire, our key does not.
  const path = file.id !== undefined ? artifactPath(file.id) + (thumbnail === true ? '/thumbnail' : '') : file.url;
  if (path === undefined) throw new TypeError('It has no address.');
  return http.open({ path, headers: range && { range: `bytes=${range.start}-${range.end ?? ''}` }, signal });
}

/** Where an artifact is. */
export function artifactPath(id: string): string {
  return `v1/artifacts/${encodeURIComponent(id)}`;
}
