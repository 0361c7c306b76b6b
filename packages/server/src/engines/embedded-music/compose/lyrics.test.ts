import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planOf } from '../listening.contract.js';
import { syllablesOf, wordsOf } from '../plan/syllables.js';
import { arrange } from './arrange.js';
import { anyPlan, notesIn, TRIES, topLine } from './hearing.contract.js';
import { placeSyllables } from './lyric-rhythm.js';

const LINES = [
  'the morning sun is rising',
  'over the silver sea',
  'I never knew the meaning',
  'of being wild and free',
];
const song = arrange(planOf(['pop', '120 bpm'], [['Verse', 16_000, { lines: LINES }]]), 3);

describe('lyrics', () => {
  test('have one note for each syllable', () => {
    const count = LINES.flatMap((line) => syllablesOf(line)).length;
    expect(notesIn(song, 0, 'voice')).toHaveLength(count);
  });

  test('put weight on strong beats: stressed syllables fall on beats more often than light ones', () => {
    const lines = LINES.map((line) => syllablesOf(line));
    const placed = lines.flatMap((syllables) => placeSyllables(syllables, 8, 4));
    const share = (stressed: boolean) => {
      const some = placed.filter(({ syllable }) => syllable.stressed === stressed);
      return some.filter(({ beat }) => beat % 1 === 0).length / some.length;
    };
    expect(share(true)).toBeGreaterThan(0.75);
    expect(share(true)).toBeGreaterThan(share(false) + 0.3);
  });

  test('end each line with a long note and a rest', () => {
    for (const line of LINES) {
      const placed = placeSyllables(syllablesOf(line), 8, 4);
      const last = placed.at(-1);
      expect((last?.beat ?? 0) + (last?.beats ?? 0)).toBeLessThanOrEqual(7.2);
      expect(last?.beats ?? 0).toBeGreaterThanOrEqual(0.45);
    }
  });

  test('come back with the time of each line and word', () => {
    expect(song.score.lyrics.map(({ text }) => text)).toEqual(LINES);
    for (const line of song.score.lyrics) {
      expect(line.words.map(({ text }) => text)).toEqual(wordsOf(line.text).map(({ text }) => text));
      const times = line.words.flatMap(({ startMs, endMs }) => [startMs, endMs]);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBe(line.startMs);
      expect(times.at(-1)).toBe(line.endMs);
    }
  });

  test('are sung when their notes sound', () => {
    const notes = notesIn(song, 0, 'voice').map((note) => (note.startSample * 1000) / 44_100);
    for (const { words } of song.score.lyrics)
      for (const word of words) expect(notes.some((at) => Math.abs(at - word.startMs) < 60)).toBe(true);
  });

  test('of a chorus are sung to the same tune when it returns', () => {
    const words = { lines: LINES.slice(0, 2) };
    const twice = arrange(
      planOf(
        ['folk', '120 bpm', 'c major'],
        [
          ['Chorus', 16_000, words],
          ['Verse', 16_000],
          ['Chorus', 16_000, words],
        ],
      ),
      8,
    );
    const tune = (section: number) => topLine(notesIn(twice, section, 'voice'));
    expect(tune(0).length).toBeGreaterThan(10);
    // The last bars may differ: the song closes there.
    expect(tune(2).slice(0, 6)).toEqual(tune(0).slice(0, 6));
  });

  test('leave room for an instrument to answer where there are few of them', () => {
    const sparse = arrange(
      planOf(['pop', '120 bpm'], [['Verse', 32_000, { lines: ['hello there', 'goodbye now'] }]]),
      2,
    );
    expect(notesIn(sparse, 0, 'voice').length).toBe(6);
    expect(notesIn(sparse, 0, 'lead').length).toBeGreaterThan(2);
  });

  test('that only direct are not sung', () => {
    const directed = arrange(planOf(['pop'], [['Verse', 16_000, { lines: ['[Guitar solo]', 'sing it'] }]]), 2);
    expect(directed.score.lyrics.map(({ text }) => text)).toEqual(['sing it']);
  });

  test('of any plan keep count, order and section', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(10_000), (plan, seed) => {
        const { score, timeline } = arrange(plan, seed);
        const wanted = plan.sections.flatMap((section) =>
          section.lines.filter((line) => wordsOf(line).length > 0 && !/^\s*[[{].*[\]}]\s*$/u.test(line)),
        );
        expect(score.lyrics.map(({ text }) => text)).toEqual(wanted);
        let before = 0;
        for (const line of score.lyrics) {
          const grid = timeline.grids[line.section];
          expect(line.startMs).toBeGreaterThanOrEqual(before);
          expect(line.endMs).toBeGreaterThanOrEqual(line.startMs);
          expect(line.startMs).toBeGreaterThanOrEqual(Math.floor((grid?.startSample ?? 0) / 44.1));
          expect(line.endMs).toBeLessThanOrEqual(Math.ceil((grid?.endSample ?? 0) / 44.1));
          before = line.startMs;
        }
      }),
      { numRuns: TRIES },
    );
  });
});
