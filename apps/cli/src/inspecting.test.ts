import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createCommandRig, jsonLines } from './testing/command-rig.js';

const rig = createCommandRig();

/** Runs a line that the command printed, as a shell would. */
async function runLine(line: string, more: string): Promise<void> {
  const program = join(import.meta.dirname, '../bin/rendercast.js');
  const command = line.replaceAll(/\brendercast /g, `"${process.execPath}" "${program}" `);
  await promisify(execFile)('sh', ['-c', `${command} ${more}`], {
    cwd: rig.folder(),
    env: { ...process.env, RENDERCAST_URL: rig.server().url },
  });
}

describe('rendercast inspect', () => {
  it('says how a picture was made, and the line it prints makes the same picture again', async () => {
    const options = ['--size', '64x64', '--steps', '2', '--seed', '7', '--style', 'ink', '--negative', "a dog's bone"];
    expect(await rig.run('generate', 'two foxes & $HOME', ...options, '--out', 'fox.webp')).toMatchObject({ code: 0 });
    const { code, out } = await rig.run('inspect', 'fox.webp');
    expect(code).toBe(0);
    expect(out).toMatch(/^prompt +two foxes & \$HOME$/m);
    expect(out).toMatch(/^seed +7$/m);
    await runLine(out.trimEnd().split('\n').at(-1) ?? '', '--out again.webp');
    const recipes = jsonLines((await rig.run('inspect', '--json', 'fox.webp', 'again.webp')).out) as unknown as {
      format: string;
      recipe: { request: unknown };
    }[];
    expect(recipes.map(({ format }) => format)).toEqual(['webp', 'webp']);
    expect(recipes[1]?.recipe).toEqual(recipes[0]?.recipe);
  });

  it('reads the text of other programs, and says that it may not be all', async () => {
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
      'base64',
    );
    const body = Buffer.from('parameters\0a castle\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x768');
    const chunk = Buffer.alloc(12 + body.length);
    chunk.writeUInt32BE(body.length, 0);
    chunk.write('tEXt', 4, 'latin1');
    body.copy(chunk, 8);
    await writeFile(
      join(rig.folder(), 'other.png'),
      Buffer.concat([picture.subarray(0, 33), chunk, picture.subarray(33)]),
    );
    const { code, out } = await rig.run('inspect', 'other.png');
    expect(code).toBe(0);
    expect(out).toContain('another program');
    expect(out).toContain(
      "rendercast generate 'a castle' --size 512x768 --steps 20 --guidance 7 --sampler 'Euler a' --seed 5",
    );
  });

  it('ends with 1 when a file does not say, and with 2 when it cannot be read', async () => {
    await writeFile(join(rig.folder(), 'note.txt'), 'no picture');
    expect(await rig.run('inspect', 'note.txt')).toMatchObject({ code: 1, err: expect.stringContaining('not a kind') });
    expect(await rig.run('inspect', 'none.png')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be read'),
    });
    expect(await rig.run('inspect', '--plan', 'note.txt')).toMatchObject({ code: 1 });
  });
});
