import { describe, expect, test } from 'vitest';
import { type Breach, describeBreaches, findBreaches, fits } from './boundaries.js';
import { ZONES } from './import-table.js';
import { type Files, readFiles } from './source-tree.js';

const server = 'packages/server/src';
const protocol = 'packages/protocol/src';
const client = 'packages/client/src';

/** A house without faults: what the planted files lean on. */
const house: Record<string, string> = {
  [`${protocol}/index.ts`]: `export * from './reduce.js'; export * from './media.js';`,
  [`${protocol}/reduce.ts`]: `import type { Media } from './media.js'; export const reduce = (media: Media) => media;`,
  [`${protocol}/position.ts`]: `export const position = 1;`,
  [`${protocol}/media.ts`]: `import * as z from 'zod'; export type Media = string; export const media = z.string();`,
  [`${protocol}/dialects/native/index.ts`]: `import { media } from '../../media.js'; export const native = media;`,
  [`${protocol}/dialects/native/decode.ts`]: `export const decode = 1;`,
  [`${protocol}/dialects/image-task/index.ts`]: `export const imageTask = 1;`,
  [`${client}/index.ts`]: `import { decode } from '@rendercast/protocol/dialects/native/decode'; export { decode };`,
  [`${server}/index.ts`]: `export * from './server.js';`,
  [`${server}/server.ts`]: `import './stores/sqlite/open.js'; import './events/bus/memory.js'; import './gateway/gateway.js';`,
  [`${server}/config.ts`]: `export type Config = object; export const config = process.env.PORT;`,
  [`${server}/metrics/metrics.ts`]: `import type { Bus } from '../events/bus/bus.js'; export type Counted = Bus;`,
  [`${server}/tracing/tracing.ts`]: `import type { Queue } from '../queue/queue.js'; export type Traced = Queue;`,
  [`${server}/clock.ts`]: `export const clock = () => Date.now();`,
  [`${server}/logger.ts`]: `import pino from 'pino'; export const logger = pino;`,
  [`${server}/gateway/gateway.ts`]: `import fastify from 'fastify'; fastify().listen({ port: 1 });`,
  [`${server}/queue/queue.ts`]: `import type { Store } from '../stores/store.js'; export type Queue = Store;`,
  [`${server}/stores/store.ts`]: `export interface Store { name: string }`,
  [`${server}/stores/sqlite/open.ts`]: `import '@photostructure/sqlite'; import type { Store } from '../store.js'; export type S = Store;`,
  [`${server}/events/bus/bus.ts`]: `export interface Bus { listen(job: string): void }`,
  [`${server}/events/bus/memory.ts`]: `import type { Bus } from './bus.js'; export type B = Bus;`,
  [`${server}/events/tail.ts`]: `import type { Bus } from './bus/bus.js'; export const tail = (bus: Bus) => bus.listen('memory of a job');`,
  [`${server}/engines/engine.ts`]: `export interface Engine { name: string }`,
  [`${server}/engines/threads.ts`]: `import { Worker } from 'node:worker_threads'; export { Worker };`,
  [`${server}/engines/registry.ts`]: `import './rehearsal/rehearsal.js'; export const names = ['rehearsal'];`,
  [`${server}/engines/rehearsal/rehearsal.ts`]: `import { setTimeout } from 'node:timers/promises'; import '../threads.js'; import type { Config } from '../../config.js'; export const own = ['rehearsal', setTimeout] as unknown as Config;`,
  'apps/cli/src/main.ts': `import '@rendercast/server'; import '@rendercast/client';`,
  'apps/studio/src/main.tsx': `import '@rendercast/client'; export const App = () => <p>disk</p>;`,
};

const breachesOf = (planted: Record<string, string>): Breach[] =>
  findBreaches(new Map(Object.entries({ ...house, ...planted })) as Files);

