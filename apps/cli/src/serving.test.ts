import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCommand, startNpm } from './testing/command.js';
import { createCommandRig, jsonLines } from './testing/command-rig.js';
import { startServerProcess } from './testing/server-process.js';

const rig = createCommandRig();

describe('without a server', () => {
  const nowhere = { RENDERCAST_URL: 'http://127.0.0.1:9' };

  it('says in plain words how to get one, with 4', async () => {
    const command = startCommand(['generate', 'fox'], { cwd: rig.folder(), env: nowhere });
    expect(await command.ended).toBe(4);
    expect(command.stderr()).toContain('No server answers at http://127.0.0.1:9/');
    expect(command.stderr()).toContain('npm start');
  });

  it('gives programs the same as JSON', async () => {
    const command = startCommand(['jobs', '--json'], { cwd: rig.folder(), env: nowhere });
    expect(await command.ended).toBe(4);
    expect(jsonLines(command.stdout())).toMatchObject([{ type: 'error', code: 'unreachable', exitCode: 4 }]);
  });

  it('refuses an address that is none, with 2', async () => {
    const command = startCommand(['jobs', '--url', 'localhost:8000'], { cwd: rig.folder(), env: nowhere });
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toContain('http://localhost:8000');
  });
});

describe('rendercast engines and doctor', () => {
  it('show what makes the media', async () => {
    const { code, out } = await rig.run('engines');
    expect(code).toBe(0);
    expect(out).toMatch(/embedded-image +image +up/);
    expect(out).toMatch(/embedded-music +music +up/);
  });

  it('let operators pause a backend and resume it, one or all, also for programs', async () => {
    const paused = await rig.run('engines', '--pause', 'rehearsal', '--json');
    expect(paused.code).toBe(0);
    expect(jsonLines(paused.out)).toMatchObject([
      { type: 'engine', engine: { backend: 'rehearsal', intake: 'paused' } },
    ]);
    const doctor = await rig.run('doctor');
    expect(doctor.out).toContain('rendercast engines --resume rehearsal');
    expect((await rig.run('engines', '--resume', 'all')).out).not.toContain('Paused');
    expect(await rig.run('engines', '--drain', 'nobody')).toMatchObject({ err: expect.stringContaining('"nobody"') });
    expect(await rig.run('engines', '--drain', 'all', '--pause', 'all')).toMatchObject({ code: 2 });
  });

  it('find out what is wrong with configured backends', async () => {
    const doctor = async (backends: object[]) => {
      const env = { RENDERCAST_URL: rig.server().url, RENDERCAST_BACKENDS: JSON.stringify(backends) };
      const command = startCommand(['doctor'], { cwd: rig.folder(), env });
      expect(await command.ended).not.toBe(0);
      return command.stdout();
    };
    const attic = { name: 'attic', engine: 'sdapi', url: 'http://127.0.0.1:9' };
    const out = await doctor([attic, { name: 'easel', engine: 'oil' }]);
    expect(out).toMatch(/FAIL +backend: sdapi \(attic\): .*does not answer/);
    expect(out).toContain('there is no engine "oil"');
    expect(await doctor([attic, attic])).toContain('two backends are named "attic"');
  });

  it('say what is well and what is not, also to programs', async () => {
    const { out } = await rig.run('doctor', '--json');
    const findings = jsonLines(out);
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
        startCommand(['jobs', ...args], { cwd: rig.folder(), env: { RENDERCAST_URL: locked.url } });
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
    const wrong = startCommand(['serve', '--port', 'eighty'], { cwd: rig.folder() });
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr()).toContain('--port');
    const taken = startCommand(
      ['serve', '--port', new URL(rig.server().url).port, '--data-dir', join(rig.folder(), 'data')],
      {
        cwd: rig.folder(),
      },
    );
    expect(await taken.ended).toBe(1);
    expect(taken.stderr()).toContain('in use');
  });

  it('is reached by a signal to npm start', async () => {
    const npm = startNpm(['start', '--', '--port', '0', '--data-dir', join(rig.folder(), 'data')]);
    await expect.poll(() => npm.stderr(), { timeout: 60_000 }).toContain('listens on');
    const url = /listens on (http:\/\/\S+)/.exec(npm.stderr())?.[1] ?? '';
    expect((await fetch(`${url}/health`)).status).toBe(200);
    npm.child.kill('SIGTERM');
    await npm.ended; // its output closes with the last process that holds it
    expect(npm.stderr()).toContain('Stopping.');
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  }, 90_000);
});
