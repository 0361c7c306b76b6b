import type { Dialect, Route } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import * as z from 'zod';
import type { Chance } from '../../stories/chance.js';
import { type Shape, valueOf } from './from-schema.js';
import { drawPlan } from './fronts.js';
import { breakBytes, hostileString, mutateText, mutateValue, randomBytes } from './mutate.js';
import { CONTENT_TYPES, fileOf, HEADERS, HOUSE_PATHS, PATH_TRICKS } from './request-parts.js';

/** A request as bytes, ready to be sent. */
export interface HostileRequest {
  bytes: Buffer;
  route: string;
  method: string;
  /** It may well be answered with a file's head alone. */
  headOnly: boolean;
  /** Whose route it is about. */
  dialect: Dialect;
  /** The address may be another dialect's or nobody's, or it is no request at all: then somebody else refuses. */
  mayMiss: boolean;
}

/** Makes requests out of the tables of routes: valid ones, then spoilt in one place or several. */
export interface RequestMaker {
  make(chance: Chance): HostileRequest;
}

/** A longer address may make the head of a request too large for anybody to read. */
const MAX_ADDRESS = 10_000;

/** Makes requests for the routes of these dialects. `ids` are jobs and files that exist. */
export function createRequestMaker(
  ids: readonly string[],
  dialects: readonly Dialect[] = [nativeDialect],
): RequestMaker {
  const routes = dialects.flatMap((dialect) => dialect.routes.map((route) => readRoute(dialect, route)));

  function addressOf(route: ReadRoute, chance: Chance): { address: string; mayMiss: boolean } {
    if (chance.happens(0.06)) return { address: chance.pick(PATH_TRICKS), mayMiss: true };
    if (chance.happens(0.03)) return { address: chance.pick(HOUSE_PATHS), mayMiss: true };
    let mayMiss = false;
    const path = route.path.replace(/:\w+/g, () => {
      if (chance.happens(0.6)) return ids[chance.between(0, ids.length - 1)] ?? 'x';
      const text = hostileString(chance);
      const part = chance.happens(0.8) ? encodeText(text) : text.replace(/[^\x21-\x7e]/g, '');
      mayMiss ||= part === '' || /[/?#\\.]/.test(part);
      return part;
    });
    const query = queryOf(route, chance);
    return { address: query === '' ? path : `${path}?${query}`, mayMiss };
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
      .map(([name, part]) => `${encodeText(name)}=${name === 'wait' ? shortWait(part, chance) : encodeText(part)}`)
      .join(chance.pick(['&', '&', '&', '&&', ';']));
    return chance.happens(0.05) ? mutateText(text, chance).replace(/[^\x21-\x7e]/g, '%') : text;
  }

  function bodyOf(route: ReadRoute, chance: Chance): Buffer | null {
    if (route.body === null) return chance.happens(0.1) ? Buffer.from(hostileString(chance)) : null;
    if (route.body === 'file') return fileOf(chance);
    const loose = LOOSE[route.path.split('/').at(-1) ?? ''];
    const value = loose === undefined ? tame(valueOf(route.body, route.components, chance)) : loose(chance);
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
      const { address, mayMiss } = addressOf(route, chance);
      return {
        bytes: framed([`${method} ${address} HTTP/1.1`, ...headersOf(route, body, chance)], body, chance),
        route: `${route.method} ${route.path}`,
        method,
        headOnly: method === 'HEAD',
        dialect: route.dialect,
        mayMiss: mayMiss || method === 'BREW' || method === 'get' || address.length > MAX_ADDRESS,
      };
    },
  };
}

interface ReadRoute {
  dialect: Dialect;
  method: string;
  path: string;
  query: Shape | null;
  body: Shape | 'file' | null;
  components: Record<string, Shape>;
}

function readRoute(dialect: Dialect, route: Route): ReadRoute {
  const shape = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const components: Record<string, Shape> = {};
  const read = (schema: z.ZodType): Shape => {
    const whole = shape(schema) as Shape & { $defs?: Record<string, Shape> };
    Object.assign(components, whole.$defs);
    return whole;
  };
  return {
    dialect,
    method: route.method,
    path: route.path,
    query: route.query === undefined ? null : read(route.query),
    body: route.body === undefined ? null : route.body === 'file' ? 'file' : read(route.body),
    components,
  };
}

/** Bodies whose schema says less than the route asks for, by the last part of the address. */
const LOOSE: Readonly<Record<string, (chance: Chance) => unknown>> = {
  render: drawPlan,
  batch: (chance) => ({ jobs: Array.from({ length: chance.between(1, 3) }, () => ({ prompt: 'a fox' })) }),
  'compose-and-generate': (chance) => ({ prompt: 'a fox', generation_params: { steps: chance.between(1, 40) } }),
};

/** What is valid by chance goes to the engine that takes no time, so that the run is about the door. */
function tame(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('jobs' in value && Array.isArray(value.jobs)) return { ...value, jobs: value.jobs.map(tame) };
  return 'kind' in value ? { ...value, engine: 'no-such-engine' } : value;
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

/** What would really wait waits a moment: the run is to end. */
function shortWait(part: string, chance: Chance): string {
  return Number(part) > 0 ? String(chance.pick([0, 1, 15])) : encodeText(part);
}

/** A head of more than 16 kB is refused before any route sees it; another proof sends such. */
function shortOf(part: unknown): string {
  const text = typeof part === 'string' ? part : (JSON.stringify(part) ?? '');
  return text.slice(0, 1_500);
}
