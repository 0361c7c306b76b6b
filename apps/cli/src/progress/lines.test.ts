import type { Job, Levels } from '@rendercast/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../terminal/cell-width.js';
import { barLine, drawBar, type LineStyle } from './bar-line.js';
import { createChangeLines, plainLine } from './change-line.js';
import { describeJob, type Now, type Watched } from './describe-job.js';

const now: Now = { wallMs: Date.parse('2026-01-02T03:04:30.000Z'), monotonicMs: 50_000 };
const same = (text: string) => text;
const plain = { dim: same, bold: same, green: same, red: same, yellow: same, cyan: same };
const style = (columns: number): LineStyle => ({ columns, unicode: true, paint: plain });

function job(changes: Partial<Job> = {}): Job {
  return {
    id: 'j1',
    clientId: null,
    owner: 'local',
    kind: 'image',
    via: 'native',
    state: 'queued',
    engine: 'auto',
    ranOn: null,
    request: { prompt: 'a red fox' },
    seed: 1,
    priority: 0,
    tags: [],
    favorite: false,
    batch: null,
    retryOf: null,
    attempt: 0,
    failures: 0,
    canceling: false,
    stage: null,
    stageIndex: null,
    stageCount: null,
    steps: null,
    outputs: [],
    error: null,
    progress: null,
    timings: null,
    createdAt: '2026-01-02T03:04:18.000Z',
    startBy: null,
    notBefore: null,
    startedAt: null,
    endedAt: null,
    removed: false,
    seq: 1,
    ...changes,
  };
}

const running = (changes: Partial<Job> = {}) =>
  job({
    state: 'running',
    attempt: 1,
    startedAt: '2026-01-02T03:04:20.000Z',
    stage: 'base_model',
    stageIndex: 1,
    stageCount: 2,
    steps: 38,
    seq: 3,
    ...changes,
  });

const progress = (fraction: number | null, etaMs: number | null, step: number | null = 16): Levels => ({
  progress: {
    kind: 'progress',
    attempt: 1,
    after: 3,
    tick: 1,
    fraction,
    stage: 'base_model',
    step,
    steps: 38,
    etaMs,
    elapsedMs: 9_000,
  },
});

const place = (position: number | null, reason: 'in_line' | 'paused' | 'backoff', message = ''): Levels => ({
  place: { kind: 'place', attempt: 0, after: 1, tick: 1, position, waiting: 7, reason, message },
});

const watched = (which: Job, levels: Levels = {}, progressAtMs: number | null = null): Watched => ({
  job: which,
  levels,
  progressAtMs,
});
const line = (which: Watched, columns = 120) => barLine(describeJob(which, now), style(columns));

