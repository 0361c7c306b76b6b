import { RendercastError } from '@rendercast/protocol';
import * as z from 'zod';
import { flag, setting } from './setting.js';

const url = (protocols: readonly string[], what: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), `is not ${what}`)
    .optional();

/** Settings of a house that is spread over many machines. Absent, everything is in this process and on this disk. */
export const CLUSTER_SETTINGS = {
  role: setting({
    schema: z.enum(['all', 'gateway', 'worker']).default('all'),
    about: 'What this process does: `gateway` answers callers, `worker` runs jobs, `all` does both.',
    why: 'One process is a whole house.',
  }),
  clusterName: setting({
    schema: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'is not 1 to 64 letters, digits, dots, dashes or underscores')
      .default('rendercast'),
    about:
      'Name of the house that these processes make up together, the same on all of them and for ever: the first part of all names in Redis, and written into database and bucket, where a house of another name is refused.',
    why: 'Most have one house only.',
  }),
  nodeName: setting({
    schema: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'is not 1 to 64 letters, digits, dots, dashes or underscores')
      .optional(),
    about: 'Name of this process among its fellows, in logs, metrics and leases. No two may share one.',
    why: "The machine's name with a few random letters: unique without care.",
  }),
  databaseUrl: setting({
    schema: url(['postgres:', 'postgresql:'], 'like postgres://host:5432/database'),
    about: 'PostgreSQL 14 or newer, as `postgres://…@host/database`. Absent: SQLite in the data directory.',
    why: 'One machine needs no server beside it.',
    secret: true,
  }),
  databaseSchema: setting({
    schema: z
      .string()
      .regex(/^(?!pg_)[a-z_][a-z0-9_]{0,47}$/, 'is not a lower-case name of letters, digits and underscores')
      .default('rendercast'),
    about: 'Schema in PostgreSQL that holds the tables. Clusters that share a database have one each.',
    why: 'Nobody else uses that name.',
  }),
  redisUrl: setting({
    schema: z
      .string()
      .refine(
        (text) => text.split(',').every((part) => /^rediss?:\/\//.test(part.trim()) && URL.canParse(part.trim())),
        'is not like redis://host:6379, or several of them, separated by commas, for a cluster',
      )
      .optional(),
    about:
      'Redis 6.2 or newer, or Valkey, as `redis://host:6379/0`; several nodes of a Redis cluster are separated by commas. Absent: this process only.',
    why: 'Many processes need a line between them; one does not.',
    secret: true,
  }),
  urlSecret: setting({
    schema: z
      .string()
      .refine((text) => text.length >= 32, 'is shorter than 32 characters')
      .optional(),
    about:
      'Secret that signs file URLs, 32 characters or more, the same on all processes: what one has signed is then good at all. Absent: each data directory has its own.',
    why: 'One process needs nobody to agree with, and makes a secret at its first start.',
    secret: true,
  }),
  s3Endpoint: setting({
    schema: url(['http:', 'https:'], 'like https://s3.eu-central-1.amazonaws.com'),
    about: 'Address of the S3-compatible storage for files. Absent: the disk of the data directory.',
    why: 'One machine has a disk.',
  }),
  s3Bucket: setting({
    schema: z.string().default(''),
    about: 'Bucket that holds the files; it must exist.',
    why: 'None: S3 is not used.',
  }),
  s3Region: setting({
    schema: z.string().min(1).default('us-east-1'),
    about: 'Region that requests are signed for; `auto` for R2.',
    why: 'Most servers that are not AWS take this one.',
  }),
  s3AccessKeyId: setting({
    schema: z.string().default(''),
    about: 'Access key of the storage.',
    why: 'None: S3 is not used.',
  }),
  s3SecretAccessKey: setting({
    schema: z.string().default(''),
    about: 'Secret of that access key.',
    why: 'None: S3 is not used.',
    secret: true,
  }),
  s3Prefix: setting({
    schema: z.string().default(''),
    about: 'First part of all keys in the bucket.',
    why: 'A bucket of its own is the tidy way.',
  }),
  s3PathStyle: setting({
    schema: flag(true),
    about: 'Whether the bucket stands in the path (`/bucket/key`) and not in the host name.',
    why: 'It works with every server that is known, AWS among them.',
  }),
  s3Presign: setting({
    schema: flag(false),
    about: 'Whether downloads are sent on to the storage by a signed address of short life.',
    why: 'Browsers must be able to reach the storage for that.',
  }),
} as const;

type ClusterSettings = { [K in keyof typeof CLUSTER_SETTINGS]: z.output<(typeof CLUSTER_SETTINGS)[K]['schema']> };

/**
 * Refuses what cannot work: a part of a house that has no way to the other parts.
 *
 * @throws RendercastError `invalid_field` that names the missing setting
 */
export function refuseHalfCluster(settings: ClusterSettings & { apiKeys: string }): void {
  const { role, databaseUrl, redisUrl } = settings;
  const refuse = (field: keyof ClusterSettings, why: string): never => {
    throw new RendercastError('invalid_field', why, { field });
  };
  if (role !== 'all' && databaseUrl === undefined)
    refuse('databaseUrl', `the role ${role} needs a database that its fellows reach, too: set RENDERCAST_DATABASE_URL`);
  if (role !== 'all' && redisUrl === undefined)
    refuse('redisUrl', `the role ${role} needs a line to its fellows: set RENDERCAST_REDIS_URL`);
  if (redisUrl !== undefined && databaseUrl === undefined)
    refuse(
      'databaseUrl',
      'a line to other processes is no use while the jobs are in SQLite: set RENDERCAST_DATABASE_URL',
    );
  if (redisUrl !== undefined && settings.apiKeys !== '' && role !== 'worker' && settings.urlSecret === undefined)
    refuse(
      'urlSecret',
      'processes that share their work must take file URLs that the others have signed: set the same RENDERCAST_URL_SECRET on all',
    );
  if (settings.s3Endpoint === undefined) return;
  for (const field of ['s3Bucket', 's3AccessKeyId', 's3SecretAccessKey'] as const)
    if (settings[field] === '') refuse(field, `storage at an S3 endpoint needs ${field} as well`);
}
