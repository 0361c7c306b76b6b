import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Job, pageSchema } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from './stories/server-process.js';
import { call, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../apps/cli/bin/rendercast.js', import.meta.url));

let server: ServerProcess;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-backup-story-'));
  server = await createServerProcess();
  await server.start();
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs the command as it is installed. */
async function rendercast(...args: string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await run(process.execPath, [PROGRAM, ...args]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

async function submit(url: string, script: Record<string, unknown>, rest: Record<string, unknown> = {}): Promise<Job> {
  return (await call(url, '/v1/jobs', { body: rehearsal(script, rest) })).as(jobAnswerSchema).job;
}

const jobsOf = async (url: string): Promise<Job[]> => (await call(url, '/v1/jobs?limit=200')).as(pageSchema).jobs;

/** Fetches every output and holds it against its digest. */
async function checkFiles(url: string, jobs: readonly Job[]): Promise<number> {
  let files = 0;
  for (const { artifact } of jobs.flatMap(({ outputs }) => outputs)) {
    const { status, bytes } = await call(url, `/v1/artifacts/${artifact.id}`);
    expect(status).toBe(200);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(artifact.digest);
    files += 1;
  }
  return files;
}

describe('rendercast backup and restore', () => {
  it('brings back a server that was backed up in full swing, and who was connected before is reset', async () => {
    const ended = await submit(server.url, { stepMs: 1 }, { id: 'ended-before' });
    const endless = await submit(server.url, { stepMs: 60_000 }, { id: 'runs-on' });
    await until(
      async () => (await jobsOf(server.url)).some(({ id, state }) => id === ended.id && state === 'succeeded'),
      'the first job to end',
    );
    await until(
      async () => (await jobsOf(server.url)).some(({ id, state }) => id === endless.id && state === 'running'),
      'the second to run',
    );
    let isOver = false;
    const busy = (async () => {
      while (!isOver) await submit(server.url, { stepMs: 1 });
    })();
    const made = await rendercast('backup', join(dir, 'night.tar'), '--data-dir', server.dataDir, '--json');
    isOver = true;
    await busy;
    expect(made, made.err).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(made.out)).toMatchObject({ type: 'backup', missing: [], damaged: [] });

    // A watcher of now: its positions mean nothing to the house of then.
    const wire = await openWire(server.url);
    wire.send({ type: 'subscribe', ref: 'a', job: 'runs-on' });
    const { position } = await wire.next('subscribed');
    wire.close();

    const inUse = await rendercast('restore', join(dir, 'night.tar'), '--data-dir', server.dataDir);
    expect(inUse).toMatchObject({ code: 1, err: expect.stringContaining('Another server is using') });
    const restored = await rendercast('restore', join(dir, 'night.tar'), '--data-dir', join(dir, 'again'));
    expect(restored, restored.err).toMatchObject({ code: 0, out: expect.stringContaining('jobs') });

    const house = await startHouse({ dataDir: join(dir, 'again') });
    try {
      const jobs = await jobsOf(house.url);
      expect(jobs.length).toBeGreaterThanOrEqual(2);
      expect(await checkFiles(house.url, jobs)).toBeGreaterThan(0);
      expect(jobs.find(({ id }) => id === ended.id)).toMatchObject({ state: 'succeeded', clientId: 'ended-before' });
      // What ran is a lost attempt, and runs again.
      await until(
        async () => (await jobsOf(house.url)).some(({ id, attempt }) => id === endless.id && attempt === 2),
        'the second attempt',
      );
      const again = await openWire(house.url);
      again.send({ type: 'subscribe', ref: 'b', job: 'runs-on', position });
      expect(await again.next('reset')).toMatchObject({ reason: 'epoch', snapshot: { job: { id: endless.id } } });
      again.send({ type: 'subscribe', ref: 'c', feed: {}, position });
      expect(await again.next('reset', ({ topic }) => topic.startsWith('feed'))).toMatchObject({ reason: 'epoch' });
      again.close();
      const stream = await call(house.url, `/v1/jobs/runs-on/events?wait=0&position=${position}`);
      expect(JSON.parse(stream.text)).toMatchObject({ reset: 'epoch' });
    } finally {
      await house.stop();
    }
  }, 120_000);

  it('says in words what it cannot do, and leaves everything as it was', async () => {
    const missing = await rendercast('backup', join(dir, 'b'), '--data-dir', join(dir, 'nowhere'));
    expect(missing).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('There is no data of Rendercast in'),
    });
    const before = await readdir(dir);
    const nothing = await rendercast('restore', join(dir, 'no-backup'), '--data-dir', join(dir, 'r'));
    expect(nothing).toMatchObject({ code: 1, err: expect.stringContaining('is not a whole backup') });
    const program = await rendercast('restore', PROGRAM.replace(/rendercast\.js$/, ''), '--data-dir', join(dir, 'r'));
    expect(program).toMatchObject({ code: 1, err: expect.stringContaining('it has no manifest.json') });
    expect(await readdir(dir)).toEqual(before);
    expect((await rendercast('backup')).code).toBe(2);
  }, 60_000);
});

describe('docs/backup.md', () => {
  const page = (): Promise<string> => readFile(join(ROOT, 'docs', 'backup.md'), 'utf8');

  it('leaves jobs in PostgreSQL to its own tools, and says so', async () => {
    const there = { env: { ...process.env, RENDERCAST_DATABASE_URL: 'postgres://db.example.org/media' } };
    for (const verb of ['backup', 'restore'])
      await expect(run(process.execPath, [PROGRAM, verb, join(dir, 'none')], there)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining('docs/many-machines.md'),
      });
  });

  it('has commands that work as they stand, but for the folders', async () => {
    const commands = [...(await page()).matchAll(/```sh\n([\s\S]*?)```/g)]
      .flatMap(([, block = '']) => block.trim().split('\n'))
      .filter((line) => !line.includes(' serve '));
    expect(commands.map((line) => line.split(' ')[1])).toEqual(['backup', 'restore']);
    for (const line of commands) {
      const here = line.replace('/backups', join(dir, 'backups')).replace('/srv', join(dir, 'srv'));
      const [, ...args] = here.split(' ');
      const ran = await rendercast(...args, ...(args[0] === 'backup' ? ['--data-dir', server.dataDir] : []));
      expect(ran, ran.err).toMatchObject({ code: 0 });
    }
    expect(await readdir(join(dir, 'srv', 'rendercast'))).toContain('rendercast.db');
  }, 60_000);

  it('quotes what is really said', async () => {
    const folders = ['packages/server/src/backup', 'packages/server/src/stores/sqlite', 'apps/cli/src/commands'];
    const sources = [join(ROOT, 'packages/server/src/data-dir.ts')];
    for (const folder of folders)
      for (const name of await readdir(join(ROOT, folder))) sources.push(join(ROOT, folder, name));
    const said = (await Promise.all(sources.map((path) => readFile(path, 'utf8')))).join('\n');
    const quoted = [...(await page()).matchAll(/^\| `([^`]+)`/gm)].map(([, words = '']) => words);
    expect(quoted.length).toBeGreaterThan(8);
    for (const words of quoted)
      for (const part of words.split('…').filter((each) => each.trim().length > 3)) expect(said).toContain(part.trim());
  });
});
