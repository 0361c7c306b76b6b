import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScreen } from '../testing/screen.js';
import { createLiveRegion } from './live-region.js';

describe('the live part of the terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const open = (columns = 40) => {
    const screen = createScreen(columns);
    const state = { lines: ['one', 'two'], columns };
    const region = createLiveRegion({
      write: (text) => screen.write(text),
      columns: () => state.columns,
      lines: () => state.lines,
    });
    return { screen, state, region };
  };
  const picture = (name: string, rows: number) => ({ rows, text: `${name}\n`.repeat(rows), erase: '' });

  it('replaces its lines and leaves what was printed above', () => {
    const { screen, state, region } = open();
    region.print('a word that stays');
    state.lines = ['three'];
    vi.advanceTimersByTime(50);
    expect(screen.text()).toBe('a word that stays\nthree\n');
    state.lines = ['the end'];
    region.close();
    expect(screen.text()).toBe('a word that stays\nthe end\n');
  });

  it('draws at most twenty times a second, however often it is asked, and shows the newest', () => {
    const { screen, state, region } = open();
    for (let ms = 0; ms < 1_000; ms += 1) {
      state.lines = [`at ${ms}`];
      region.refresh();
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(50);
    expect(screen.text()).toBe('at 999\n');
    expect(screen.writes()).toBeLessThanOrEqual(23);
    region.close();
  });

  it('keeps a picture above the lines, replaces it in its place and leaves it at the end', () => {
    const { screen, region } = open();
    region.setPicture(picture('fog', 3));
    vi.advanceTimersByTime(50);
    expect(screen.text()).toBe('fog\nfog\nfog\none\ntwo\n');
    region.setPicture(picture('fox', 2));
    region.print('said above');
    vi.advanceTimersByTime(50);
    expect(screen.text()).toBe('said above\nfox\nfox\none\ntwo\n');
    region.close();
    expect(screen.text()).toBe('said above\nfox\nfox\none\ntwo\n');
  });

  it('shows what came just before the end', () => {
    const { screen, region } = open();
    region.setPicture(picture('fox', 1));
    region.print('last words');
    region.close();
    expect(screen.text()).toBe('last words\nfox\none\ntwo\n');
    expect(screen.cursorShown()).toBe(true);
  });

  it('shows what came during a question that was never answered', () => {
    const { screen, region } = open();
    region.pause();
    screen.write('well? ');
    screen.write('\n');
    region.print('done');
    region.close();
    expect(screen.text()).toBe('well? \ndone\none\ntwo\n');
  });

  it('erases lines that wrapped when the terminal became narrower', () => {
    const { screen, state, region } = open(10);
    state.lines = ['123456789'];
    vi.advanceTimersByTime(500);
    expect(screen.text()).toBe('123456789\n');
    // The terminal wrapped the line itself; a screen of half the width shows it in two rows.
    const narrow = createScreen(5);
    narrow.write('123456789\n');
    screen.write = narrow.write;
    state.columns = 5;
    state.lines = ['1234'];
    vi.advanceTimersByTime(500);
    expect(narrow.text()).toBe('1234\n');
    region.close();
  });

  it('makes room for a question and comes back below it, with the cursor shown meanwhile', () => {
    const { screen, region } = open();
    expect(screen.cursorShown()).toBe(false);
    region.pause();
    expect(screen.cursorShown()).toBe(true);
    screen.write('well?\n');
    region.refresh();
    vi.advanceTimersByTime(2_000);
    expect(screen.text()).toBe('well?\n');
    region.resume();
    expect(screen.text()).toBe('well?\none\ntwo\n');
    region.close();
    expect(screen.cursorShown()).toBe(true);
  });
});