describe('the live line', () => {
  it('shows stage, bar, percent, step, time left and elapsed', () => {
    expect(line(watched(running(), progress(0.425, 12_000), 50_000))).toBe(
      'base_model 1/2 ██████████▏░░░░░░░░░░░░░  42 % · step 16/38 · 12 s left · 9 s so far',
    );
  });

  it('lets the times run on from the newest report, never below zero, while the bar waits for the engine', () => {
    const later = line(watched(running(), progress(0.425, 2_500), 45_000));
    expect(later).toContain('42 % · step 16/38 · <1 s left · 14 s so far');
  });

  it('says unknown where the engine does not tell', () => {
    const text = line(watched(running(), progress(null, null, null), 50_000));
    expect(text).toBe(
      'base_model 1/2 ························  progress unknown · 38 steps · time left unknown · 9 s so far',
    );
    expect(text).not.toMatch(/%/);
  });

  it('never says 100 % before the end', () => {
    expect(line(watched(running(), progress(0.9999, 10), 50_000))).toContain('99 %');
  });

  it('shows the place in the line', () => {
    expect(line(watched(job(), place(3, 'in_line')))).toBe('queued  3rd of 7 in line · waiting 12 s');
    expect(line(watched(job(), place(1, 'in_line')))).toBe('queued  next in line · waiting 12 s');
    expect(line(watched(job(), place(11, 'in_line')))).toContain('11th of 7');
    expect(line(watched(job(), place(null, 'paused', 'the queue is paused')))).toContain('the queue is paused');
  });

  it('shows a retry with its reason and when it comes', () => {
    const waiting = job({
      attempt: 1,
      failures: 1,
      error: { code: 'out_of_memory', message: 'The engine ran out of memory.', retryable: true },
      notBefore: '2026-01-02T03:04:34.000Z',
    });
    expect(line(watched(waiting, place(null, 'backoff', 'soon')))).toBe(
      'waiting to try again  try 2 after The engine ran out of memory. · again in 4 s · waiting 12 s',
    );
    expect(line(watched(running({ attempt: 2 }), {}))).toContain('try 2');
  });

  it('shows that a cancel is on its way', () => {
    expect(line(watched(running({ canceling: true }), progress(0.5, 1_000), 50_000))).toMatch(/^canceling █/);
  });

  it('tells how a job ended', () => {
    const timings = { queuedMs: 1, runMs: 14_200, totalMs: 14_201 };
    expect(line(watched(job({ state: 'succeeded', timings })))).toBe('done  14 s');
    const error = { code: 'engine_failed', message: 'broken\x1b[2J', retryable: true };
    expect(line(watched(job({ state: 'failed', error, timings })))).toBe('failed  engine_failed: broken[2J · 14 s');
  });

  it('leaves out the least important first when the terminal is narrow', () => {
    const which = watched(running(), progress(0.425, 12_000), 50_000);
    expect(line(which, 80)).toBe('base_model 1/2 ██████▊░░░░░░░░░  42 % · step 16/38 · 12 s left · 9 s so far');
    expect(line(which, 70)).toBe('base_model 1/2 █████▉░░░░░░░░  42 % · step 16/38 · 12 s left');
    expect(line(which, 44)).toMatch(/ {2}42 % · 12 s left$/);
    expect(line(which, 24)).toBe('base_model 1/2  42 %');
    expect(line(which, 10)).toBe('base_mod…');
  });

  it('never is wider than the terminal, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 200 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        (stage, message, columns, fraction) => {
          const levels = progress(fraction, null);
          const error = { code: 'engine_failed', message, retryable: false };
          for (const which of [running({ stage }), job({ state: 'failed', error }), job({ failures: 1, error })]) {
            expect(cellWidth(line(watched(which, levels, 0), columns))).toBeLessThan(columns);
          }
        },
      ),
    );
  });
});

describe('the bar', () => {
  it('fills in eighths of a cell, or in whole cells of ASCII', () => {
    expect(drawBar(0, 4, style(80))).toBe('░░░░');
    expect(drawBar(0.5, 4, style(80))).toBe('██░░');
    expect(drawBar(0.53125, 4, style(80))).toBe('██▏░');
    expect(drawBar(1, 4, style(80))).toBe('████');
    expect(drawBar(0.5, 4, { unicode: false, paint: plain })).toBe('##--');
  });

  it('keeps its length for any fraction', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), fc.integer({ min: 1, max: 60 }), (fraction, cells) => {
        expect(cellWidth(drawBar(fraction, cells, style(80)))).toBe(cells);
      }),
    );
  });
});

describe('lines for a log', () => {
  it('come on a change only: state, stage, tenth of the way', () => {
    const lines = createChangeLines();
    const seen = [
      watched(job(), place(2, 'in_line')),
      watched(job(), place(2, 'in_line')),
      watched(job(), place(1, 'in_line')),
      watched(running(), progress(0.41, 9_000), 50_000),
      watched(running(), progress(0.44, 8_000), 50_000),
      watched(running(), progress(0.51, 7_000), 50_000),
      watched(running({ stage: 'refiner', stageIndex: 2 }), progress(0.52, 6_000), 50_000),
      watched(job({ state: 'succeeded' })),
      watched(job({ state: 'succeeded' })),
    ].map((which) => lines.next(which, now));
    expect(seen).toEqual([
      'queued: 2nd of 7 in line, waiting 12 s',
      null,
      'queued: next in line, waiting 12 s',
      'base_model 1/2: 41 %, step 16/38, 9 s left, 9 s so far',
      null,
      'base_model 1/2: 51 %, step 16/38, 7 s left, 9 s so far',
      'refiner 2/2: 52 %, step 16/38, 6 s left, 9 s so far',
      'done',
      null,
    ]);
  });

  it('hold no bar and no control characters', () => {
    const text = plainLine(describeJob(watched(running({ stage: 'a\nb' }), progress(0.5, 1)), now));
    expect(text).toMatch(/^a b 1\/2: 50 %/);
  });
});
