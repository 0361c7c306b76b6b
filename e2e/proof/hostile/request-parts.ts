import { crc32 as checksum } from 'node:zlib';
import type { Chance } from '../../stories/chance.js';
import { randomBytes } from './mutate.js';

export const HOUSE_PATHS = [
  '/',
  '/health',
  '/alive',
  '/ready',
  '/docs',
  '/docs/json',
  '/docs/static/index.html',
  '/v1/stream',
] as const;
/** Addresses that try to be somewhere else than they say. */
export const PATH_TRICKS = [
  '/../../../etc/passwd',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/secret',
  '/docs/static/../../../../package.json',
  '/docs/static/%2e%2e%2f%2e%2e%2fpackage.json',
  '/docs/static/..%5c..%5cpackage.json',
  '/v1/artifacts/..%2f..%2fsecret',
  '/v1/artifacts/%2e%2e',
  '/v1/artifacts/..%00',
  '/v1/jobs/%',
  '/v1/jobs/%zz',
  '/v1/jobs/%ff%fe',
  '//',
  '///v1/jobs',
  '/v1//jobs',
  '/v1/jobs/',
  '/v1/jobs;a=b',
  '/\\evil',
  'http://elsewhere.example/v1/jobs',
  'http://[/v1/jobs',
  'http://localhost:99999/v1/jobs',
  '*',
  '/?__proto__=1&constructor=2',
  '/api/images/file/..%2f..%2fsecret',
  '/api/images/file//api/images/file/%2e%2e%2fx',
  '/api/images/%2e%2e/featured',
  '/render/download/..%2f..%2frendercast.db',
  '/render/stream/%00.mp3',
  '/ws/image-generation/',
  '/api/v1/generation//generate',
] as const;

export const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'multipart/form-data; boundary="',
  'multipart/mixed; boundary=x',
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/tiff',
  'image/svg+xml',
  'text/html',
  'application/octet-stream',
  '',
  '/',
  'a'.repeat(300),
] as const;

/** Values by header that have broken servers before. */
export const HEADERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  range: [
    'bytes=0-0',
    'bytes=-1',
    'bytes=5-2',
    'bytes=999999999999999-',
    'bytes=0-0,2-3',
    'bytes=--',
    'lines=1-2',
    'bytes=a-b',
    'bytes=-0',
  ],
  'if-none-match': ['*', '"x"', 'W/"x"', '"', ',,,', '"a", "b", W/"c"'],
  'if-range': ['"x"', 'Wed, 21 Oct 2015 07:28:00 GMT', '"'],
  'last-event-id': ['k3v9:1', ':', '-1', 'k3v9:999999999999999', 'x'.repeat(2_000), '%00', ''],
  'idempotency-key': ['', 'a', 'x'.repeat(129), '__proto__', '\u00ff'],
  'x-file-name': [
    '..%2f..%2fetc%2fpasswd',
    'a%00b',
    '%',
    '%ff',
    'a.png"; evil="',
    '%E2%80%AEgnp.exe',
    '../x',
    'C:\\x',
    '',
  ],
  'x-request-id': ['a', 'x'.repeat(300), 'a b', '<script>', '\u00e9'],
  authorization: ['Bearer', 'Bearer  x', 'Basic Zm94OmZveA==', 'Bearer ' + 'x'.repeat(3_000), 'bearer \u00e9'],
  'x-api-key': ['', 'x', 'x, y'],
  origin: ['null', 'http://localhost', 'http://localhost.evil.example', 'file://', 'x'.repeat(500), ''],
  accept: ['text/html', '*/*', 'text/event-stream', ';;;'],
  'accept-encoding': ['gzip', 'br;q=x', '*'],
  expect: ['100-continue', '200-ok'],
  'content-encoding': ['gzip', 'br', 'identity'],
  'x-forwarded-for': ['1.2.3.4', 'unix:', '::ffff:1', 'x, y, z'],
  'x-forwarded-proto': ['https', 'gopher'],
  forwarded: ['for=unknown;host=evil.example', '"'],
  connection: ['close', 'keep-alive, upgrade', 'x'],
  te: ['trailers', 'chunked'],
  cookie: ['a=b; c', '='],
};

/** A picture's first bytes; whether more follows that makes sense, chance decides. */
const MAGIC = {
  png: '89504e470d0a1a0a0000000d49484452',
  jpeg: 'ffd8ffe000104a46494600010100000100010000',
  gif: '474946383961ffffffff80000000000000000000',
  webp: '52494646ffffff7f57454250565038200000000f',
  tiff: '49492a0008000000ffff',
  avif: '0000001c667479706176696600000000617669666d696631',
} as const;

/** A file: picture that is none, form in parts, or just bytes. */
export function fileOf(chance: Chance): Buffer {
  switch (chance.between(0, 6)) {
    case 0:
    case 1: {
      const kinds = Object.keys(MAGIC) as [keyof typeof MAGIC, ...(keyof typeof MAGIC)[]];
      return Buffer.concat([
        Buffer.from(MAGIC[chance.pick(kinds)], 'hex'),
        randomBytes(chance.between(0, 300), chance),
      ]);
    }
    case 2:
      return vastPicture(chance.pick([1, 65_535, 2 ** 31 - 1]));
    case 3:
      return formInParts(chance);
    case 4:
      return Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    case 5:
      return Buffer.alloc(0);
    default:
      return randomBytes(chance.between(1, 500), chance);
  }
}

/** A PNG that says it is so wide and high, and ends after that. */
function vastPicture(side: number): Buffer {
  const chunk = Buffer.alloc(17);
  chunk.write('IHDR', 0, 'latin1');
  chunk.writeUInt32BE(side, 4);
  chunk.writeUInt32BE(side, 8);
  chunk.set([8, 2, 0, 0, 0], 12);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(checksum(chunk));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d', 'hex'), chunk, check]);
}

/** `multipart/form-data` with something wrong in it. */
function formInParts(chance: Chance): Buffer {
  const disposition = chance.pick([
    'form-data; name="f"; filename="../../x"',
    'form-data; name="f"; filename*=UTF-8\'\'%00%ff',
    'form-data',
    `form-data; name="${'x'.repeat(9_000)}"`,
    '',
  ]);
  const part = `--x\r\nContent-Disposition: ${disposition}\r\n${chance.happens(0.3) ? 'Content-Type: image/png\r\n' : ''}\r\nfox\r\n`;
  return Buffer.from(`${part.repeat(chance.pick([1, 1, 2, 200]))}--x${chance.pick(['--', '', '-', '--\r\n--x'])}\r\n`);
}
