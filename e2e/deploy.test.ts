import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { envName, loadConfig, SETTINGS } from '../packages/server/src/config.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const known = new Set(Object.keys(SETTINGS).map(envName));
const settingsIn = (text: string): string[] => [...new Set(text.match(/RENDERCAST_[A-Z0-9_]+/g) ?? [])];

interface Compose {
  services: Record<string, { environment?: Record<string, string>; depends_on?: unknown; volumes?: string[] }>;
}
const compose = parse(read('deploy/compose.yaml'), { merge: true }) as Compose;
const variables = Object.fromEntries(
  read('deploy/example.env')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
);
/** As docker compose puts variables in. */
const filled = (text: string): string =>
  text.replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, name: string, fallback = '') => variables[name] ?? fallback);

interface Container {
  env: { name: string; value?: string }[];
}
interface Resource {
  kind: string;
  data?: Record<string, string>;
  spec?: { template?: { spec: { containers: Container[] } } };
}

describe('the files for a house of many machines', () => {
  it.each([
    'deploy/Dockerfile',
    'deploy/compose.yaml',
    'deploy/kubernetes.yaml',
    'deploy/example.env',
    'deploy/nginx.conf',
  ])('%s names only settings that there are', (path) => {
    expect(settingsIn(read(path)).filter((name) => !known.has(name) && name !== 'RENDERCAST_')).toEqual([]);
  });

  it('the image is made of what a build leaves', () => {
    const copied = [...read('deploy/Dockerfile').matchAll(/--from=build \/app\/(\S+)/g)].map(([, path = '']) => path);
    expect(copied).toEqual(['package.json', 'node_modules', 'packages', 'apps/cli']);
    for (const path of copied) expect(existsSync(new URL(`../${path}`, import.meta.url)), path).toBe(true);
    expect(existsSync(new URL('../apps/cli/bin/rendercast.js', import.meta.url))).toBe(true);
  });

  it.each(['gateway-1', 'gateway-2', 'worker'])('compose: the server takes the settings of %s', (name) => {
    const env = Object.fromEntries(
      Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [key, filled(value)]),
    );
    const config = loadConfig({}, env);
    expect(config).toMatchObject({
      role: name.replace(/-\d$/, ''),
      s3Bucket: 'rendercast',
      redisUrl: 'redis://redis:6379',
    });
    expect(config.apiKeys.map(({ owner }) => owner)).toEqual(['you', 'boss']);
    expect(config.databaseUrl).toContain(variables.POSTGRES_PASSWORD);
  });

  it('compose: every service that another one needs is there, and every file that it brings along', () => {
    const needs = Object.values(compose.services).flatMap(({ depends_on: on = [] }) =>
      Array.isArray(on) ? (on as string[]) : Object.keys(on as object),
    );
    expect(needs.filter((name) => !(name in compose.services))).toEqual([]);
    const files = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0] ?? ''),
    );
    expect(files).not.toEqual([]);
    for (const file of files) expect(existsSync(new URL(`../deploy/${file}`, import.meta.url)), file).toBe(true);
  });

  it('Kubernetes: the server takes the settings of each deployment', () => {
    const text = read('deploy/kubernetes.yaml');
    const all = parseAllDocuments(text).map((document) => document.toJSON() as Resource);
    const shared = all.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
    // The secret is made by hand, with the names that the first lines tell.
    const secret = {
      RENDERCAST_API_KEYS: 'you:0123456789abcdef',
      RENDERCAST_URL_SECRET: '0123456789abcdef0123456789abcdef',
      RENDERCAST_DATABASE_URL: 'postgres://db/media',
      RENDERCAST_REDIS_URL: 'redis://line',
      RENDERCAST_S3_ACCESS_KEY_ID: 'id',
      RENDERCAST_S3_SECRET_ACCESS_KEY: 'key',
    };
    const told = [...text.matchAll(/--from-literal=(\w+)=/g)].map(([, name]) => name);
    expect(told).toEqual(Object.keys(secret));
    const deployments = all.filter(({ kind }) => kind === 'Deployment');
    const roles = deployments.map(({ spec }) => {
      const own = spec?.template?.spec.containers[0]?.env ?? [];
      const env = Object.fromEntries(own.map(({ name, value = 'pod-1' }) => [name, value]));
      return loadConfig({}, { ...shared, ...secret, ...env }).role;
    });
    expect(roles).toEqual(['gateway', 'worker']);
  });
});
