import type { Dialect, Route } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import * as z from 'zod';
import type { Chance } from '../../stories/chance.js';
import { type Shape, valueOf } from './from-schema.js';
import { breakBytes, hostileString, mutateText, mutateValue, randomBytes } from './mutate.js';

/** A request as bytes, ready to be sent. */
export interface HostileRequest {
  bytes: Buffer;
  route: string;
  method: string;
  /** It may well be answered with a file's head alone. */
  headOnly: boolean;
}

/** Makes requests out of the tables of routes: valid ones, then spoilt in one place or several. */
export interface RequestMaker {
  make(chance: Chance): HostileRequest;
}

const HOUSE_PATHS = [
  '/',
  '/health',
  '/alive',
  '/ready',
  '/docs',
  '/docs/json',
  '/docs/static/index.html',
  '/v1/stream',
];
const PATH_TRICKS = [
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
] as const;

const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'image/png',
  'image/svg+xml',
  'text/html',
  'application/octet-stream',
  '',
  '/',
  'a'.repeat(300),
] as const;

const HEADERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
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

/** Makes requests for the routes of these dialects. `ids` are jobs and files that exist. */
export function createRequestMaker(
  ids: readonly string[],
  dialects: readonly Dialect[] = [nativeDialect],
): RequestMaker {
  const routes = dialects.flatMap((dialect) => dialect.routes).map(readRoute);

  function addressOf(route: ReadRoute, chance: Chance): string {
    if (chance.happens(0.06)) return chance.pick(PATH_TRICKS);
    if (chance.happens(0.03)) return HOUSE_PATHS[chance.between(0, HOUSE_PATHS.length - 1)] ?? '/';
    const path = route.path.replace(/:\w+/g, () => {
      if (chance.happens(0.6)) return ids[chance.between(0, ids.length - 1)] ?? 'x';
      const text = hostileString(chance);
      return chance.happens(0.8) ? encodeText(text) : text.replace(/[^\x21-\x7e]/g, '');
    });
    const query = queryOf(route, chance);
    return query === '' ? path : `${path}?${query}`;
  }

  function queryOf(route: ReadRoute, chance: Chance): string {
    const fields: [string, unknown][] = [];
    if (route.query !== null) {
      let value = valueOf(route.query, route.components, chance);
      if (chance.happens(0.6)) value = mutateValue(value, chance);
      if (typeof value === 'object' && value !== null) fields.push(...Object.entries(value));
    }
    if (chance.happens(0.1)) fields.push([hostileString(chance), hostileString(chance)]);
    if (chance.happens(0.1) && fields[0] !== undefined) fields.push([fields[0][0], hostileString(chance)]);
    // A wait is a promise to stay: kept short, so that the run ends.
    const text = fields
      .map(([name, part]) => [name, shortOf(part)] as const)
      .map(([name, part]) => `${encodeText(name)}=${name === 'wait' && Number(part) > 0 ? 0 : encodeText(part)}`)
      .join(chance.pick(['&', '&', '&', '&&', ';']));
    return chance.happens(0.05) ? mutateText(text, chance).replace(/[^\x21-\x7e]/g, '%') : text;
  }

  function bodyOf(route: ReadRoute, chance: Chance): Buffer | null {
    if (route.body === null) return chance.happens(0.1) ? Buffer.from(hostileString(chance)) : null;
    if (route.body === 'file') return fileOf(chance);
    const value = tame(valueOf(route.body, route.components, chance));
    const choice = chance.between(0, 9);
    if (choice === 0) return Buffer.alloc(0);
    if (choice === 1) return randomBytes(chance.between(1, 200), chance);
    const text = JSON.stringify(choice < 7 ? mutateValue(value, chance) : value) ?? 'null';
    if (choice === 7) return breakBytes(Buffer.from(text), chance);
    return Buffer.from(choice > 7 ? mutateText(text, chance) : text);
  }

  function headersOf(route: ReadRoute, body: Buffer | null, chance: Chance): string[] {
    const lines = [
      chance.happens(0.98) ? 'Host: localhost' : `Host: ${chance.pick(['evil.example', '', '[::1', 'localhost:x'])}`,
    ];
    const type = chance.happens(0.7) ? 'application/json' : chance.pick(CONTENT_TYPES);
    if (body !== null) lines.push(`Content-Type: ${route.body === 'file' ? chance.pick(CONTENT_TYPES) : type}`);
    for (let count = chance.happens(0.5) ? chance.between(1, 3) : 0; count > 0; count -= 1) {
      const names = Object.keys(HEADERS);
      const name = names[chance.between(0, names.length - 1)] ?? 'accept';
      lines.push(`${name}: ${chance.pick(HEADERS[name] ?? ['x'])}`);
    }
    return lines;
  }

  return {
    make(chance) {
      const route = routes[chance.between(0, routes.length - 1)] ?? routes[0];
      if (route === undefined) throw new Error('there are no routes');
      const method = chance.happens(0.94)
        ? route.method
        : chance.pick(['HEAD', 'PUT', 'OPTIONS', 'TRACE', 'PROPFIND', 'DELETE', 'GET', 'BREW', 'get']);
      const body = bodyOf(route, chance);
      const head = [`${method} ${addressOf(route, chance)} HTTP/1.1`, ...headersOf(route, body, chance)];
      return {
        bytes: framed(head, body, chance),
        route: `${route.method} ${route.path}`,
        method,
        headOnly: method === 'HEAD',
      };
    },
  };
}

