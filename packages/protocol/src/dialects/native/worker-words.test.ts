import { describe, expect, test } from 'vitest';
import type { WorkerWord } from '../../worker/socket-messages.js';
import { createWorkerWords, MAX_WAITING_WORDS, wordKey } from './worker-words.js';

const held = { jobId: 'j_1', lease: '1.open' };
const report = (ref: string, rest: object): WorkerWord => ({ type: 'report', ref, ...held, ...rest });
const progress = (fraction: number) => ({ progress: { fraction } });
const stage = (name: string) => ({ stage: { stage: name } });

describe('the words about held jobs', () => {
  test('RC-WORKER-18: are carried out one at a time for each job, in their order, and those of another job do not wait', () => {
    const words = createWorkerWords();
    const first = report('1', stage('base'));
    expect(words.add(first)).toEqual({ word: first, refs: ['1'] });
    expect(words.add(report('2', stage('refiner')))).toBeNull();
    expect(words.add({ type: 'succeed', ...held })).toBeNull();
    const other: WorkerWord = { type: 'succeed', ref: 'x', ...held, jobId: 'j_2' };
    expect(words.add(other)).toEqual({ word: other, refs: ['x'] });
    expect(words.done(wordKey(held))).toMatchObject({ word: { ref: '2' }, refs: ['2'] });
    expect(words.done(wordKey(held))).toMatchObject({ word: { type: 'succeed' }, refs: [null] });
    expect(words.done(wordKey(held))).toBeNull();
    expect(words.add(first)).toEqual({ word: first, refs: ['1'] });
  });

  test('RC-WORKER-18: of reports that wait only the newest progress and preview are told, and no stage is left out', () => {
    const words = createWorkerWords();
    const preview = { preview: { mediaType: 'image/png' as const, width: 1, height: 1, base64: 'AA==' } };
    words.add(report('1', progress(0.1)));
    for (const word of [
      report('2', { ...stage('base'), ...progress(0.2) }),
      report('3', { ...progress(0.3), ...preview }),
      report('4', progress(0.4)),
      report('5', stage('refiner')),
      report('6', progress(0.5)),
    ])
      expect(words.add(word)).toBeNull();
    const [second, third, none] = [words.done(wordKey(held)), words.done(wordKey(held)), words.done(wordKey(held))];
    expect(second).toMatchObject({ refs: ['2', '3', '4'], word: { ...stage('base'), ...progress(0.4), ...preview } });
    expect(third).toMatchObject({ refs: ['5', '6'], word: { ...stage('refiner'), ...progress(0.5) } });
    expect(none).toBeNull();
  });

  test('RC-WORKER-20: that wait are bounded in number, over all jobs, and room comes back', () => {
    const words = createWorkerWords();
    words.add(report('0', {}));
    for (let count = 1; count <= MAX_WAITING_WORDS; count += 1) expect(words.add(report(`${count}`, {}))).toBeNull();
    expect(words.add(report('more', {}))).toBe('full');
    expect(words.done(wordKey(held))?.refs).toHaveLength(MAX_WAITING_WORDS);
    expect(words.add(report('again', {}))).toBeNull();
  });
});
