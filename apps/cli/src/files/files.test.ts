import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFormatOf, musicFormatOf, outPaths } from './out-names.js';
import { checkWritable, parseOut, writeWhole } from './write-whole.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendercast-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('names of results', () => {
  const file = (path: string) => ({ to: 'file', path }) as const;

  it('are the one that was asked for, numbered when there are several', () => {
    expect(outPaths(file('fox.png'), 'j1', [{ name: 'a.png' }])).toEqual(['fox.png']);
    const two = [{ name: 'a.png' }, { name: 'b.png' }];
    expect(outPaths(file('my.dir/fox'), 'j1', two)).toEqual(['my.dir/fox-1', 'my.dir/fox-2']);
    expect(outPaths(file('fox.png'), 'j1', two)).toEqual(['fox-1.png', 'fox-2.png']);
  });

  it('come from the job where none was asked for, never from a path that the server sent', () => {
    const names = [{ name: '../../etc/passwd' }, { name: 'x.p/n*g' }];
    expect(outPaths({ to: 'folder', path: 'out' }, '../j', names)).toEqual([
      'out/rendercast-j-1',
      'out/rendercast-j-2',
    ]);
    expect(outPaths({ to: 'folder', path: '.' }, 'j1', [{ name: 'a.png' }])).toEqual(['rendercast-j1.png']);
  });

  it('decide the format', () => {
    expect(imageFormatOf(file('fox.JPG'))).toBe('jpeg');
    expect(imageFormatOf(file('fox'))).toBeUndefined();
    expect(imageFormatOf({ to: 'stdout' })).toBeUndefined();
    expect(musicFormatOf(file('song.flac'))).toBe('flac');
    expect(() => imageFormatOf(file('fox.gif'))).toThrow('png, webp, jpg, jpeg');
  });
});

describe('a result on disk', () => {
  const body = [Uint8Array.of(1, 2), Uint8Array.of(3)];

  it('appears whole and leaves nothing beside it', async () => {
    await writeWhole(join(folder, 'fox.png'), body);
    expect(await readFile(join(folder, 'fox.png'))).toEqual(Buffer.of(1, 2, 3));
    expect(await readdir(folder)).toEqual(['fox.png']);
  });

  it('never replaces a file unless that was asked for', async () => {
    const path = join(folder, 'fox.png');
    await writeFile(path, 'older');
    await expect(writeWhole(path, body)).rejects.toThrow('--force');
    expect(await readFile(path, 'utf8')).toBe('older');
    expect(await readdir(folder)).toEqual(['fox.png']);
    await writeWhole(path, body, { replace: true });
    expect(await readFile(path)).toEqual(Buffer.of(1, 2, 3));
  });

  it('is not there at all when its bytes break off', async () => {
    async function* breaking() {
      yield Uint8Array.of(1);
      throw new Error('cut');
    }
    await expect(writeWhole(join(folder, 'fox.png'), breaking())).rejects.toThrow('cut');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is checked for room before the work begins', async () => {
    await writeFile(join(folder, 'taken.png'), '');
    await expect(checkWritable({ files: [join(folder, 'taken.png')] }, false)).rejects.toThrow('exists already');
    await checkWritable({ files: [join(folder, 'taken.png')] }, true);
    await checkWritable({ files: [join(folder, 'free.png')] }, false);
    await expect(checkWritable({ folder: join(folder, 'nowhere') }, false)).rejects.toThrow('cannot be written to');
  });

  it('goes where --out says', async () => {
    expect(await parseOut('-')).toEqual({ to: 'stdout' });
    expect(await parseOut(undefined)).toEqual({ to: 'folder', path: '.' });
    expect(await parseOut(folder)).toEqual({ to: 'folder', path: folder });
    expect(await parseOut('new/')).toEqual({ to: 'folder', path: 'new/' });
    expect(await parseOut('fox.png')).toEqual({ to: 'file', path: 'fox.png' });
  });
});