interface ReadRoute {
  method: string;
  path: string;
  query: Shape | null;
  body: Shape | 'file' | null;
  components: Record<string, Shape>;
}

function readRoute(route: Route): ReadRoute {
  const shape = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const components: Record<string, Shape> = {};
  const read = (schema: z.ZodType): Shape => {
    const whole = shape(schema) as Shape & { $defs?: Record<string, Shape> };
    Object.assign(components, whole.$defs);
    return whole;
  };
  return {
    method: route.method,
    path: route.path,
    query: route.query === undefined ? null : read(route.query),
    body: route.body === undefined ? null : route.body === 'file' ? 'file' : read(route.body),
    components,
  };
}

/** What is valid by chance goes to the engine that takes no time, so that the run is about the door. */
function tame(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('jobs' in value && Array.isArray(value.jobs)) return { ...value, jobs: value.jobs.map(tame) };
  return 'kind' in value ? { ...value, engine: 'no-such-engine' } : value;
}

function fileOf(chance: Chance): Buffer {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  switch (chance.between(0, 4)) {
    case 0:
      return Buffer.concat([png, randomBytes(chance.between(0, 300), chance)]);
    case 1:
      return Buffer.from(
        `--x\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\nfox\r\n--x${chance.pick(['--', '', '-'])}\r\n`,
      );
    case 2:
      return Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    case 3:
      return Buffer.alloc(0);
    default:
      return randomBytes(chance.between(1, 500), chance);
  }
}

/** Head and body as HTTP/1.1 frames them: by length, or in chunks; sometimes by both, or wrongly. */
function framed(head: readonly string[], body: Buffer | null, chance: Chance): Buffer {
  const send = (lines: readonly string[], rest: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${[...head, ...lines].join('\r\n')}\r\n\r\n`, 'latin1'), rest]);
  if (body === null) return send([], Buffer.alloc(0));
  if (chance.happens(0.15)) {
    const middle = chance.between(0, body.length);
    const parts = [body.subarray(0, middle), body.subarray(middle)].filter((part) => part.length > 0);
    const chunks = parts.map((part) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
    );
    return send(['Transfer-Encoding: chunked'], Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]));
  }
  return send([`Content-Length: ${body.length}`], body);
}

function encodeText(text: string): string {
  // Lone surrogates have no encoding: they are sent as the bytes that some programs make of them.
  return [...text].map((one) => (/\p{Surrogate}/u.test(one) ? '%ED%A0%80' : encodeURIComponent(one))).join('');
}

/** A head of more than 16 kB is refused before any route sees it; another proof sends such. */
function shortOf(part: unknown): string {
  const text = typeof part === 'string' ? part : (JSON.stringify(part) ?? '');
  return text.slice(0, 1_500);
}
