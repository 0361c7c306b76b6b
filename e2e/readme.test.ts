import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from './support/house.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** The README's commands and programs, run as they stand, but for the port. */
describe('the README', () => {
  let house: House;
  let scratch: string;
  let blocks: { language: string; text: string }[];

  beforeAll(async () => {
    // A short heartbeat, as a pipe notices that its reader has gone at the next write only.
    house = await startHouse({ heartbeatMs: 500 });
    // Inside the tree, so that programs find the packages by name.
    scratch = await mkdtemp(join(root, 'node_modules', '.readme-'));
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = '', text = '']) => ({
      language,
      text,
    }));
  });
  afterAll(async () => {
    await house.stop();
    await rm(scratch, { recursive: true });
  });

  const block = (language: string, holds: string): string => {
    const found = blocks.find((each) => each.language === language && each.text.includes(holds));
    if (found === undefined) throw new Error(`the README has no ${language} block with ${holds}`);
    return found.text;
  };

  const shell = (script: string) =>
    run('bash', ['-euc', script], {
      cwd: root,
      env: { ...process.env, RENDERCAST_URL: house.url, NO_COLOR: '1' },
      timeout: 60_000,
    });

  it('generates the picture', async () => {
    const file = join(scratch, 'fox.png');
    const { stdout, stderr } = await shell(block('sh', 'rendercast generate').replace('fox.png', file));
    expect(stdout + stderr).toContain('100 %');
    expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 512 });
  }, 70_000);

  it('composes the song', async () => {
    const file = join(scratch, 'song.mp3');
    await shell(block('sh', 'rendercast compose').replace('song.mp3', file));
    expect((await stat(file)).size).toBeGreaterThan(100_000);
  }, 70_000);

  it('runs the program', async () => {
    const program = join(scratch, 'program.mts');
    await writeFile(program, block('ts', 'createClient').replace('http://localhost:8000', house.url));
    const { stdout } = await run(process.execPath, ['--import', 'tsx', program], { cwd: root, timeout: 60_000 });
    const lines = stdout.trim().split('\n');
    // How many levels are seen depends on how fast the picture was; one is always told with the end.
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-2)).toMatch(/^(base|refiner)_model \d+ [\d.]+$/);
    expect(lines.at(-1)).toMatch(/^http.*\/v1\/artifacts\/a_/);
  }, 70_000);

  it('talks over plain HTTP', async () => {
    const [submit = '', follow = ''] = block('sh', 'curl -N')
      .replaceAll('localhost:8000', house.url.replace('http://', ''))
      .split(/\n(?=curl -N)/);
    const { stdout } = await shell(submit);
    expect(JSON.parse(stdout)).toMatchObject({ job: { clientId: 'my-fox', state: 'queued' } });
    // The stream stays open, as a job can still be edited: the first end of it is enough.
    const heard = await shell(`${follow.trim()} | grep -m1 -E '"type":"succeeded"|"state":"succeeded"'`);
    expect(heard.stdout).toContain('succeeded');
  }, 70_000);

  it('names only files that are there', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect((await stat(join(root, target))).size, target).toBeGreaterThan(0);
  });
});
