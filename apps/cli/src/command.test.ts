import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningCommand, startCommand, startNpm, startOnTerminal, stopCommands } from './testing/command.js';
import { createScreen } from './testing/screen.js';
import { type ServerProcess, startServerProcess } from './testing/server-process.js';

let server: ServerProcess;
let folder: string;
beforeAll(async () => {
  server = await startServerProcess();
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendercast-command-'));
});
afterEach(async () => {
  stopCommands(server.command);
  await rm(folder, { recursive: true, force: true });
});

const env = (more: Record<string, string> = {}) => ({ RENDERCAST_URL: server.url, ...more });
const start = (...args: string[]) => startCommand(args, { cwd: folder, env: env() });
const run = async (...args: string[]) => {
  const command = start(...args);
  const code = await command.ended;
  return { code, out: command.stdout(), err: command.stderr() };
};
interface JsonLine {
  type: string;
  name?: string;
  fact?: { seq: number };
  files?: string[];
}
const json = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonLine);

/** On a busy machine a command takes seconds to start. */
const patience = { timeout: 20_000 };

/** A job that runs until it is canceled: 25 s of rehearsal. */
const endless = ['generate', 'an endless fox', '--engine', 'rehearsal', '--steps', '500'];
const jobId = (text: string) => /j_\w+/.exec(text)?.[0] ?? '';

describe('rendercast generate', () => {
  it('makes a picture, says how far it is and writes it whole', async () => {
    const { code, out, err } = await run(
      'generate',
      'a',
      'red',
      'fox',
      '--steps',
      '12',
      '--size',
      '128x64',
      '--seed',
      '7',
      '--out',
      'fox.png',
    );
    expect(err).toMatch(/model [12]\/2: \d+ %, step \d+\/\d+/);
    expect(err).toMatch(/^done: /m);
    expect({ code, out }).toEqual({ code: 0, out: 'fox.png\n' });
    expect(await sharp(join(folder, 'fox.png')).metadata()).toMatchObject({ format: 'png', width: 128, height: 64 });
    expect(await readdir(folder)).toEqual(['fox.png']);
  });

  it('numbers several pictures and takes the format from the name', async () => {
    const { code, out } = await run(
      'generate',
      'fox',
      '--steps',
      '2',
      '--size',
      '64x64',
      '--count',
      '2',
      '--out',
      'fox.webp',
    );
    expect({ code, out }).toEqual({ code: 0, out: 'fox-1.webp\nfox-2.webp\n' });
    expect((await sharp(join(folder, 'fox-2.webp')).metadata()).format).toBe('webp');
  });

  it('refuses to replace a file before any work is done, unless told to', async () => {
    await writeFile(join(folder, 'fox.png'), 'older');
    const args = ['generate', 'fox', '--steps', '2', '--size', '64x64', '--out', 'fox.png', '--tag', 'replace'];
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining('--force') });
    expect(json((await run('jobs', '--tag', 'replace', '--json')).out)).toMatchObject([{ type: 'page' }]);
    expect(await run(...args, '--force')).toMatchObject({ code: 0 });
    expect((await sharp(join(folder, 'fox.png')).metadata()).width).toBe(64);
  });

  it('writes JSON lines that a program can follow', async () => {
    const { code, out } = await run('generate', 'fox', '--steps', '3', '--size', '64x64', '--json', '--tag', 'lines');
    const lines = json(out);
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ type: 'submitted', job: { state: 'queued', tags: ['lines'] } });
    const facts = lines.filter(({ type }) => type === 'fact').map(({ fact }) => fact?.seq ?? 0);
    expect(facts).toEqual(facts.map((_, index) => (facts[0] ?? 0) + index));
    const result = lines.at(-1);
    expect(result).toMatchObject({
      type: 'result',
      job: { state: 'succeeded' },
      files: [expect.stringMatching(/^rendercast-j_\w+\.png$/)],
    });
    expect(await readdir(folder)).toEqual(result?.files);
  });

  it('starts from a picture that it uploads', async () => {
    await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toFile(join(folder, 'in.png'));
    const { code, out } = await run(
      'generate',
      'fox',
      '--steps',
      '2',
      '--input',
      'in.png',
      '--strength',
      '0.4',
      '--json',
      '--out',
      'o.png',
    );
    expect(code).toBe(0);
    expect(json(out)[0]).toMatchObject({ job: { request: { inputs: [{ role: 'init', strength: 0.4 }] } } });
  });

  it('hands the picture on through standard output', async () => {
    const command = start('generate', 'fox', '--steps', '2', '--size', '64x64', '--out', '-');
    const bytes: Buffer[] = [];
    command.child.stdout
      ?.removeAllListeners('data')
      .setEncoding('latin1')
      .on('data', (text: string) => bytes.push(Buffer.from(text, 'latin1')));
    expect(await command.ended).toBe(0);
    expect((await sharp(Buffer.concat(bytes)).metadata()).format).toBe('png');
  });

  it('submits and leaves with --detach, and the same id again finds the same job', async () => {
    const args = ['generate', 'fox', '--steps', '2', '--size', '64x64', '--detach', '--id', 'mine-1'];
    const first = await run(...args);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^j_\w+\n$/) });
    expect((await run(...args)).out).toBe(first.out);
    const watched = await run('watch', 'mine-1', '--out', 'later.png');
    expect(watched).toMatchObject({ code: 0, out: 'later.png\n' });
  });

  it('ends with 2 and the field when the request is not right', async () => {
    expect(await run('generate', 'fox', '--steps', '9999')).toMatchObject({
      code: 2,
      err: expect.stringContaining('request.steps'),
    });
    expect(await run('generate', 'fox', '--steps', 'many')).toMatchObject({
      code: 2,
      err: expect.stringContaining('whole number'),
    });
    expect(await run('generate')).toMatchObject({ code: 2 });
    expect(await run('paint')).toMatchObject({ code: 2 });
    expect(await run('generate', '--help')).toMatchObject({ code: 0 });
  });

  it('ends with 2 when the picture to start from is missing', async () => {
    const missing = await run('generate', 'fox', '--input', 'nothing.png');
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') });
  });

  it('says why nothing happens while no engine of that name is there', async () => {
    const waiting = start('generate', 'fox', '--engine', 'nobody');
    await expect.poll(() => waiting.stderr(), patience).toContain('"nobody"');
    await run('cancel', jobId(waiting.stderr()));
    expect(await waiting.ended).toBe(3);
  });
});

