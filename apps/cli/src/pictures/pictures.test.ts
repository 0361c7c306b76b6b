import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { detectPictures, hasTrueColour } from './detect.js';
import { encodeBlocks, encodeIterm, encodeKitty, fitBox } from './encode.js';
import { createPictureMaker } from './picture.js';

describe('what a terminal can show', () => {
  it.each([
    [{ TERM: 'xterm-kitty' }, 'kitty'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    [{ TERM: 'xterm-256color', KONSOLE_VERSION: '230801' }, 'kitty'],
    [{ TERM: 'xterm-256color', KONSOLE_VERSION: '211200' }, 'blocks'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'iterm'],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'iterm'],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/tmux', KITTY_WINDOW_ID: '1' }, 'blocks'],
    [{ TERM: 'xterm', COLORTERM: 'truecolor' }, 'blocks'],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'vt100' }, 'none'],
    [{ TERM: 'dumb' }, 'none'],
    [{}, 'none'],
  ] as const)('%j shows %s', (env, protocol) => expect(detectPictures(env, true)).toBe(protocol));

  it('is nothing where there is no terminal', () => {
    expect(detectPictures({ TERM: 'xterm-kitty' }, false)).toBe('none');
  });

  it('is 24 bits of colour only where the terminal says so', () => {
    expect(hasTrueColour({ COLORTERM: 'truecolor' })).toBe(true);
    expect(hasTrueColour({ TERM: 'xterm-256color' })).toBe(false);
  });
});

describe('the kitty protocol', () => {
  it('sends the picture in chunks of 4096 characters that join to the file', () => {
    const png = Uint8Array.from({ length: 10_000 }, (_, index) => index % 251);
    const frames = encodeKitty(png, { columns: 20, rows: 10 }, 7)
      .split('\x1b\\')
      .filter((frame) => frame !== '');
    expect(frames.map((frame) => frame.slice(0, frame.indexOf(';')))).toEqual([
      '\x1b_Ga=T,f=100,i=7,p=1,c=20,r=10,C=1,q=2,m=1',
      '\x1b_Gm=1,q=2',
      '\x1b_Gm=1,q=2',
      '\x1b_Gm=0,q=2',
    ]);
    const parts = frames.map((frame) => frame.slice(frame.indexOf(';') + 1));
    expect(parts.every((part) => part.length <= 4096)).toBe(true);
    expect(Buffer.from(parts.join(''), 'base64')).toEqual(Buffer.from(png));
  });

  it('sends a small picture in one', () => {
    expect(encodeKitty(Uint8Array.of(1, 2, 3), { columns: 2, rows: 1 }, 7)).toBe(
      '\x1b_Ga=T,f=100,i=7,p=1,c=2,r=1,C=1,q=2,m=0;AQID\x1b\\',
    );
  });
});

describe('the iTerm2 protocol', () => {
  it('names size and place, and puts the cursor back', () => {
    expect(encodeIterm(Uint8Array.of(1, 2, 3), { columns: 20, rows: 10 })).toBe(
      '\x1b7\x1b]1337;File=inline=1;size=3;width=20;height=10;preserveAspectRatio=1:AQID\x07\x1b8',
    );
  });
});

describe('half blocks', () => {
  const pixels = { width: 2, height: 2, rgb: Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255) };

  it('put two rows of pixels into one row of cells and repeat no colour', () => {
    expect(encodeBlocks(pixels, true)).toEqual(['\x1b[38;2;255;0;0;48;2;0;0;255m▀▀\x1b[0m']);
  });

  it('fall back to the palette of 256', () => {
    expect(encodeBlocks(pixels, false)).toEqual(['\x1b[38;5;196;48;5;21m▀▀\x1b[0m']);
  });

  it('leave the ground below an odd last row alone', () => {
    expect(encodeBlocks({ width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) }, true)).toEqual([
      '\x1b[38;2;1;2;3;49m▀\x1b[0m',
    ]);
  });
});

describe('the place of a picture', () => {
  it('keeps its shape in cells that are twice as high as wide', () => {
    expect(fitBox(512, 512, { columns: 80, rows: 16 })).toEqual({ columns: 32, rows: 16 });
    expect(fitBox(1024, 512, { columns: 40, rows: 16 })).toEqual({ columns: 40, rows: 10 });
    expect(fitBox(64, 4096, { columns: 40, rows: 16 })).toEqual({ columns: 1, rows: 16 });
  });
});

describe('a picture for the terminal', () => {
  const red = () =>
    sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 1 } } });

  it('is drawn from any format', async () => {
    for (const file of [await red().png().toBuffer(), await red().webp({ lossless: true }).toBuffer()]) {
      const drawn = await createPictureMaker('blocks', { COLORTERM: 'truecolor' }, 1).draw(file, {
        columns: 4,
        rows: 2,
      });
      const line = '\x1b[38;2;255;0;0;48;2;255;0;0m▀▀▀▀\x1b[0m\n';
      expect(drawn).toEqual({ rows: 2, text: line + line, erase: '' });
    }
  });

  it('is a PNG for kitty, in room that was made first', async () => {
    const drawn = await createPictureMaker('kitty', {}, 9).draw(await red().webp().toBuffer(), { columns: 4, rows: 2 });
    expect(drawn?.text).toMatch(/^\n\n\x1b\[2A\x1b_Ga=T,f=100,i=9.*;iVBOR/);
    expect(drawn?.text.endsWith('\x1b[2B')).toBe(true);
    expect(drawn?.erase).toBe('\x1b_Ga=d,d=I,i=9,q=2\x1b\\');
  });

  it('is nothing for bytes that are no picture', async () => {
    expect(await createPictureMaker('blocks', {}, 1).draw(Uint8Array.of(1, 2, 3), { columns: 4, rows: 2 })).toBeNull();
  });
});
