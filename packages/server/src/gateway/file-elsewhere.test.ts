import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Artifact, OpenArtifact } from '@rendercast/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Blobs } from '../blobs/blobs.js';
import { fileKey } from '../blobs/keys.js';
import { openS3Blobs } from '../blobs/s3/open-s3-blobs.js';
import { type Stub, startStub } from '../blobs/s3/stub-process.contract.js';
import { sendFile } from './file-answer.js';
import { createFileVerbs } from './file-verbs.js';
import type { VerbParts } from './verb-parts.js';

const PICTURE = randomBytes(300_000);
const NAME = "Ocean's (first) *sketch* & ünïcode+100% .png";

let stub: Stub;
let blobs: Blobs;
let door: Server;
let mediaType = 'image/png';
const url = () => `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;

const artifact = (): Artifact => ({
  ...{ id: 'a_1', jobId: null, mediaType, sizeBytes: PICTURE.length, digest: 'd1', name: NAME, width: 1, height: 1 },
  ...{ durationMs: null, hasThumbnail: false, parameters: null, createdAt: '2026-01-01T00:00:00Z' },
});

beforeAll(async () => {
  stub = await startStub('--session-token', 'a/token+of=STS');
  blobs = await openS3Blobs({ ...stub.options, sessionToken: 'a/token+of=STS', presign: true });
  const body = (async function* () {
    yield PICTURE;
  })();
  await blobs.put(fileKey('a_1'), body, { maxBytes: PICTURE.length });
  const parts = { blobs, store: { artifact: async () => artifact() } } as unknown as VerbParts;
  const verbs = createFileVerbs(parts, { owner: 'local', roles: ['operator'] });
  door = createServer((request, response) => {
    const { range, 'if-none-match': ifNoneMatch } = request.headers;
    const send = async (file: OpenArtifact) =>
      sendFile(
        response,
        file,
        { disposition: 'attachment', headOnly: request.method === 'HEAD', headers: { 'x-request-id': '1' } },
        { range, ifNoneMatch, ifRange: undefined },
      );
    verbs.openArtifact('a_1', 'file').then(send, () => response.destroy());
  });
  await new Promise<void>((go) => door.listen(0, '127.0.0.1', go));
});
afterAll(async () => {
  door.close();
  door.closeAllConnections();
  await blobs.close();
  await stub.close();
});

test('a download is sent on to the storage, which knows its type and name and takes ranges', async () => {
  const first = await fetch(url(), { redirect: 'manual' });
  expect(first.status).toBe(302);
  expect(first.headers.get('cache-control')).toBe('private, max-age=450');
  expect(first.headers.get('location')).not.toContain('stub-secret');

  const whole = await fetch(url());
  expect(new URL(whole.url).origin).toBe(stub.url);
  expect(whole.headers.get('content-type')).toBe('image/png');
  expect(whole.headers.get('content-disposition')).toContain("filename*=UTF-8''Ocean%27s%20%28first%29");
  expect(whole.headers.get('cache-control')).toContain('immutable');
  expect(Buffer.from(await whole.arrayBuffer()).equals(PICTURE)).toBe(true);

  const part = await fetch(url(), { headers: { range: 'bytes=1000-1999' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 1000-1999/300000');
  expect(Buffer.from(await part.arrayBuffer()).equals(PICTURE.subarray(1000, 2000))).toBe(true);
});

test('the address stays the same for a while, and opens no other object and no other method', async () => {
  const addressNow = async () => (await fetch(url(), { redirect: 'manual' })).headers.get('location') ?? '';
  // Two in turn may stand on both sides of the moment at which it changes, three may not.
  const addresses = [await addressNow(), await addressNow(), await addressNow()];
  expect(new Set(addresses).size).toBeLessThan(3);
  const address = addresses[2] ?? '';
  expect((await fetch(address)).status).toBe(200);
  expect((await fetch(address.replace('a_1', 'a_2'))).status).toBe(403);
  expect((await fetch(address, { method: 'DELETE' })).status).toBe(403);
  expect((await fetch(address.replace('image%2Fpng', 'text%2Fhtml'))).status).toBe(403);
});

test('a caller who has the file already, or asks for its headers only, is answered here', async () => {
  expect((await fetch(url(), { headers: { 'if-none-match': '"d1"' } })).status).toBe(304);
  const head = await fetch(url(), { method: 'HEAD', redirect: 'manual' });
  expect(head.status).toBe(200);
  expect(head.headers.get('content-length')).toBe('300000');
});

test.each(['image/svg+xml', 'text/html', 'application/pdf'])(
  '%s is sent from here, with headers that keep it still',
  async (type) => {
    mediaType = type;
    const answer = await fetch(url(), { redirect: 'manual' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    mediaType = 'image/png';
  },
);

test('without the wish for it there is no such address', async () => {
  const plain = await openS3Blobs({ ...stub.options, sessionToken: 'a/token+of=STS' });
  expect(plain.presign).toBeUndefined();
  await plain.close();
});
