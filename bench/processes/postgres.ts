import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { appendFile, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from './redis.js';

/** A PostgreSQL of the bench's own, on a free loopback port. What it has acknowledged is on disk. */
export interface Postgres {
  url: string;
  /** Of the process that all others of it are children of. */
  pid: number;
  close(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
const START_WITHIN_MS = 60_000;

/** The version of the PostgreSQL that is found; null: there is none. */
export function postgresVersion(): string | null {
  const bin = findPrograms();
  if (bin === null) return null;
  return /\d[\d.]*/.exec(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }))?.[0] ?? null;
}

/** Starts it as it comes: settings that trade safety for speed stay as they are, so commits wait for the disk. */
export async function startPostgres(): Promise<Postgres> {
  const bin = findPrograms();
  if (bin === null) throw new Error('there is no PostgreSQL');
  const user = unprivileged();
  const home = await mkdtemp(join(tmpdir(), 'rendercast-bench-postgres-'));
  if (user !== null) await chown(home, user.uid, user.gid);
  const dir = join(home, 'data');
  const init = ['-D', dir, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'];
  execFileSync(join(bin, 'initdb'), init, { ...user, cwd: home, stdio: 'ignore' });
  const port = await freePort();
  const settings = ["listen_addresses = '127.0.0.1'", `port = ${port}`, "unix_socket_directories = ''", ''];
  await appendFile(join(dir, 'postgresql.conf'), settings.join('\n'));

  const child = spawn(join(bin, 'postgres'), ['-D', dir], {
    ...user,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGQUIT');
  process.on('exit', kill);
  const gone = once(child, 'exit');
  await untilReady(child);
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    pid: child.pid ?? 0,
    async close() {
      kill();
      await gone;
      process.off('exit', kill);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`PostgreSQL did not start:\n${said}`)), START_WITHIN_MS);
    child.once('exit', () => reject(new Error(`PostgreSQL ended:\n${said}`)));
    child.stderr?.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-4_000);
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(late);
      resolve();
    });
  });
}

/** Folder of its programs: that of the `postgres` in PATH, else Debian's newest. */
function findPrograms(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((left, right) => Number(right) - Number(left)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  for (const folder of folders) {
    const path = join(folder, 'postgres');
    // A link in PATH leads to where the other programs are.
    if (existsSync(path) && existsSync(join(dirname(realpathSync(path)), 'initdb'))) return dirname(realpathSync(path));
  }
  return null;
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${wanted}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('there is no unprivileged user to run PostgreSQL as');
}
