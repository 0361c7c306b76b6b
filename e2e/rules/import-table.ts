/**
 * Who may import whom, as data. Patterns are paths from the root: `*` is anything within one folder, `**` anything, `{1}` what
 * the first `*` of the zone matched. `npm:`, `node:` stand for packages and built-in modules; `type ` before a
 * pattern allows it for types only.
 */
export interface Zone {
  name: string;
  /** The first zone that fits a file is its zone. */
  files: string;
  may: readonly string[];
}

const PROTOCOL = 'packages/protocol/src';
const SERVER = 'packages/server/src';
const CLIENT = 'packages/client/src';

/** What every part of the house may see. */
const HOUSEHOLD = [
  `type ${SERVER}/config.ts`,
  `${SERVER}/logger.ts`,
  `${SERVER}/bell.ts`,
  `${SERVER}/clock.ts`,
  `${SERVER}/version.ts`,
  `${SERVER}/certificate-fault.ts`,
  `${PROTOCOL}/**`,
];

export const ZONES: readonly Zone[] = [
  {
    name: 'a dialect',
    files: `${PROTOCOL}/dialects/*/**`,
    may: [`${PROTOCOL}/dialects/{1}/**`, `${PROTOCOL}/*.ts`, `${PROTOCOL}/worker/*.ts`, 'npm:zod'],
  },
  {
    name: 'the treaty',
    files: `${PROTOCOL}/**`,
    may: [
      `${PROTOCOL}/*.ts`,
      `${PROTOCOL}/history/*.ts`,
      `${PROTOCOL}/recipe/*.ts`,
      `${PROTOCOL}/worker/*.ts`,
      'npm:zod',
    ],
  },
  {
    name: 'an engine',
    files: `${SERVER}/engines/*/**`,
    may: [
      `${SERVER}/engines/{1}/**`,
      `${SERVER}/engines/engine.ts`,
      `${SERVER}/engines/backend-maker.ts`,
      `${SERVER}/engines/threads.ts`,
      ...HOUSEHOLD,
      'npm:*',
      'node:*',
    ],
  },
  {
    name: 'a store driver',
    files: `${SERVER}/stores/*/**`,
    // `threads` starts the thread whose entry stands beside the file that starts it: SQLite's writer is one.
    may: [
      `${SERVER}/stores/{1}/**`,
      `${SERVER}/stores/*.ts`,
      `${SERVER}/engines/threads.ts`,
      ...HOUSEHOLD,
      'npm:*',
      'node:*',
    ],
  },
  {
    name: 'the bus',
    files: `${SERVER}/events/bus/**`,
    may: [`${SERVER}/events/bus/**`, ...HOUSEHOLD, 'npm:*', 'node:*'],
  },
  {
    name: 'the blobs',
    files: `${SERVER}/blobs/**`,
    may: [`${SERVER}/blobs/**`, `${SERVER}/stores/store.ts`, ...HOUSEHOLD, 'npm:*', 'node:*'],
  },
  {
    name: 'the events',
    files: `${SERVER}/events/**`,
    may: [`${SERVER}/events/**`, `${SERVER}/stores/*.ts`, ...HOUSEHOLD, 'npm:*', 'node:*'],
  },
  { name: 'the stores', files: `${SERVER}/stores/**`, may: [`${SERVER}/stores/*.ts`, ...HOUSEHOLD, 'npm:*', 'node:*'] },
  {
    name: 'the engines',
    files: `${SERVER}/engines/**`,
    may: [`${SERVER}/engines/**`, ...HOUSEHOLD, 'npm:*', 'node:*'],
  },
  {
    name: 'the queue',
    files: `${SERVER}/queue/**`,
    may: [
      `${SERVER}/queue/**`,
      `${SERVER}/engines/*.ts`,
      `${SERVER}/events/**`,
      `${SERVER}/stores/*.ts`,
      `${SERVER}/blobs/*.ts`,
      ...HOUSEHOLD,
      'npm:*',
      'node:*',
    ],
  },
  {
    name: 'the metrics',
    files: `${SERVER}/metrics/**`,
    // They read what others count, and wrap a port to count what passes: types are enough.
    may: [
      `${SERVER}/metrics/**`,
      `type ${SERVER}/events/bus/bus.ts`,
      `type ${SERVER}/blobs/blobs.ts`,
      ...HOUSEHOLD,
      'npm:*',
      'node:*',
    ],
  },
  {
    name: 'the tracing',
    files: `${SERVER}/tracing/**`,
    may: [`${SERVER}/tracing/**`, `type ${SERVER}/queue/queue.ts`, ...HOUSEHOLD, 'npm:@opentelemetry/*', 'node:*'],
  },
  { name: 'the gateway', files: `${SERVER}/gateway/**`, may: [`${SERVER}/**`, `${PROTOCOL}/**`, 'npm:*', 'node:*'] },
  { name: 'the embedding', files: `${SERVER}/embed/**`, may: [`${SERVER}/**`, `${PROTOCOL}/**`, 'npm:*', 'node:*'] },
  {
    name: 'the backup',
    files: `${SERVER}/backup/**`,
    may: [
      `${SERVER}/backup/**`,
      `${SERVER}/stores/**`,
      `${SERVER}/blobs/**`,
      `${SERVER}/data-dir.ts`,
      `${SERVER}/make-folder.ts`,
      ...HOUSEHOLD,
      'npm:*',
      'node:*',
    ],
  },
  { name: 'the composition root', files: `${SERVER}/*.ts`, may: [`${SERVER}/**`, `${PROTOCOL}/**`, 'npm:*', 'node:*'] },
  {
    name: 'the client',
    files: `${CLIENT}/**`,
    may: [
      `${CLIENT}/**`,
      `${PROTOCOL}/*.ts`,
      `${PROTOCOL}/recipe/*.ts`,
      `${PROTOCOL}/dialects/native/**`,
      'npm:eventsource-parser',
      'npm:react',
    ],
  },
  {
    name: 'the studio',
    files: 'apps/studio/src/**',
    // What is typed is held against the treaty's own limits, and the console folds and reads what it shows.
    may: [
      'apps/studio/src/**',
      `${CLIENT}/**`,
      'packages/client/styles.css',
      ...['media', 'limits', 'reduce', 'frame'].map((name) => `${PROTOCOL}/${name}.ts`),
      'npm:*',
    ],
  },
  {
    name: 'the command',
    files: 'apps/cli/src/**',
    may: ['apps/cli/src/**', `${SERVER}/index.ts`, `${CLIENT}/index.ts`, `${CLIENT}/inspect.ts`, 'npm:*', 'node:*'],
  },
];

