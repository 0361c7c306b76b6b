import { homedir } from 'node:os';
import { join } from 'node:path';
import { RendercastError } from '@rendercast/protocol';
import * as z from 'zod';
import { CLUSTER_SETTINGS, refuseHalfCluster } from './cluster-settings.js';
import { type ConfiguredBackend, parseBackends } from './configured-backends.js';
import { type ConfiguredKey, parseKeys } from './configured-keys.js';
import { count, days, flag, isNetwork, isOrigin, LOOPBACK, list, MIB, type Setting, setting } from './setting.js';

export type { ConfiguredBackend, ConfiguredKey };

/** Every setting, by the name used in code; `RENDERCAST_DATA_DIR` and `--data-dir` are made from `dataDir`. */
export const SETTINGS = {
  host: setting({
    schema: z.string().min(1).default('localhost'),
    about: 'Address to listen on. `localhost` is both loopback addresses, IPv4 and IPv6.',
    why: 'Nobody else can reach a loopback address, so no key is needed.',
  }),
  port: setting({
    schema: z.coerce.number().int().min(0).max(65_535).default(8000),
    about: 'Port to listen on; 0 takes a free one.',
    why: 'The front ends that Rendercast serves expect 8000.',
    alsoEnv: 'PORT',
  }),
  dataDir: setting({
    schema: z.string().min(1).optional(),
    about: 'Folder of the database, files and secrets.',
    why: "The user's data directory survives updates of the program.",
  }),
  apiKeys: setting({
    schema: z.string().default(''),
    about: 'Keys as a comma-separated list of `owner:key` or `owner:key:role` (role: user, operator, worker).',
    why: 'None: loopback only.',
    secret: true,
  }),
  allowedOrigins: setting({
    schema: z.string().default(''),
    about: 'With keys: comma-separated origins of pages that may call, or `*`.',
    why: 'None: a page of another site may not use a key it has got hold of.',
  }),
  allowNullOrigin: setting({
    schema: flag(true),
    about: 'Without keys: whether pages opened from disk (origin `null`) may call.',
    why: 'Test pages are opened from disk.',
  }),
  trustedProxies: setting({
    schema: z
      .string()
      .refine((text) => list(text).every(isNetwork), 'is not a list of addresses or networks (10.0.0.0/8)')
      .default(''),
    about:
      'Comma-separated addresses and networks of the reverse proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed; `loopback` is this machine.',
    why: 'None: anybody can write these headers.',
  }),
  publicUrl: setting({
    schema: z
      .string()
      .transform((url) => url.replace(/\/+$/, ''))
      .refine((url) => url === '' || isOrigin(url), 'is not like https://media.example.org, without a path')
      .default(''),
    about: 'How the world reaches this server, where absolute URLs are needed (`https://media.example.org`).',
    why: "The request's own Host is right without a proxy.",
  }),
  logLevel: setting({
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    about: 'Least level of log lines.',
    why: 'Starts, ends and refusals, no details of requests.',
  }),
  metricsOpen: setting({
    schema: flag(false),
    about: "With keys: whether `/metrics` answers without an operator's key.",
    why: 'The figures tell how much everybody does. Open them where only the collector can reach the port.',
  }),
  tracing: setting({
    schema: flag(false),
    about: 'Whether spans of each job are made, through the OpenTelemetry SDK that the process has loaded.',
    why: 'Without an SDK there is nobody to make them for.',
  }),
  maxBodyBytes: setting({
    schema: count(2 * MIB),
    about: 'Largest JSON body, in bytes.',
    why: 'A batch of 100 jobs with long prompts fits.',
  }),
  maxFileBytes: setting({
    schema: count(64 * MIB),
    about: 'Largest uploaded file, in bytes.',
    why: 'A 4096-pixel PNG fits.',
  }),
  requestTimeoutMs: setting({
    schema: count(10 * 60_000),
    about: 'Longest time in which a request must have come in whole, in milliseconds; 0: no bound.',
    why: 'The largest file at 1 Mbit/s; one that trickles in longer only holds a connection.',
  }),
  maxFrameBytes: setting({
    schema: count(1 * MIB),
    about: 'Largest WebSocket frame from a client, in bytes.',
    why: 'The largest composition plan is far below it.',
  }),
  maxNesting: setting({
    schema: count(64),
    about: 'Deepest nesting of JSON from a client.',
    why: 'No request needs more; deeper ones only cost stack.',
  }),
  maxConnectionsPerAddress: setting({
    schema: count(1_100),
    about: 'Most open sockets, event streams and long-polls of one address; of one network of 64 bits for IPv6.',
    why: 'A proxy, a lab or a load test on one machine fits; one runaway program does not take all.',
  }),
  maxConnections: setting({
    schema: count(20_000),
    about: 'Most open sockets, event streams and long-polls in all.',
    why: 'About 10 KB each: 200 MB.',
  }),
  maxSubscriptionsPerSocket: setting({
    schema: count(1_000),
    about: 'Most subscriptions of one socket.',
    why: 'Ten pages of a gallery; a feed serves better beyond that.',
  }),
  maxMessagesPerSecond: setting({
    schema: count(200),
    about: 'Most messages and pings of one socket a second, over ten seconds.',
    why: 'Twenty times what any known client sends.',
  }),
  maxWaitingPerOwner: setting({
    schema: count(1_000),
    about: 'Most waiting jobs of one owner.',
    why: 'Ten full batches.',
  }),
  maxWaiting: setting({
    schema: count(10_000),
    about: 'Most waiting jobs in all.',
    why: 'More would wait for days on any machine.',
  }),
  windowBytes: setting({
    schema: count(256 * 1024),
    about: 'Bytes on their way to one reader before its levels merge and its facts wait in the log.',
    why: 'Half a second of previews on a 4 Mbit/s line.',
  }),
  heartbeatMs: setting({
    schema: count(20_000),
    about: 'Time between pings, in milliseconds; a peer silent for as long again is dropped.',
    why: 'Below the 60 s at which proxies cut idle connections.',
  }),
  queueTimeoutMs: setting({
    schema: count(24 * 3_600_000),
    about: 'Longest wait of a job that names none, in milliseconds.',
    why: 'A day: nobody waits for a picture longer, and forgotten jobs end.',
  }),
  runTimeoutMs: setting({
    schema: count(30 * 60_000),
    about: 'Longest run of one attempt, in milliseconds.',
    why: 'The slowest known jobs take minutes.',
  }),
  silentTimeoutMs: setting({
    schema: count(5 * 60_000),
    about: 'Longest time an engine may report nothing, in milliseconds.',
    why: 'Loading a large model takes a minute or two.',
  }),
  leaseMs: setting({
    schema: z.coerce.number().int().min(1_000).default(15_000),
    about: 'How long a claim holds without being renewed, in milliseconds.',
    why: 'Three missed renewals at 5 s.',
  }),
  maxAttempts: setting({
    schema: z.coerce.number().int().min(1).max(100).default(3),
    about: 'Tries of a job, failures and lost workers counted.',
    why: 'Transient faults pass by the second; a third failure is no accident.',
  }),
  drainMs: setting({
    schema: count(5_000),
    about: 'How long running jobs may go on at shutdown before they are handed back, in milliseconds.',
    why: 'Below the 10 s after which service managers kill.',
  }),
  fileUrlTtlMs: setting({
    schema: count(24 * 3_600_000),
    about: 'How long a signed file URL is good, in milliseconds, at least.',
    why: 'A page that stays open for a day keeps its pictures.',
  }),
  retainDays: setting({
    schema: days(0),
    about: 'Days after their end for which jobs are kept, with their files; 0: for ever. Fractions are taken.',
    why: 'What somebody made is thrown away only when asked.',
  }),
  retainBytes: setting({
    schema: count(0),
    about: 'Bytes that the files of ended jobs may take; the jobs that ended first go beyond it. 0: no bound.',
    why: 'Nobody but the operator knows the disk.',
  }),
  retainFavorites: setting({
    schema: flag(true),
    about: 'Whether favourites are kept whatever their age and weight; then their bytes are not counted.',
    why: 'A favourite is what somebody wants to keep.',
  }),
  retainInputsDays: setting({
    schema: days(0),
    about: 'Days for which uploaded files that no job uses (any more) are kept; 0: for ever. Fractions are taken.',
    why: 'As for jobs: nothing is thrown away unasked.',
  }),
  imageThreads: setting({
    schema: count(0),
    about: 'Threads of the embedded image engine; 0: all cores but one.',
    why: 'The loop keeps a core.',
  }),
  musicThreads: setting({
    schema: count(1),
    about: 'Threads of the embedded music engine.',
    why: 'A song renders many times faster than it plays.',
  }),
  backends: setting({
    schema: z.string().default(''),
    about:
      'Generation servers to run jobs on: a JSON list, or the path of a JSON file that holds one. A text of the form `${NAME}` in it is taken from the environment. See docs/engines.',
    why: 'None: the embedded engines run everything.',
    secret: true,
  }),
  dialectEngines: setting({
    schema: z
      .string()
      .regex(/^([a-z-]+=[\w.-]+(,|$))*$/, 'is not a list of dialect=engine')
      .default(''),
    about: 'Which engine the jobs of a dialect run on: a comma-separated list of `dialect=engine`.',
    why: 'Any engine that takes jobs of that kind.',
  }),
  rehearsal: setting({
    schema: flag(true),
    about: 'Whether the rehearsal engine (scripted good and bad days) can be asked for.',
    why: 'It runs only when named.',
  }),
  ...CLUSTER_SETTINGS,
} as const;

