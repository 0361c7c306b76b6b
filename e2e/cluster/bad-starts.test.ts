import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { jobAnswerSchema, pollPageSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RedisServer,
  startRedisServer,
} from '../../packages/server/src/events/bus/redis/redis-server.contract.js';
import { call, rehearsal, until } from '../support/house.js';
import { type Cluster, NO_CLUSTER, startCluster } from './cluster.js';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/rendercast.js', import.meta.url));
const SECRET = 'tell-nobody-4711';
const name = `bad starts of a house of many machines${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;

/** What is wrong, the words that tell it, and the settings that make it so. */
const REFUSED = [
  ['a wrong password of PostgreSQL', /PostgreSQL at \S+ does not take the user or the password/],
  ['a user of PostgreSQL without rights', /may not make or use the schema "rendercast"/],
  ['a PostgreSQL that is not there', /PostgreSQL at 127\.0\.0\.1:1\/postgres cannot be reached/],
  ['a wrong password of Redis', /Redis at \S+ refused the user name or password/],
  ['a wrong key of the storage', /storage|bucket|key/i],
  ['a schema of another house', /belongs to the cluster "rendercast", and this is "other"/],
  ['a bucket of another house', /the bucket \(with this prefix\) holds the files of another house/],
  ['a Redis of another house', /the names "rendercast" in Redis at \S+ are used by another house/],
] as const;
type Refused = (typeof REFUSED)[number][0];

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  let locked: RedisServer;
  let dir = '';
  let starts = 0;
  beforeAll(async () => {
    [cluster, locked, dir] = await Promise.all([
      startCluster({ gateways: 1, workers: 1 }),
      startRedisServer([], SECRET),
      mkdtemp(join(tmpdir(), 'rendercast-bad-starts-')),
    ]);
    await cluster.postgres.query(`CREATE ROLE guarded LOGIN PASSWORD '${SECRET}'`);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([cluster?.close(), locked?.close()]);
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs the command as one more worker, with these settings beside those of the house; answers how it ended. */
  async function start(settings: Record<string, string>): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [PROGRAM, 'serve'], {
      env: {
        ...process.env,
        RENDERCAST_HOST: '127.0.0.1',
        RENDERCAST_PORT: '0',
        RENDERCAST_DATA_DIR: join(dir, String((starts += 1))),
        RENDERCAST_ROLE: 'worker',
        RENDERCAST_DATABASE_URL: cluster.postgres.url(),
        RENDERCAST_REDIS_URL: cluster.redis.url,
        ...cluster.settings,
        ...settings,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = text(child.stderr);
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, said: await said };
  }

  const wrong = (): Record<Refused, Record<string, string>> => ({
    'a wrong password of PostgreSQL': { RENDERCAST_DATABASE_URL: cluster.postgres.url('guarded', `${SECRET}-wrong`) },
    'a user of PostgreSQL without rights': { RENDERCAST_DATABASE_URL: cluster.postgres.url('guarded', SECRET) },
    'a PostgreSQL that is not there': {
      RENDERCAST_DATABASE_URL: `postgres://root:${SECRET}@127.0.0.1:1/postgres`,
    },
    'a wrong password of Redis': {
      RENDERCAST_REDIS_URL: locked.url.replace('redis://', `redis://:${SECRET}-wrong@`),
    },
    'a wrong key of the storage': { RENDERCAST_S3_SECRET_ACCESS_KEY: `${SECRET}-wrong` },
    'a schema of another house': { RENDERCAST_CLUSTER_NAME: 'other' },
    'a bucket of another house': { RENDERCAST_CLUSTER_NAME: 'other', RENDERCAST_DATABASE_SCHEMA: 'other' },
    'a Redis of another house': { RENDERCAST_DATABASE_SCHEMA: 'second' },
  });

  it('who cannot start says why in clear words, tells no secret, and ends with 1', async () => {
    const settings = wrong();
    await Promise.all(
      REFUSED.map(async ([what, words]) => {
        const { code, said } = await start(settings[what]);
        expect(said, what).toMatch(words);
        expect(said, what).toMatch(/^rendercast: /m);
        expect(said, what).not.toContain(SECRET);
        expect(said, what).not.toMatch(/^\s+at /m);
        expect(code, what).toBe(1);
      }),
    );
  });

  it('a Redis that is too old is refused by its version', async () => {
    const old = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        // As version 5 answers: it knows no HELLO.
        for (const command of data.toString().matchAll(/\$\d+\r\n(hello|info|client)\r\n/gi)) {
          const info = '# Server\r\nredis_version:5.0.14\r\n';
          if (command[1]?.toLowerCase() === 'info') socket.write(`$${info.length}\r\n${info}\r\n`);
          else socket.write('-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n');
        }
      });
    }).listen(0, '127.0.0.1');
    await once(old, 'listening');
    const url = `redis://127.0.0.1:${(old.address() as AddressInfo).port}`;
    expect(await start({ RENDERCAST_REDIS_URL: url })).toMatchObject({
      code: 1,
      said: expect.stringMatching(/5\.0\.14.*6\.2/),
    });
    old.close();
  });

  it('a schema that is there in part only is refused, and told from one that is whole', async () => {
    const own = { RENDERCAST_DATABASE_SCHEMA: 'half', RENDERCAST_S3_PREFIX: 'half/' };
    const settings = { RENDERCAST_CLUSTER_NAME: 'half', ...own };
    const whole = await cluster.add('half-1', 'worker', { settings });
    await whole.stop();
    await cluster.postgres.query('DROP TABLE half.handles');
    const { code, said } = await start(settings);
    expect(said).toMatch(/half/);
    expect(code).toBe(1);
  });

  it('two houses on one Redis, one database and one bucket are kept apart by their names', async () => {
    const settings = {
      RENDERCAST_CLUSTER_NAME: 'green',
      RENDERCAST_DATABASE_SCHEMA: 'green',
      RENDERCAST_S3_PREFIX: 'green/',
      RENDERCAST_ROLE: 'all',
    };
    const green = await cluster.add('green', 'worker', { settings });
    const [blue] = cluster.gateways;
    const urls = [blue?.url ?? '', green.url];
    const ids = await Promise.all(
      urls.map(async (url) => {
        const { job } = (await call(url, '/v1/jobs', { body: rehearsal({ steps: 5 }, { id: 'one-name' }) })).as(
          jobAnswerSchema,
        );
        await until(async () => (await call(url, `/v1/jobs/${job.id}`)).text.includes('"succeeded"'), 'the end');
        return job.id;
      }),
    );
    expect(ids[0]).not.toBe(ids[1]);
    expect((await call(urls[0] ?? '', `/v1/jobs/${ids[1]}`)).status).toBe(404);
    expect((await call(urls[1] ?? '', `/v1/jobs/${ids[0]}`)).status).toBe(404);
    for (const url of urls)
      expect((await call(url, '/v1/events?wait=0&position=')).as(pollPageSchema).messages).toEqual([]);
    await green.stop();
  });

  it('RC-RESET-1: a database set back to an older copy ends its nodes in clear words; started again, they reset their readers', async () => {
    const { postgres, gateways } = cluster;
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    const submit = async (): Promise<string> =>
      (await call(gateway.url, '/v1/jobs', { body: rehearsal() })).as(jobAnswerSchema).job.id;
    const ended = (id: string) =>
      until(async () => (await call(gateway.url, `/v1/jobs/${id}`)).text.includes('"succeeded"'), 'the end');
    const kept = await submit();
    await ended(kept);
    await postgres.stop('fast');
    await postgres.copyAside();
    await postgres.start();
    const lost = await until(() => submit().catch(() => null), 'the database to be back');
    await ended(lost);
    const path = (id: string, position: string) => `/v1/jobs/${id}/events?wait=0&position=${position}`;
    const { position } = (await call(gateway.url, path(kept, ''))).as(pollPageSchema);
    await postgres.stop('fast');
    await postgres.putBack();
    await postgres.start();
    for (const node of cluster.nodes) {
      await until(() => node.pid === null, `${node.name} to end`, 60_000);
      expect(node.output.join('\n')).toMatch(/rendercast: the database was set back to an earlier state/);
      await node.start();
    }
    const page = (await call(gateway.url, path(kept, position))).as(pollPageSchema);
    expect(page).toMatchObject({ reset: 'epoch', snapshot: { job: { id: kept, state: 'succeeded' } } });
    expect(page.position.split(':')[0]).not.toBe(position.split(':')[0]);
    expect((await call(gateway.url, `/v1/jobs/${lost}`)).status).toBe(404);
    await ended(await submit());
  });
});