/** A backup is of what the drivers keep, so it knows those it can back up. */
const BACKUP = [`${SERVER}/backup/back-up.ts`, `${SERVER}/backup/restore.ts`];

/** Implementations behind a port. `{name}` files and folders belong to the driver; `readers` may import them beside itself. */
export const DRIVERS = [
  {
    port: 'stores',
    names: ['sqlite', 'postgres'],
    readers: [`${SERVER}/drivers.ts`, `${SERVER}/server.ts`, ...BACKUP],
  },
  { port: 'events/bus', names: ['memory', 'redis'], readers: [`${SERVER}/drivers.ts`, `${SERVER}/server.ts`] },
  { port: 'blobs', names: ['disk', 's3'], readers: [`${SERVER}/drivers.ts`, `${SERVER}/server.ts`, ...BACKUP] },
  {
    port: 'engines',
    names: ['embedded-image', 'embedded-music', 'rehearsal', 'sdapi', 'comfyui', 'elevenlabs'],
    readers: [`${SERVER}/server.ts`, `${SERVER}/engines/registry.ts`, `${SERVER}/engines/configured.ts`],
  },
] as const;

/** Wire languages. Only the composition root chooses among them; the client speaks the native one. */
export const DIALECTS = ['native', 'image-task', 'artist-session', 'progress-feed', 'music-render'];
export const DIALECT_READERS = [`${SERVER}/server.ts`, `${SERVER}/gateway/registry.ts`];

/** Where the name of any engine, driver or dialect may occur beside its own folder. */
export const NAME_PLACES = [
  `${SERVER}/server.ts`,
  `${SERVER}/drivers.ts`,
  `${SERVER}/config.ts`,
  `${SERVER}/cluster-settings.ts`,
  `${SERVER}/engines/registry.ts`,
  `${SERVER}/engines/configured.ts`,
];

/** Files that must load without the validation library, for the SDK is small. Everything that they load must, too. */
export const ZOD_FREE = [
  `${PROTOCOL}/reduce.ts`,
  `${PROTOCOL}/position.ts`,
  `${PROTOCOL}/frame.ts`,
  `${PROTOCOL}/history.ts`,
  `${PROTOCOL}/errors.ts`,
  `${PROTOCOL}/dialects/native/decode.ts`,
];

/** Modules that can open a port, and the names in them that do. */
export const LISTENING: Record<string, readonly string[]> = {
  'node:net': ['createServer', 'Server', 'default', '*'],
  'node:http': ['createServer', 'Server', 'default', '*'],
  'node:https': ['createServer', 'Server', 'default', '*'],
  'node:http2': ['createServer', 'createSecureServer', 'default', '*'],
  'node:tls': ['createServer', 'Server', 'default', '*'],
  'node:dgram': ['createSocket', 'default', '*'],
  'npm:ws': ['WebSocketServer', 'Server', '*'],
  'npm:fastify': ['default', 'fastify', 'Fastify', '*'],
};
/** Who may listen. `doctor` opens a port for a moment to say whether it is free; fakes of servers are programs of their own. */
export const LISTENERS = [`${SERVER}/gateway/**`, `${SERVER}/engines/*/fake/**`, 'apps/cli/src/doctor/look-here.ts'];

/** Who reads the environment: the server's configuration, and the command at its edge, which hands it on as an argument. */
export const ENVIRONMENT_READERS = [
  `${SERVER}/config.ts`,
  'apps/cli/src/run-command.ts',
  'apps/cli/src/commands/serve.ts',
];

/** What the treaty may not touch: it has no I/O and no timers, and time is an input. */
export const IMPURE_CALLS = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'Date.now',
  'performance.now',
  'Math.random',
  'crypto.randomUUID',
  'new Date',
  'new WebSocket',
  'new EventSource',
];