describe('rendercast compose', () => {
  const plan = {
    positiveStyles: ['calm'],
    sections: [
      { name: 'intro', durationMs: 1_000 },
      { name: 'verse', durationMs: 1_500 },
    ],
  };

  it('makes a song from a plan in a file or on standard input', async () => {
    await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
    expect(await run('compose', 'plan.json', '--seed', '3', '--out', 'song.mp3')).toMatchObject({
      code: 0,
      out: 'song.mp3\n',
    });
    const piped = startCommand(['compose', '-', '--seed', '3', '--out', 'same.mp3'], {
      cwd: folder,
      env: env(),
      input: JSON.stringify(plan),
    });
    expect(await piped.ended).toBe(0);
    const song = await readFile(join(folder, 'song.mp3'));
    expect(song.length).toBeGreaterThan(5_000);
    expect(await readFile(join(folder, 'same.mp3'))).toEqual(song);
  });

  it('refuses a plan that is none, with the field that is wrong', async () => {
    await writeFile(join(folder, 'plan.json'), '{"sections":[]}');
    expect(await run('compose', 'plan.json')).toMatchObject({ code: 2, err: expect.stringContaining('sections') });
    await writeFile(join(folder, 'plan.json'), '{');
    expect(await run('compose', 'plan.json')).toMatchObject({ code: 2, err: expect.stringContaining('not JSON') });
  });
});

