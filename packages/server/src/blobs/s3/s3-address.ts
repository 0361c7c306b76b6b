import { RendercastError } from '@rendercast/protocol';
import type { S3Settings } from './s3-options.js';

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;
const PREFIX = /^((?!\.{1,2}\/)[\w.-]+\/)*$/;

/** Makes the address of a key; null: of the bucket itself. */
export type AddressOf = (key: string | null) => URL;

/**
 * Works out where keys live.
 *
 * @throws RendercastError `invalid_field` for an endpoint, bucket or prefix that cannot be one.
 */
export function createAddresses(settings: Pick<S3Settings, 'endpoint' | 'bucket' | 'prefix' | 'pathStyle'>): AddressOf {
  const { bucket, prefix, pathStyle } = settings;
  const endpoint = endpointOf(settings.endpoint);
  if (!BUCKET.test(bucket)) throw refuse('bucket', 'this is no name of a bucket');
  if (!PREFIX.test(prefix)) throw refuse('prefix', 'takes letters, digits, ".", "_", "-" and "/" between them');
  const base = new URL(endpoint);
  const path = endpoint.pathname.replace(/\/+$/, '');
  if (!pathStyle) base.hostname = `${bucket}.${endpoint.hostname}`;
  const root = pathStyle ? `${path}/${bucket}` : path;
  return (key) => {
    const url = new URL(base);
    url.pathname = key === null ? root || '/' : `${root}/${key}`;
    return url;
  };
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '')
    throw refuse('endpoint', 'is not like https://s3.example.org');
  if (url.username !== '' || url.password !== '')
    throw refuse('endpoint', 'must hold no key; keys have their own settings');
  return url;
}

function refuse(field: string, why: string): RendercastError {
  return new RendercastError('invalid_field', `the ${field} of the file storage: ${why}`, { field });
}
