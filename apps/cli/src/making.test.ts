import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { startCommand } from './testing/command.js';
import { createCommandRig, jobId, jsonLines, patience } from './testing/command-rig.js';

const rig = createCommandRig();

describe('rendercast generate', () => {
  it('makes a picture, says how far it is and writes it whole', async () => {
    const { code, out, err } = await rig.run(
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
    expect(await sharp(join(rig.folder(), 'fox.png')).metadata()).toMatchObject({
      format: 'png',
      width: 128,
      height: 64,
    });
    expect(await readdir(rig.folder())).toEqual(['fox.png']);
  });

  it('numbers several pictures and takes the format from the name', async () => {
    const { code, out } = await rig.run(
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
    expect((await sharp(join(rig.folder(), 'fox-2.webp')).metadata()).format).toBe('webp');
  });

  it('refuses to replace a file before any work is done, unless told to', async () => {
    await writeFile(join(rig.folder(), 'fox.png'), 'older');
    const args = ['generate', 'fox', '--steps', '2', '--size', '64x64', '--out', 'fox.png', '--tag', 'replace'];
    expect(await rig.run(...args)).toMatchObject({ code: 2, err: expect.stringContaining('--force') });
    expect(jsonLines((await rig.run('jobs', '--tag', 'replace', '--json')).out)).toMatchObject([{ type: 'page' }]);
    expect(await rig.run(...args, '--force')).toMatchObject({ code: 0 });
    expect((await sharp(join(rig.folder(), 'fox.png')).metadata()).width).toBe(64);
  });

  it('writes JSON lines that a program can follow', async () => {
    const { code, out } = await rig.run(
      'generate',
      'fox',
      '--steps',
      '3',
      '--size',
      '64x64',
      '--json',
      '--tag',
      'lines',
    );
    const lines = jsonLines(out);
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
    expect(await readdir(rig.folder())).toEqual(result?.files);
  });

  it('starts from a picture that it uploads', async () => {
    await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toFile(join(rig.folder(), 'in.png'));
    const { code, out } = await rig.run(
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
    expect(jsonLines(out)[0]).toMatchObject({ job: { request: { inputs: [{ role: 'init', strength: 0.4 }] } } });
  });

  it('hands the picture on through standard output', async () => {
    const command = rig.start('generate', 'fox', '--steps', '2', '--size', '64x64', '--out', '-');
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
    const first = await rig.run(...args);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^j_\w+\n$/) });
    expect((await rig.run(...args)).out).toBe(first.out);
    const watched = await rig.run('watch', 'mine-1', '--out', 'later.png');
    expect(watched).toMatchObject({ code: 0, out: 'later.png\n' });
  });

  it('ends with 2 and the field when the request is not right', async () => {
    expect(await rig.run('generate', 'fox', '--steps', '9999')).toMatchObject({
      code: 2,
      err: expect.stringContaining('request.steps'),
    });
    expect(await rig.run('generate', 'fox', '--steps', 'many')).toMatchObject({
      code: 2,
      err: expect.stringContaining('whole number'),
    });
    expect(await rig.run('generate')).toMatchObject({ code: 2 });
    expect(await rig.run('paint')).toMatchObject({ code: 2 });
    expect(await rig.run('generate', '--help')).toMatchObject({ code: 0 });
  });

  it('ends with 2 when the picture to start from is missing', async () => {
    const missing = await rig.run('generate', 'fox', '--input', 'nothing.png');
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') });
  });

  it('says why nothing happens while no engine of that name is there', async () => {
    const waiting = rig.start('generate', 'fox', '--engine', 'nobody');
    await expect.poll(() => waiting.stderr(), patience).toContain('"nobody"');
    await rig.run('cancel', jobId(waiting.stderr()));
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
    await writeFile(join(rig.folder(), 'plan.json'), JSON.stringify(plan));
    expect(await rig.run('compose', 'plan.json', '--seed', '3', '--out', 'song.mp3')).toMatchObject({
      code: 0,
      out: 'song.mp3\n',
    });
    const piped = startCommand(['compose', '-', '--seed', '3', '--out', 'same.mp3'], {
      cwd: rig.folder(),
      env: { RENDERCAST_URL: rig.server().url },
      input: JSON.stringify(plan),
    });
    expect(await piped.ended).toBe(0);
    const song = await readFile(join(rig.folder(), 'song.mp3'));
    expect(song.length).toBeGreaterThan(5_000);
    expect(await readFile(join(rig.folder(), 'same.mp3'))).toEqual(song);
  });

  it('refuses a plan that is none, with the field that is wrong', async () => {
    await writeFile(join(rig.folder(), 'plan.json'), '{"sections":[]}');
    expect(await rig.run('compose', 'plan.json')).toMatchObject({ code: 2, err: expect.stringContaining('sections') });
    await writeFile(join(rig.folder(), 'plan.json'), '{');
    expect(await rig.run('compose', 'plan.json')).toMatchObject({ code: 2, err: expect.stringContaining('not JSON') });
  });
});
