import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth, cutToCells, padToCells } from './cell-width.js';
import { printable } from './printable.js';
import { formatTable } from './table.js';
import { showsUnicode } from './terminal.js';

describe('text from elsewhere', () => {
  it('cannot command the terminal', () => {
    expect(printable('fox\x1b]0;owned\x07\x1b[2J\u009b31m\r\nnew line')).toBe('fox]0;owned[2J31m new line');
    expect(printable('abc\u202etxt.exe')).toBe('abctxt.exe');
  });

  it('keeps every letter of every script', () => {
    expect(printable('狐 fuchs лиса 🦊 ثعلب')).toBe('狐 fuchs лиса 🦊 ثعلب');
  });

  it('never holds a control character afterwards', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => !/\p{Cc}/u.test(printable(text))));
  });
});

describe('the width of text', () => {
  it('counts cells, not code units', () => {
    expect(cellWidth('fox')).toBe(3);
    expect(cellWidth('狐狸')).toBe(4);
    expect(cellWidth('🦊')).toBe(2);
    expect(cellWidth('👩‍👩‍👧')).toBe(2);
    expect(cellWidth('é')).toBe(1);
    expect(cellWidth('\x1b[32mgreen\x1b[39m')).toBe(5);
  });

  it('is never more than asked for after a cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (text, cells) => {
        const line = printable(text);
        expect(cellWidth(cutToCells(line, cells))).toBeLessThanOrEqual(cells);
      }),
    );
    expect(cutToCells('a red fox', 6)).toBe('a red…');
    expect(cutToCells('狐狸狐狸', 4)).toBe('狐…');
  });

  it('is exactly what was asked for after filling up', () => {
    expect(padToCells('狐', 4)).toBe('狐  ');
  });
});

describe('a terminal', () => {
  it('is believed to show block characters, but for the Linux console and the C locale', () => {
    expect(showsUnicode({ TERM: 'xterm' })).toBe(true);
    expect(showsUnicode({ TERM: 'xterm', LANG: 'de_DE.UTF-8' })).toBe(true);
    expect(showsUnicode({ TERM: 'xterm', LANG: 'C.UTF-8' })).toBe(true);
    expect(showsUnicode({ TERM: 'xterm', LC_ALL: 'C', LANG: 'de_DE.UTF-8' })).toBe(false);
    expect(showsUnicode({ TERM: 'linux' })).toBe(false);
  });
});

describe('a table', () => {
  it('has its columns in line, whatever the script', () => {
    expect(
      formatTable(
        ['ID', 'ABOUT'],
        [
          ['1', '狐'],
          ['22', 'fox'],
        ],
      ),
    ).toEqual(['ID  ABOUT', '1   狐', '22  fox']);
  });
});
