import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Refusal } from './refusal.js';

/** Who may come in, and by which clock. */
export interface Door {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | null;
  nowMs(): number;
}

const MAX_SKEW_MS = 15 * 60_000;

/**
 * Recomputes Signature Version 4 from the request as it came over the line, with nothing but `node:crypto`: a library
 * that signs wrongly must not be able to agree with itself. Answers the digest that the body must have, or null.
 *
 * @throws S3Refusal
 */
export function verifySignature(request: IncomingMessage, door: Door): string | null {
  const [rawPath = '/', rawQuery = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const query = rawQuery === '' ? [] : rawQuery.split('&').map((pair) => split(pair));
  const asked = new Map(query);
  const presigned = asked.has('X-Amz-Signature');
  const claim = presigned ? claimOfQuery(asked) : claimOfHeader(request);
  checkScope(claim, door);
  checkTime(claim, asked, presigned, door);
  const token = presigned ? asked.get('X-Amz-Security-Token') : headerOf(request, 'x-amz-security-token');
  if ((token ?? null) !== door.sessionToken) throw new S3Refusal(403, 'InvalidToken');

  checkSignedHeaders(request, claim.signedHeaders);
  const digest = presigned ? 'UNSIGNED-PAYLOAD' : headerOf(request, 'x-amz-content-sha256');
  if (digest === undefined) throw new S3Refusal(400, 'MissingContentSHA256');
  const canonical = [
    request.method,
    rawPath
      .split('/')
      .map((segment) => encode(decodeURIComponent(segment)))
      .join('/'),
    canonicalQuery(query.filter(([name]) => name !== 'X-Amz-Signature')),
    ...claim.signedHeaders.map((name) => `${name}:${(headerOf(request, name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    claim.signedHeaders.join(';'),
    digest,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', claim.date, claim.scope, sha256(canonical)].join('\n');
  const good = hmac(signingKey(door.secretAccessKey, claim.scope), toSign);
  const given = Buffer.from(claim.signature, 'hex');
  if (good.length !== given.length || !timingSafeEqual(good, given)) throw new S3Refusal(403, 'SignatureDoesNotMatch');
  return digest === 'UNSIGNED-PAYLOAD' ? null : digest;
}

interface Claim {
  keyId: string;
  /** `day/region/s3/aws4_request`. */
  scope: string;
  date: string;
  signedHeaders: string[];
  signature: string;
}

function claimOfHeader(request: IncomingMessage): Claim {
  const text = headerOf(request, 'authorization');
  if (text === undefined) throw new S3Refusal(403, 'AccessDenied');
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new S3Refusal(400, 'AuthorizationHeaderMalformed');
  const [, keyId = '', scope = '', signed = '', signature = ''] = match;
  return { keyId, scope, signature, date: headerOf(request, 'x-amz-date') ?? '', signedHeaders: signed.split(';') };
}

function claimOfQuery(asked: ReadonlyMap<string, string>): Claim {
  const [keyId = '', ...scope] = (asked.get('X-Amz-Credential') ?? '').split('/');
  const signedHeaders = (asked.get('X-Amz-SignedHeaders') ?? '').split(';');
  return {
    ...{ keyId, scope: scope.join('/'), signedHeaders },
    date: asked.get('X-Amz-Date') ?? '',
    signature: asked.get('X-Amz-Signature') ?? '',
  };
}

function checkScope({ keyId, scope, date }: Claim, door: Door): void {
  if (keyId !== door.accessKeyId) throw new S3Refusal(403, 'InvalidAccessKeyId');
  const [day, region, service, end] = scope.split('/');
  if (region !== door.region)
    throw new S3Refusal(400, 'AuthorizationHeaderMalformed', `<Region>${door.region}</Region>`);
  if (service !== 's3' || end !== 'aws4_request' || !date.startsWith(`${day}T`))
    throw new S3Refusal(400, 'AuthorizationHeaderMalformed');
}

function checkTime({ date }: Claim, asked: ReadonlyMap<string, string>, presigned: boolean, door: Door): void {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (match === null) throw new S3Refusal(403, 'AccessDenied');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const aheadMs = Date.UTC(year, month - 1, day, hour, minute, second) - door.nowMs();
  if (aheadMs > MAX_SKEW_MS || (!presigned && aheadMs < -MAX_SKEW_MS)) throw new S3Refusal(403, 'RequestTimeTooSkewed');
  const ttlSeconds = Number(asked.get('X-Amz-Expires'));
  if (presigned && !(ttlSeconds >= 1 && ttlSeconds <= 604_800))
    throw new S3Refusal(400, 'AuthorizationQueryParametersError');
  if (presigned && -aheadMs > ttlSeconds * 1000) throw new S3Refusal(403, 'AccessDenied');
}

/** AWS insists on the host and on every header of its own. */
function checkSignedHeaders(request: IncomingMessage, signed: readonly string[]): void {
  const own = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  for (const name of ['host', ...own]) if (!signed.includes(name)) throw new S3Refusal(403, 'AccessDenied');
  if (signed.join() !== [...signed].sort().join()) throw new S3Refusal(400, 'AuthorizationHeaderMalformed');
}

function canonicalQuery(query: readonly [string, string][]): string {
  return query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function split(pair: string): [string, string] {
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  return [decodeURIComponent(name), decodeURIComponent(value)];
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const signingKey = (secret: string, scope: string) =>
  scope.split('/').reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`);

/** A header's value; several of one name are joined, as the signature has them. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
