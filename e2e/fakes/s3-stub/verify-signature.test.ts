import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { type Door, verifySignature } from './verify-signature.js';

/** The examples of "Authenticating Requests: Signature Version 4" in the reference of Amazon S3, with its sample key. */
const KEY_ID = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const DOOR: Door = {
  ...{ region: 'us-east-1', accessKeyId: KEY_ID, sessionToken: null },
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  nowMs: () => Date.UTC(2013, 4, 24),
};
const EMPTY = createHash('sha256').digest('hex');
const WELCOME = createHash('sha256').update('Welcome to Amazon S3.').digest('hex');

interface Example {
  method: string;
  url: string;
  headers: Record<string, string>;
  signature: string;
  digest?: string;
}

const EXAMPLES: Record<string, Example> = {
  'a range of an object': {
    method: 'GET',
    url: '/test.txt',
    headers: { range: 'bytes=0-9' },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  'a new object': {
    method: 'PUT',
    url: '/test%24file.text',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    digest: WELCOME,
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  'a query without a value': {
    method: 'GET',
    url: '/?lifecycle',
    headers: {},
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  'a list': {
    method: 'GET',
    url: '/?max-keys=2&prefix=J',
    headers: {},
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
};

function requestOf({ method, url, headers, digest = EMPTY, signature }: Example): IncomingMessage {
  const all: Record<string, string> = {
    ...headers,
    ...{ host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': digest },
  };
  const signed = Object.keys(all).sort().join(';');
  const scope = `${KEY_ID}/20130524/us-east-1/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signed},Signature=${signature}`;
  return { method, url, headers: { ...all, authorization } } as unknown as IncomingMessage;
}

test.each(Object.entries(EXAMPLES))('takes the signature that Amazon gives for %s, and no other', (_, example) => {
  expect(verifySignature(requestOf(example), DOOR)).toBe(example.digest ?? EMPTY);
  const changed = { ...example, url: `${example.url.slice(0, 1)}x${example.url.slice(1)}` };
  expect(() => verifySignature(requestOf(changed), DOOR)).toThrow('403 SignatureDoesNotMatch');
  const other = { ...DOOR, secretAccessKey: 'another' };
  expect(() => verifySignature(requestOf(example), other)).toThrow('403 SignatureDoesNotMatch');
});

test('takes the presigned address of the reference, until it expires', () => {
  const query = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${KEY_ID}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request`,
    'X-Amz-Date=20130524T000000Z',
    'X-Amz-Expires=86400',
    'X-Amz-SignedHeaders=host',
    'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  ].join('&');
  const headers = { host: 'examplebucket.s3.amazonaws.com' };
  const request = { method: 'GET', url: `/test.txt?${query}`, headers } as unknown as IncomingMessage;
  expect(verifySignature(request, DOOR)).toBeNull();
  const tomorrow = { ...DOOR, nowMs: () => Date.UTC(2013, 4, 25, 0, 1) };
  expect(() => verifySignature(request, tomorrow)).toThrow('403 AccessDenied');
});
