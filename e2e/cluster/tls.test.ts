import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chown, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RedisServer,
  startRedisServer,
} from '../../packages/server/src/events/bus/redis/redis-server.contract.js';
import {
  type ScratchCluster,
  startCluster as startPostgres,
} from '../../packages/server/src/stores/postgres/scratch-cluster.contract.js';
import { createKiller } from '../chaos/killer.js';
import { call, rehearsal, until } from '../support/house.js';
import { freePort, NO_CLUSTER } from './cluster.js';
import { type Storage, startStorage } from './storage.js';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/rendercast.js', import.meta.url));
const name = `lines to PostgreSQL and Redis that are encrypted${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;
const run = promisify(execFile);
const openssl = (args: readonly string[]) => run('openssl', args);

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let dir = '';
  let postgres: ScratchCluster;
  let redis: RedisServer;
  let storage: Storage;
  let sealedPort = 0;
  let starts = 0;
  const refusedOnes: ChildProcess[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rendercast-tls-'));
    await makeCertificates();
    [postgres, redis, storage] = await Promise.all([startPostgres(), startRedis(), startStorage()]);
    await encryptPostgres();
  }, 120_000);
  afterAll(async () => {
    for (const child of refusedOnes) child.kill('SIGKILL');
    await Promise.all([postgres?.close(), redis?.close(), storage?.close()]);
    await rm(dir, { recursive: true, force: true });
  });

  const file = (called: string) => join(dir, called);

  /** An authority of our own, and a certificate for this machine that it has signed. */
  async function makeCertificates(): Promise<void> {
    const key = (called: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(`${called}.key`)];
    await openssl(['req', '-x509', '-days', '2', '-subj', '/CN=test', ...key('ca'), '-out', file('ca.crt')]);
    await openssl(['req', '-subj', '/CN=127.0.0.1', ...key('server'), '-out', file('server.csr')]);
    await writeFile(file('server.ext'), 'subjectAltName=IP:127.0.0.1\n');
    const signed = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file('server.ext')];
    await openssl(['x509', '-req', '-days', '2', '-in', file('server.csr'), ...signed, '-out', file('server.crt')]);
  }

  /** One that takes encrypted lines at a port of its own, and no others there. */
  async function startRedis(): Promise<RedisServer> {
    sealedPort = await freePort();
    const files = ['--tls-cert-file', file('server.crt'), '--tls-key-file', file('server.key')];
    const trust = ['--tls-ca-cert-file', file('ca.crt'), '--tls-auth-clients', 'no'];
    return await startRedisServer(['--tls-port', String(sealedPort), ...files, ...trust]);
  }

  /** The user `sealed` gets in by an encrypted line only. */
  async function encryptPostgres(): Promise<void> {
    await postgres.query('CREATE ROLE sealed LOGIN SUPERUSER');
    const { uid, gid } = await stat(postgres.dir);
    for (const called of ['server.crt', 'server.key']) {
      await copyFile(file(called), join(postgres.dir, called));
      await chown(join(postgres.dir, called), uid, gid);
    }
    const rules = join(postgres.dir, 'pg_hba.conf');
    const before = await readFile(rules, 'utf8');
    await writeFile(rules, `hostssl all sealed all trust\nhostnossl all sealed all reject\n${before}`);
    await appendFile(join(postgres.dir, 'postgresql.conf'), 'ssl = on\n');
    await postgres.stop('fast');
    await postgres.start();
  }

  /** Settings of a house whose lines are encrypted; with the authority it trusts them. */
  function settingsOf(more: Record<string, string | undefined> = {}): Record<string, string | undefined> {
    return {
      RENDERCAST_API_KEYS: undefined,
      RENDERCAST_HOST: '127.0.0.1',
      RENDERCAST_PORT: '0',
      RENDERCAST_DATA_DIR: file(`data-${(starts += 1)}`),
      RENDERCAST_DATABASE_URL: `${postgres.url('sealed')}?sslmode=verify-full`,
      RENDERCAST_REDIS_URL: `rediss://127.0.0.1:${sealedPort}`,
      RENDERCAST_IMAGE_THREADS: '1',
      NODE_EXTRA_CA_CERTS: file('ca.crt'),
      ...storage.settings,
      ...more,
    };
  }

  /** Starts the command with settings that it cannot start with; answers how it ended. */
  async function refused(more: Record<string, string | undefined>): Promise<{ code: number | null; said: string }> {
    const env = { ...process.env, ...settingsOf(more) };
    const child = spawn(process.execPath, [PROGRAM, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    refusedOnes.push(child);
    const said = text(child.stderr);
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, said: await said };
  }

  it('carry a job from its submission to its end', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = settingsOf({ RENDERCAST_PORT: String(port), RENDERCAST_ROLE: 'all' });
    const args = [PROGRAM, 'serve'];
    const ready = { line: /its role is/ };
    const killer = createKiller({ command: process.execPath, args, env, ready, readyWithinMs: 60_000 });
    try {
      await killer.start();
      expect((await call(url, '/metrics')).text).toMatch(/^rendercast_bus_up 1$/m);
      const sealed =
        "SELECT count(*)::int AS lines FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND usename = 'sealed'";
      const [row] = await postgres.query<{ lines: number }>(sealed);
      expect(row?.lines).toBeGreaterThan(0);
      const { job } = (await call(url, '/v1/jobs', { body: rehearsal() })).as(jobAnswerSchema);
      await until(async () => {
        const now = (await call(url, `/v1/jobs/${job.id}`)).as(jobAnswerSchema);
        return now.job.state === 'succeeded';
      }, 'the job to succeed');
    } finally {
      await killer.close();
    }
  });

  it('whose certificate nobody vouches for are refused, in words that say so', async () => {
    const stranger = { NODE_EXTRA_CA_CERTS: undefined };
    const [database, bus] = await Promise.all([
      refused(stranger),
      refused({ ...stranger, RENDERCAST_DATABASE_URL: postgres.url() }),
    ]);
    expect(database.said).toMatch(/^rendercast: .*PostgreSQL at \S+.*certificate.*NODE_EXTRA_CA_CERTS/m);
    expect(bus.said).toMatch(/^rendercast: .*Redis at \S+.*certificate.*NODE_EXTRA_CA_CERTS/m);
    expect([database.code, bus.code]).toEqual([1, 1]);
  });
});
