import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { appendFile, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of PostgreSQL's programs: the environment's, else that of the `postgres` in PATH, else Debian's newest. */
export const POSTGRES_BIN: string | null = findPrograms();

/** Why tests on PostgreSQL are skipped. */
export const NO_POSTGRES = 'there is no PostgreSQL server (RENDERCAST_TEST_POSTGRES names its program)';

/** A PostgreSQL server of a test's own. */
export interface ScratchCluster {
  port: number;
  /** The server's folder. */
  dir: string;
  /** Address of a database for a user; by default the superuser's. */
  url(user?: string, password?: string): string;
  /** Runs statements as the superuser. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Ends the server: `fast` as an operator does, `crash` as a power cut does, with recovery at the next start. */
  stop(how: 'fast' | 'crash'): Promise<void>;
  start(): Promise<void>;
  /** Copies the folder of a server that is stopped, as a backup of the disk does. */
  copyAside(): Promise<void>;
  /** Puts that copy back in the place of what is there. */
  putBack(): Promise<void>;
  /** Ends the server and removes everything. */
  close(): Promise<void>;
}

function findPrograms(): string | null {
  const named = process.env.RENDERCAST_TEST_POSTGRES;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((left, right) => Number(right) - Number(left)) : [];
  const paths = [
    ...(named === undefined || named === '' ? [] : [named]),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'postgres')),
    ...versions.map((version) => join(DEBIAN, version, 'bin', 'postgres')),
  ];
  for (const path of paths) {
    // A link in PATH leads to where the other programs are.
    if (existsSync(path) && existsSync(join(dirname(realpathSync(path)), 'initdb'))) return dirname(realpathSync(path));
  }
  return null;
}

/** Who runs the server: never root, which PostgreSQL refuses. */
function runAs(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${wanted}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('there is no unprivileged user to run PostgreSQL as');
}

/**
 * Makes a cluster in a temporary folder and starts it. `durable`: commits reach the disk, as they must where that is what
 * a test is about; else they only seem to, which is faster.
 */
export async function startCluster({ durable = false }: { durable?: boolean } = {}): Promise<ScratchCluster> {
  if (POSTGRES_BIN === null) throw new Error(NO_POSTGRES);
  const bin = POSTGRES_BIN;
  const user = runAs();
  const home = await mkdtemp(join(tmpdir(), 'rendercast-pg-'));
  if (user !== null) await chown(home, user.uid, user.gid);
  const dir = join(home, 'data');
  await run(join(bin, 'initdb'), ['-D', dir, '-U', 'root', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'], user);
  const port = await freePort();
  await appendFile(
    join(dir, 'postgresql.conf'),
    `listen_addresses = '127.0.0.1'\nport = ${port}\nunix_socket_directories = ''\nmax_connections = 200\n` +
      (durable ? '' : 'fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n'),
  );
  // Users whose name begins so must know their password.
  const hba = join(dir, 'pg_hba.conf');
  const rules = readFileSync(hba, 'utf8');
  await rm(hba);
  await appendFile(hba, `host all guarded 127.0.0.1/32 scram-sha-256\n${rules}`);
  if (user !== null) await chown(hba, user.uid, user.gid);

  let server: ChildProcess | null = null;
  let log = '';
  const url = (name = 'root', password?: string) =>
    `postgres://${name}${password === undefined ? '' : `:${password}`}@127.0.0.1:${port}/postgres`;

  async function query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url() });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function start(): Promise<void> {
    const started = spawn(join(bin, 'postgres'), ['-D', dir], {
      ...user,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: home,
    });
    server = started;
    started.stderr?.on('data', (data: Buffer) => {
      log = (log + data.toString()).slice(-8_000);
    });
    for (let tries = 0; ; tries += 1) {
      if (started.exitCode !== null || tries > 600) throw new Error(`PostgreSQL did not start:\n${log}`);
      try {
        await query('SELECT 1');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async function stop(how: 'fast' | 'crash'): Promise<void> {
    if (server === null || server.exitCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await gone;
    server = null;
  }

  const aside = join(home, 'aside');
  async function copy(from: string, to: string): Promise<void> {
    await rm(to, { recursive: true, force: true });
    await run('cp', ['-a', from, to], user);
  }

  await start();
  return {
    ...{ port, dir, url, query, start, stop },
    copyAside: () => copy(dir, aside),
    putBack: () => copy(aside, dir),
    async close() {
      await stop('crash');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function run(program: string, args: readonly string[], user: { uid: number; gid: number } | null): Promise<void> {
  const child = spawn(program, args, { ...user, stdio: ['ignore', 'pipe', 'pipe'], cwd: tmpdir() });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} failed:\n${said}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
