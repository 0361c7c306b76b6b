import { describe, expect, it } from 'vitest';
import { createHeard, type Hearing } from './heard.js';

const at = (part: Hearing['part'], fraction = 0): Hearing => ({ part, fraction, shown: 'mine' });

describe('what a socket has heard', () => {
  it('opens a job once and in order, and not after progress', () => {
    const heard = createHeard();
    expect(['start', 'begun', 'start', 'begun'].map((part) => heard.isNews('j', at(part as Hearing['part'])))).toEqual([
      ...[true, true, false, false],
    ]);
    expect(heard.isNews('k', at('progress', 0.5))).toBe(true);
    expect([heard.isNews('k', at('start', 0.5)), heard.isNews('k', at('begun', 0.5))]).toEqual([false, false]);
  });

  it('never falls, and lets a job wait again before its start is told', () => {
    const heard = createHeard();
    expect([0.5, 0.4, 0.5, 0.6].map((part) => heard.isNews('j', at('progress', part)))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect([heard.isNews('k', at('waiting')), heard.isNews('k', at('start'))]).toEqual([true, true]);
  });

  it('ends a job once, with its last progress before that, whatever it is', () => {
    const heard = createHeard();
    heard.isNews('j', at('progress', 0.9));
    const parts = ['final', 'end', 'final', 'end', 'progress', 'start'] as const;
    expect(parts.map((part) => heard.isNews('j', at(part, 0.1)))).toEqual([true, true, false, false, false, false]);
  });

  it('knows what is open, and forgets what it is asked to', () => {
    const heard = createHeard();
    for (const id of ['a', 'b']) heard.isNews(id, at('progress', 0.5));
    heard.isNews('b', at('end'));
    expect([heard.knows('a'), heard.knows('c'), heard.open()]).toEqual([true, false, ['a']]);
    heard.forget((jobId, shown) => jobId === 'a' && shown === 'mine');
    expect([heard.knows('a'), heard.isNews('a', at('start'))]).toEqual([false, true]);
  });

  it('keeps a thousand ends and no more, so that a socket that stays open for ever costs no more', () => {
    const heard = createHeard();
    for (let n = 0; n < 5_000; n += 1) heard.isNews(`j${n}`, at('end'));
    expect([heard.knows('j4999'), heard.knows('j4000'), heard.knows('j3999'), heard.knows('j0')]).toEqual([
      ...[true, true, false, false],
    ]);
  });
});
