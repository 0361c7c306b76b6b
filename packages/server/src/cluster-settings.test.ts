import { expect, it } from 'vitest';
import { loadConfig } from './config.js';

const DATABASE = { RENDERCAST_DATABASE_URL: 'postgres://db.example.org/media' };
const LINE = { RENDERCAST_REDIS_URL: 'redis://line.example.org' };

it('without a word about others, one process is the whole house', () => {
  const { role, databaseUrl, redisUrl, s3Endpoint } = loadConfig({}, {});
  expect({ role, databaseUrl, redisUrl, s3Endpoint }).toEqual({ role: 'all' });
});

it.each(['gateway', 'worker'])('the role %s is refused without a shared database and a line', (role) => {
  expect(() => loadConfig({ role }, {})).toThrow('RENDERCAST_DATABASE_URL');
  expect(() => loadConfig({ role }, DATABASE)).toThrow('RENDERCAST_REDIS_URL');
  expect(loadConfig({ role }, { ...DATABASE, ...LINE }).role).toBe(role);
});

it('a line to others is refused while the jobs lie in a file of this machine', () => {
  expect(() => loadConfig({}, LINE)).toThrow('RENDERCAST_DATABASE_URL');
});

it('several Redis nodes are named with commas between them, and each is looked at', () => {
  const both = 'redis://a.example.org:6379, rediss://b.example.org:6379';
  expect(loadConfig({}, { ...DATABASE, RENDERCAST_REDIS_URL: both }).redisUrl).toBe(both);
  const half = 'redis://a.example.org:6379,b.example.org';
  expect(() => loadConfig({}, { ...DATABASE, RENDERCAST_REDIS_URL: half })).toThrow('--redis-url');
});

it('processes with keys need a secret in common, but for those that sign nothing', () => {
  const keyed = { ...DATABASE, ...LINE, RENDERCAST_API_KEYS: 'ada:ada-key-0123456789abcdef' };
  expect(() => loadConfig({}, keyed)).toThrow('RENDERCAST_URL_SECRET');
  expect(() => loadConfig({ urlSecret: 'short' }, keyed)).toThrow('shorter than 32');
  expect(loadConfig({ urlSecret: 'x'.repeat(32) }, keyed).urlSecret).toBe('x'.repeat(32));
  expect(loadConfig({ role: 'worker' }, keyed).urlSecret).toBeUndefined();
});

it('a storage address without a bucket or a key is refused by the name of what is missing', () => {
  const s3 = { RENDERCAST_S3_ENDPOINT: 'https://s3.example.org' };
  expect(() => loadConfig({}, s3)).toThrow('s3Bucket');
  expect(() => loadConfig({}, { ...s3, RENDERCAST_S3_BUCKET: 'media' })).toThrow('s3AccessKeyId');
});

it.each([
  ['databaseUrl', 'mysql://db'],
  ['databaseSchema', 'Two words'],
  ['clusterName', 'my house'],
  ['nodeName', 'a name'],
  ['role', 'boss'],
  ['s3Endpoint', 'ftp://storage'],
])('%s "%s" is refused with the name of the setting, and what was given is not repeated', (name, value) => {
  expect(() => loadConfig({ [name]: value }, {})).toThrow(/^--[a-z0-9-]+ \(RENDERCAST_[A-Z0-9_]+\): (?!.*(mysql|ftp))/);
});
