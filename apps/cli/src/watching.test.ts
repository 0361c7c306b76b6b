import { describe, expect, it } from 'vitest';
import type { RunningCommand } from './testing/command.js';
import { createCommandRig, endless, jobId, jsonLines, patience } from './testing/command-rig.js';
import { createScreen } from './testing/screen.js';

const rig = createCommandRig();
/** How many jobs the rehearsal engine runs at a time. */
const REHEARSAL_SLOTS = 4;

describe('rendercast cancel, watch and jobs', () => {
  it('cancel a job that another process watches, which ends with 3', async () => {
    const watching = rig.start(...endless, '--tag', 'cancel-me');
    await expect.poll(() => watching.stderr(), patience).toMatch(/base_model: \d+ %/);
    const id = jobId(watching.stderr());
    expect(await rig.run('jobs', '--state', 'running', '--tag', 'cancel-me')).toMatchObject({
      code: 0,
      out: expect.stringContaining(id),
    });
    expect(await rig.run('cancel', id, '--reason', 'enough')).toMatchObject({
      code: 0,
      out: expect.stringContaining(id),
    });
    expect(await watching.ended).toBe(3);
    expect(watching.stderr()).toMatch(/^canceled: /m);
    expect(await rig.run('cancel', id)).toMatchObject({ code: 1, err: expect.stringContaining('ended') });
    expect(await rig.run('watch', id)).toMatchObject({ code: 3 });
  });

  it('show retries and their reason, and end with 1 and the error when a job fails', async () => {
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${rig.server().url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return ((await answer.json()) as { job: { id: string } }).job.id;
    };
    const rehearse = (script: object) =>
      post('/v1/jobs', {
        kind: 'image',
        engine: 'rehearsal',
        request: { prompt: 'bad day', steps: 6, extra: { rehearsal: script } },
      });
    // The job waits behind others until it is watched: a command may take longer to start than the retry waits.
    const before = await Promise.all(Array.from({ length: REHEARSAL_SLOTS }, () => rehearse({ stepMs: 60_000 })));
    const watching = rig.start(
      'watch',
      await rehearse({ stepMs: 1, transient: { attempts: 1, atStep: 3, retryAfterMs: 1_500 } }),
    );
    await expect.poll(() => watching.stderr(), patience).toContain('next in line');
    await Promise.all(before.map((id) => post(`/v1/jobs/${id}/cancel`, {})));
    const tried = { code: await watching.ended, err: watching.stderr() };
    expect(tried.code).toBe(0);
    expect(tried.err).toMatch(/waiting to try again: try 2 after .*, again in [12] s/);
    expect(tried.err).toMatch(/done: .*2 tries/);
    const failed = await rig.run('watch', await rehearse({ fail: { atStep: 3 } }), '--json');
    expect(failed.code).toBe(1);
    expect(jsonLines(failed.out).at(-1)).toMatchObject({
      type: 'result',
      job: { state: 'failed', error: { code: 'out_of_memory' } },
    });
  });

  it('say which job is not there', async () => {
    expect(await rig.run('watch', 'nobody')).toMatchObject({ code: 1 });
    expect(await rig.run('cancel', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('nobody: ') });
  });

  it('follow all jobs with --all until they are told to leave', async () => {
    const all = rig.start('watch', '--all', '--json');
    await expect.poll(() => all.stdout(), patience).toContain('"type":"watching"');
    await rig.run('generate', 'fox', '--steps', '2', '--size', '64x64', '--tag', 'seen-by-all');
    await expect.poll(() => all.stdout(), patience).toContain('"type":"succeeded"');
    all.child.kill('SIGINT');
    expect(await all.ended).toBe(130);
  });
});

describe('Ctrl-C while a job is watched', () => {
  it('leaves it running where nobody can be asked, and says how to watch it again', async () => {
    const watching = rig.start(...endless);
    await expect.poll(() => watching.stderr(), patience).toMatch(/base_model: \d+ %/);
    const id = jobId(watching.stderr());
    watching.child.kill('SIGINT');
    expect(await watching.ended).toBe(130);
    expect(watching.stderr()).toContain(`rendercast watch ${id}`);
    expect((await rig.run('jobs', '--state', 'running')).out).toContain(id);
    await rig.run('cancel', id);
  });

  const onTerminal = (...args: string[]) => rig.startOnTerminal([...args, '--no-preview']);
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
    expect((await rig.run('jobs', '--state', 'canceled')).out).toContain(id);
  });

  it('leaves it running on Enter, and at once on a second Ctrl-C', async () => {
    for (const answer of ['\r', '\x03']) {
      const command = onTerminal(...endless);
      const id = await asked(command);
      command.child.stdin?.write(answer);
      expect(await command.ended).toBe(130);
      expect(command.stdout()).toContain(`rendercast watch ${id}`);
      expect((await rig.run('jobs', '--state', 'running')).out).toContain(id);
      await rig.run('cancel', id);
    }
  });
});

describe('on a terminal', () => {
  it('shows one bar, the picture above it in half blocks, and the cursor again at the end', async () => {
    const command = rig.startOnTerminal(['generate', 'fox', '--steps', '60', '--size', '128x128', '--out', 'fox.png'], {
      COLORTERM: 'truecolor',
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
    const kitty = rig.startOnTerminal(['generate', 'fox', '--steps', '30', '--preview', 'kitty']);
    expect(await kitty.ended).toBe(0);
    expect(kitty.stdout()).toContain('\x1b_Ga=T,f=100');
    const none = rig.startOnTerminal(['generate', 'fox', '--steps', '30', '--no-preview'], { COLORTERM: 'truecolor' });
    expect(await none.ended).toBe(0);
    expect(none.stdout()).not.toContain('▀');
    expect(none.stdout()).toMatch(/model [12]\/2.*%/);
  });
});