describe('the tree keeps the import table', () => {
  test('no file imports, listens, reads the environment or names a driver against the table', () => {
    const breaches = findBreaches(readFiles((path) => /^(?:packages|apps)\//.test(path)));
    expect(describeBreaches(breaches)).toBe('');
  });

  test('a house without faults has none', () => {
    expect(describeBreaches(breachesOf({}))).toBe('');
  });
});

/** Each planted file must be caught by its rule, in that file, and by nothing else. */
const planted: [string, Breach['rule'], string, string][] = [
  ['the studio reaches for the server', 'zone', 'apps/studio/src/a.ts', `import '@rendercast/server';`],
  [
    'the studio reaches for what the client has of the treaty',
    'zone',
    'apps/studio/src/a.ts',
    `import type { Media } from '@rendercast/protocol';`,
  ],
  ['the command reaches for the treaty', 'zone', 'apps/cli/src/a.ts', `import { reduce } from '@rendercast/protocol';`],
  [
    'the command reaches into the server',
    'zone',
    'apps/cli/src/a.ts',
    `import '../../../packages/server/src/clock.js';`,
  ],
  ['the client reaches for the server', 'zone', `${client}/a.ts`, `import type { Config } from '@rendercast/server';`],
  ['the client takes a built-in module', 'zone', `${client}/a.ts`, `import { readFile } from 'node:fs/promises';`],
  [
    'the client takes a built-in module without its prefix',
    'zone',
    `${client}/a.ts`,
    `import { EventEmitter } from 'events';`,
  ],
  ['the client takes a library', 'zone', `${client}/a.ts`, `import _ from 'lodash';`],
  ['the server reaches for the client', 'zone', `${server}/queue/a.ts`, `import '@rendercast/client';`],
  [
    'the treaty reaches for the server',
    'zone',
    `${protocol}/a.ts`,
    `import type { Config } from '@rendercast/server';`,
  ],
  ['the treaty takes a library', 'zone', `${protocol}/a.ts`, `import pino from 'pino';`],
  ['the treaty imports a dialect', 'zone', `${protocol}/a.ts`, `export * from './dialects/native/decode.js';`],
  [
    'the client speaks another dialect',
    'zone',
    `${client}/a.ts`,
    `import '@rendercast/protocol/dialects/image-task/index';`,
  ],
  ['a dialect imports another dialect', 'zone', `${protocol}/dialects/native/a.ts`, `import '../image-task/index.js';`],
  [
    'an engine sees the store',
    'zone',
    `${server}/engines/rehearsal/a.ts`,
    `import type { Store } from '../../stores/store.js';`,
  ],
  ['an engine sees the bus', 'zone', `${server}/engines/rehearsal/a.ts`, `import '../../events/bus/bus.js';`],
  [
    'an engine sees the configuration itself',
    'zone',
    `${server}/engines/rehearsal/a.ts`,
    `import { config } from '../../config.js';`,
  ],
  ['an engine sees the registry', 'zone', `${server}/engines/rehearsal/a.ts`, `import '../registry.js';`],
  ['an engine sees another engine', 'zone', `${server}/engines/sdapi/a.ts`, `import '../rehearsal/rehearsal.js';`],
  [
    'a driver sees the queue',
    'zone',
    `${server}/stores/sqlite/a.ts`,
    `import type { Queue } from '../../queue/queue.js';`,
  ],
  ['the queue sees the gateway', 'zone', `${server}/queue/a.ts`, `import '../gateway/gateway.js';`],
  ['the blobs see the queue', 'zone', `${server}/blobs/a.ts`, `import type { Queue } from '../queue/queue.js';`],
  ['the embedding reaches for the client', 'zone', `${server}/embed/a.ts`, `import '@rendercast/client';`],
  ['the backup sees the queue', 'zone', `${server}/backup/a.ts`, `import type { Queue } from '../queue/queue.js';`],
  ['a folder of its own making', 'zone', 'packages/server/src/plugins/a.ts', `export const a = 1;`],
  [
    'the metrics reach for the store',
    'zone',
    `${server}/metrics/a.ts`,
    `import type { Store } from '../stores/store.js';`,
  ],
  ['the queue reads a driver', 'driver', `${server}/queue/a.ts`, `import { open } from '../stores/sqlite/open.js';`],
  ['the gateway reads a driver', 'driver', `${server}/gateway/a.ts`, `import '../events/bus/memory.js';`],
  [
    'a type of a driver is a driver too',
    'driver',
    `${server}/gateway/a.ts`,
    `import type { S } from '../stores/sqlite/open.js';`,
  ],
  [
    'the gateway reads an engine',
    'driver',
    `${server}/gateway/a.ts`,
    `const engine = await import('../engines/rehearsal/rehearsal.js'); export { engine };`,
  ],
  [
    'a driver takes two libraries',
    'driver',
    `${server}/stores/sqlite/a.ts`,
    `import '@photostructure/sqlite'; import 'kysely';`,
  ],
  [
    'the gateway picks a dialect',
    'dialect',
    `${server}/gateway/a.ts`,
    `import '@rendercast/protocol/dialects/native/index';`,
  ],
  ['the reducer loads zod', 'zod-free', `${protocol}/reduce.ts`, `import * as z from 'zod'; export const reduce = z;`],
  [
    'the reducer loads zod by way of another',
    'zod-free',
    `${protocol}/reduce.ts`,
    `import { media } from './media.js'; export const reduce = media;`,
  ],
  [
    'braces that hold only types still load the module',
    'zod-free',
    `${protocol}/reduce.ts`,
    `import { type Media } from './media.js'; export type R = Media;`,
  ],
  [
    'the client loads zod by way of the index',
    'zod-free',
    `${client}/a.ts`,
    `import { reduce } from '@rendercast/protocol'; export { reduce };`,
  ],
  ['zod by its name', 'zod-form', `${protocol}/a.ts`, `import { z } from 'zod'; export const a = z;`],
  ['zod by a path of its own', 'zod-form', `${protocol}/a.ts`, `import * as z from 'zod/v4'; export const a = z;`],
  [
    'the queue opens a port',
    'listen',
    `${server}/queue/a.ts`,
    `import { createServer } from 'node:http'; export { createServer };`,
  ],
  [
    'an engine opens a socket server',
    'listen',
    `${server}/engines/rehearsal/a.ts`,
    `import { WebSocketServer } from 'ws'; export { WebSocketServer };`,
  ],
  [
    'the composition root listens itself',
    'listen',
    `${server}/server.ts`,
    `export const go = (app: { listen(o: object): void }, port: number) => app.listen({ port });`,
  ],
  [
    'a server taken from a whole module',
    'listen',
    `${server}/events/a.ts`,
    `import * as net from 'node:net'; export { net };`,
  ],
  ['the queue reads the environment', 'environment', `${server}/queue/a.ts`, `export const key = process.env.KEY;`],
  [
    'the environment by its import',
    'environment',
    `${server}/queue/a.ts`,
    `import { env } from 'node:process'; export { env };`,
  ],
  [
    'the environment of the whole world',
    'environment',
    `${client}/a.ts`,
    `export const key = globalThis.process.env.KEY;`,
  ],
  [
    'the treaty sets a timer',
    'pure',
    `${protocol}/dialects/native/a.ts`,
    `export const later = (f: () => void) => setTimeout(f, 1);`,
  ],
  ['the treaty looks at the clock', 'pure', `${protocol}/a.ts`, `export const now = () => new Date();`],
  ['the treaty draws lots', 'pure', `${protocol}/a.ts`, `export const id = () => Math.random();`],
  ['a ring of two', 'cycle', `${server}/queue/a.ts`, `import './b.js';`],
  [
    'a ring of types',
    'cycle',
    `${server}/stores/store.ts`,
    `import type { Q } from './b.js'; export interface Store { q: Q }`,
  ],
  [
    'an engine named in the queue',
    'name',
    `${server}/queue/a.ts`,
    `export const isToy = (engine: string) => engine === 'rehearsal';`,
  ],
  ['a driver named in the gateway', 'name', `${server}/gateway/a.ts`, `export const a = { driver: 'sqlite' };`],
  ['a driver named by an identifier', 'name', `${server}/gateway/a.ts`, `export const openPostgresStore = 1;`],
  ['a dialect named in the queue', 'name', `${server}/queue/a.ts`, `export const via = 'native';`],
  ['an engine named in the studio', 'name', 'apps/studio/src/a.ts', `export const first = 'embedded-image';`],
  ['an import that leads nowhere', 'missing', `${server}/queue/a.ts`, `import './gone.js';`],
];

/** Second files of the planted rings. */
const rings: Record<string, string> = {
  [`${server}/queue/b.ts`]: `import './a.js';`,
  [`${server}/stores/b.ts`]: `import type { Store } from './store.js'; export type Q = Store;`,
};

describe('planted breaches are caught', () => {
  test.each(planted)('%s', (_what, rule, file, text) => {
    const breaches = breachesOf({ ...(rule === 'cycle' ? rings : {}), [file]: text });
    const found = breaches.filter((breach) => breach.rule === rule);
    expect(found.length, describeBreaches(breaches)).toBeGreaterThan(0);
    if (rule !== 'cycle') expect(found.map((breach) => breach.file)).toContain(file);
  });

  test('a comment, a string with more words, a test file and types of the configuration are no breaches', () => {
    const innocent = {
      [`${server}/queue/a.ts`]: `// sqlite is fine here\nimport type { Config } from '../config.js';\nexport const text = 'not native at all'; export type C = Config;`,
      [`${server}/queue/a.test.ts`]: `import '../stores/sqlite/open.js'; import { createServer } from 'node:net'; export const env = process.env.X; export { createServer };`,
    };
    expect(describeBreaches(breachesOf(innocent))).toBe('');
  });

  test('patterns match as the table says', () => {
    expect(fits('a/*/**', 'a/b/c/d.ts')).toEqual(['b', 'c/d.ts']);
    expect(fits('a/*.ts', 'a/b/c.ts')).toBeNull();
    expect(fits('npm:*', 'npm:@scope/name')).toEqual(['@scope/name']);
    expect(fits('a/b.ts', 'a/bxts')).toBeNull();
  });

  test('every zone of the table has files in the house that has no faults, or is planted against', () => {
    const paths = [...Object.keys(house), ...planted.map(([, , file]) => file)];
    const unused = ZONES.filter((zone) => !paths.some((path) => fits(zone.files, path) !== null));
    expect(unused.map((zone) => zone.name)).toEqual([]);
  });
});