describe('rendercast cancel, watch and jobs', () => {
  it('cancel a job that another process watches, which ends with 3', async () => {
    const watching = start(...endless, '--tag', 'cancel-me');
    await expect.poll(() => watching.stderr(), patience).toMatch(/base_model: \d+ %/);
    const id = jobId(watching.stderr());
    expect(await run('jobs', '--state', 'running', '--tag', 'cancel-me')).toMatchObject({
      code: 0,
      out: expect.stringContaining(id),
    });
    expect(await run('cancel', id, '--reason', 'enough')).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect(await watching.ended).toBe(3);
    expect(watching.stderr()).toMatch(/^canceled: /m);
    expect(await run('cancel', id)).toMatchObject({ code: 1, err: expect.stringContaining('ended') });
    expect(await run('watch', id)).toMatchObject({ code: 3 });
  });

  it('show retries and their reason, and end with 1 and the error when a job fails', async () => {
    const rehearse = async (script: object) => {
      const body = {
        kind: 'image',
        engine: 'rehearsal',
        request: { prompt: 'bad day', steps: 6, extra: { rehearsal: script } },
      };
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/v1/jobs`, { method: 'POST', headers, body: JSON.stringify(body) });
      return ((await answer.json()) as { job: { id: string } }).job.id;
    };
    const tried = await run(
      'watch',
      await rehearse({ stepMs: 1, transient: { attempts: 1, atStep: 3, retryAfterMs: 1_500 } }),
    );
    expect(tried.code).toBe(0);
    expect(tried.err).toMatch(/waiting to try again: try 2 after .*, again in [12] s/);
    expect(tried.err).toMatch(/done: .*2 tries/);
    const failed = await run('watch', await rehearse({ fail: { atStep: 3 } }), '--json');
    expect(failed.code).toBe(1);
    expect(json(failed.out).at(-1)).toMatchObject({
      type: 'result',
      job: { state: 'failed', error: { code: 'out_of_memory' } },
    });
  });

  it('say which job is not there', async () => {
    expect(await run('watch', 'nobody')).toMatchObject({ code: 1 });
    expect(await run('cancel', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('nobody: ') });
  });

  it('follow all jobs with --all until they are told to leave', async () => {
    const all = start('watch', '--all', '--json');
    await expect.poll(() => all.stdout(), patience).toContain('"type":"watching"');
    await run('generate', 'fox', '--steps', '2', '--size', '64x64', '--tag', 'seen-by-all');
    await expect.poll(() => all.stdout(), patience).toContain('"type":"succeeded"');
    all.child.kill('SIGINT');
    expect(await all.ended).toBe(130);
  });
});

describe('Ctrl-C while a job is watched', () => {
  it('leaves it running where nobody can be asked, and says how to watch it again', async () => {
    const watching = start(...endless);
    await expect.poll(() => watching.stderr(), patience).toMatch(/base_model: \d+ %/);
    const id = jobId(watching.stderr());
    watching.child.kill('SIGINT');
    expect(await watching.ended).toBe(130);
    expect(watching.stderr()).toContain(`rendercast watch ${id}`);
    expect((await run('jobs', '--state', 'running')).out).toContain(id);
    await run('cancel', id);
  });

  const onTerminal = (...args: string[]) => startOnTerminal([...args, '--no-preview'], { cwd: folder, env: env() });
  const asked = async (command: RunningCommand) => {
    await expect.poll(() => command.stdout(), patience).toMatch(/base_model.*%/);
    command.child.stdin?.write('\x03');
    await expect.poll(() => command.stdout(), patience).toContain('[c/L]');
    return jobId(command.stdout());
  };

  it('cancels it on "c", and the command ends with 3', async () => {
    const command = onTerminal(...endless);
    const id = await asked(command);
    command.child.stdin?.write('c\r');
    expect(await command.ended).toBe(3);
    expect((await run('jobs', '--state', 'canceled')).out).toContain(id);
  });

  it('leaves it running on Enter, and at once on a second Ctrl-C', async () => {
    for (const answer of ['\r', '\x03']) {
      const command = onTerminal(...endless);
      const id = await asked(command);
      command.child.stdin?.write(answer);
      expect(await command.ended).toBe(130);
      expect(command.stdout()).toContain(`rendercast watch ${id}`);
      expect((await run('jobs', '--state', 'running')).out).toContain(id);
      await run('cancel', id);
    }
  });
});

describe('on a terminal', () => {
  it('shows one bar, the picture above it in half blocks, and the cursor again at the end', async () => {
    const command = startOnTerminal(['generate', 'fox', '--steps', '60', '--size', '128x128', '--out', 'fox.png'], {
      cwd: folder,
      env: env({ COLORTERM: 'truecolor' }),
    });
    expect(await command.ended).toBe(0);
    const screen = createScreen(100);
    screen.write(command.stdout());
    expect(screen.cursorShown()).toBe(true);
    const lines = screen
      .text()
      .split('\n')
      .map((line) => line.trimEnd());
    expect(lines[0]).toMatch(/^job j_\w+$/);
    const picture = lines.slice(1, 19);
    expect(picture.every((line) => /^▀+$/.test(line))).toBe(true);
    expect(lines.slice(19)).toEqual([expect.stringMatching(/^done {2}/), 'fox.png', '']);
  });

  it('sends pictures by the kitty protocol when that is asked for, and none when they are not wanted', async () => {
    const kitty = startOnTerminal(['generate', 'fox', '--steps', '30', '--preview', 'kitty'], {
      cwd: folder,
      env: env(),
    });
    expect(await kitty.ended).toBe(0);
    expect(kitty.stdout()).toContain('\x1b_Ga=T,f=100');
    const none = startOnTerminal(['generate', 'fox', '--steps', '30', '--no-preview'], {
      cwd: folder,
      env: env({ COLORTERM: 'truecolor' }),
    });
    expect(await none.ended).toBe(0);
    expect(none.stdout()).not.toContain('▀');
    expect(none.stdout()).toMatch(/model [12]\/2.*%/);
  });
});

describe('without a server', () => {
  const nowhere = { RENDERCAST_URL: 'http://127.0.0.1:9' };

  it('says in plain words how to get one, with 4', async () => {
    const command = startCommand(['generate', 'fox'], { cwd: folder, env: nowhere });
    expect(await command.ended).toBe(4);
    expect(command.stderr()).toContain('No server answers at http://127.0.0.1:9/');
    expect(command.stderr()).toContain('npm start');
  });

  it('gives programs the same as JSON', async () => {
    const command = startCommand(['jobs', '--json'], { cwd: folder, env: nowhere });
    expect(await command.ended).toBe(4);
    expect(json(command.stdout())).toMatchObject([{ type: 'error', code: 'unreachable', exitCode: 4 }]);
  });

  it('refuses an address that is none, with 2', async () => {
    const command = startCommand(['jobs', '--url', 'localhost:8000'], { cwd: folder, env: nowhere });
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toContain('http://localhost:8000');
  });
});

describe('rendercast engines and doctor', () => {
  it('show what makes the media', async () => {
    const { code, out } = await run('engines');
    expect(code).toBe(0);
    expect(out).toMatch(/embedded-image +image +up/);
    expect(out).toMatch(/embedded-music +music +up/);
  });

  it('say what is well and what is not, also to programs', async () => {
    const { out } = await run('doctor', '--json');
    const findings = json(out);
    for (const name of ['Node.js', 'data folder', 'port', 'server', 'key', 'engine']) {
      expect(findings.map((finding) => finding.name)).toContain(name);
    }
    expect(findings.find((finding) => finding.name === 'server')).toMatchObject({ ok: true });
  });
});

describe('a server with keys', () => {
  it('is used with the right key, and refuses the wrong one with 5', async () => {
    const key = 'a-long-enough-key-for-tests';
    const locked = await startServerProcess({ RENDERCAST_API_KEYS: `me:${key}` });
    try {
      const ask = async (...args: string[]) =>
        startCommand(['jobs', ...args], { cwd: folder, env: { RENDERCAST_URL: locked.url } });
      const wrong = await ask('--api-key', 'another-key-that-is-wrong');
      expect(await wrong.ended).toBe(5);
      expect(wrong.stderr()).toContain('RENDERCAST_API_KEY');
      const right = await ask('--api-key', key);
      expect(await right.ended).toBe(0);
      expect(locked.command.stdout() + locked.command.stderr()).not.toContain(key);
    } finally {
      await locked.stop();
    }
  });
});

describe('rendercast serve', () => {
  it('says where it listens and keeps its data, and ends with 0 on SIGTERM', async () => {
    const other = await startServerProcess();
    expect(other.command.stderr()).toContain(`Its data is kept in ${join(other.folder, 'data')}`);
    other.command.child.kill('SIGTERM');
    expect(await other.command.ended).toBe(0);
    await other.stop();
  });

  it('refuses a setting that is wrong with 2, and a port that is taken with 1, in words', async () => {
    const wrong = startCommand(['serve', '--port', 'eighty'], { cwd: folder });
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr()).toContain('--port');
    const taken = startCommand(['serve', '--port', new URL(server.url).port, '--data-dir', join(folder, 'data')], {
      cwd: folder,
    });
    expect(await taken.ended).toBe(1);
    expect(taken.stderr()).toContain('in use');
  });

  it('is reached by a signal to npm start', async () => {
    const npm = startNpm(['start', '--', '--port', '0', '--data-dir', join(folder, 'data')]);
    await expect.poll(() => npm.stderr(), { timeout: 60_000 }).toContain('listens on');
    const url = /listens on (http:\/\/\S+)/.exec(npm.stderr())?.[1] ?? '';
    expect((await fetch(`${url}/health`)).status).toBe(200);
    npm.child.kill('SIGTERM');
    await npm.ended; // its output closes with the last process that holds it
    expect(npm.stderr()).toContain('Stopping.');
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  }, 90_000);
});