type Settings = typeof SETTINGS;
export type SettingName = keyof Settings;
type Raw = { [K in SettingName]: z.output<Settings[K]['schema']> };

/** The whole configuration, parsed. */
export type Config = Omit<
  Raw,
  'apiKeys' | 'allowedOrigins' | 'backends' | 'dataDir' | 'dialectEngines' | 'trustedProxies'
> & {
  dataDir: string;
  apiKeys: ConfiguredKey[];
  allowedOrigins: string[];
  backends: ConfiguredBackend[];
  /** Addresses and networks in CIDR form. */
  trustedProxies: string[];
  /** Engine by dialect; a dialect that is not there runs on `auto`. */
  dialectEngines: Readonly<Record<string, string>>;
};

/** `dataDir` → `RENDERCAST_DATA_DIR`. */
export function envName(name: string): string {
  return `RENDERCAST_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `dataDir` → `--data-dir`. */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Reads the configuration: flags first, then the environment, then defaults.
 *
 * @throws RendercastError `invalid_field` naming the setting, its flag and its environment name.
 */
export function loadConfig(
  flags: Partial<Record<SettingName, unknown>> = {},
  env: NodeJS.ProcessEnv = process.env,
): Config {
  const raw: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(SETTINGS) as [SettingName, Setting<z.ZodType>][]) {
    const given =
      flags[name] ?? env[envName(name)] ?? (definition.alsoEnv === undefined ? undefined : env[definition.alsoEnv]);
    const parsed = definition.schema.safeParse(given === '' ? undefined : given);
    if (!parsed.success) {
      const why = parsed.error.issues[0]?.message ?? 'is not valid';
      throw new RendercastError('invalid_field', `${flagName(name)} (${envName(name)}): ${why}`, { field: name });
    }
    raw[name] = parsed.data;
  }
  const settings = raw as Raw;
  refuseHalfCluster(settings);
  return {
    ...settings,
    dataDir: settings.dataDir ?? defaultDataDir(env),
    apiKeys: parseKeys(settings.apiKeys, envName('apiKeys')),
    allowedOrigins: list(settings.allowedOrigins),
    backends: parseBackends(settings.backends, env, `${flagName('backends')} (${envName('backends')})`),
    trustedProxies: list(settings.trustedProxies).flatMap((entry) => (entry === 'loopback' ? LOOPBACK : [entry])),
    dialectEngines: Object.fromEntries(
      list(settings.dialectEngines).map((entry) => entry.split('=', 2) as [string, string]),
    ),
  };
}

function defaultDataDir(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32' && env.LOCALAPPDATA !== undefined) return join(env.LOCALAPPDATA, 'rendercast');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'rendercast');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'rendercast');
}
