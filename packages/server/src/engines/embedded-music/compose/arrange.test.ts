import { LIMITS } from '@rendercast/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planOf } from '../listening.contract.js';
import { arrange } from './arrange.js';
import { anyPlan, notesIn, TRIES } from './hearing.contract.js';
import { ORCHESTRA } from './orchestra.js';
import { MODES, mod } from './scales.js';

const SONG = planOf(
  ['pop', '120 bpm', 'c major'],
  [
    ['Intro', 8000],
    ['Verse', 16_000],
    ['Chorus', 16_000],
    ['Verse', 16_000],
    ['Chorus', 16_000],
    ['Outro', 8000],
  ],
);

describe('an arrangement', () => {
  test('brings the melody of a section back when its role returns', () => {
    const song = arrange(SONG, 7);
    const heights = (section: number) =>
      notesIn(song, section, 'lead')
        .slice(0, 4)
        .map((note) => note.pitch);
    expect(heights(1).length).toBeGreaterThan(2);
    expect(heights(3)).toEqual(heights(1));
    expect(heights(2)).not.toEqual(heights(1));
  });

  test('plays more in a chorus than in an intro', () => {
    const song = arrange(SONG, 7);
    const parts = (section: number) =>
      (['bass', 'comp', 'second', 'pad', 'arp', 'lead', 'counter'] as const).filter(
        (part) => notesIn(song, section, part).length > 0,
      );
    expect(parts(2).length).toBeGreaterThan(parts(0).length);
  });

  test('keeps a melody in its key, but for tones of the chords', () => {
    const song = arrange(SONG, 7);
    const allowed = new Set<number>(MODES.major);
    for (const spans of song.chords) for (const span of spans) for (const tone of span.chord.tones) allowed.add(tone);
    for (const note of song.score.notes) if (note.part === 'lead') expect(allowed).toContain(mod(note.pitch, 12));
  });

  test('ends on the tonic, held to the end, with nothing struck after it', () => {
    const song = arrange(SONG, 7);
    const last = song.timeline.grids.at(-1);
    const closing = (last?.endSample ?? 0) - 4 * (last?.samplesPerBeat ?? 0);
    expect(song.chords.at(-1)?.at(-1)?.chord.name).toBe('C');
    expect(song.score.notes.filter((note) => note.startSample > closing + 4000)).toEqual([]);
    const held = song.score.notes.filter((note) => note.startSample > closing - 1500);
    expect(held.length).toBeGreaterThan(0);
    for (const note of held)
      expect(note.startSample + note.lengthSamples).toBeGreaterThan(song.timeline.totalSamples - 4000);
  });

  test('leaves the other sections as they were when one is changed', () => {
    const before = arrange(SONG, 7);
    const changed = arrange(
      {
        ...SONG,
        sections: SONG.sections.map((section, i) => (i === 2 ? { ...section, positiveStyles: ['quiet'] } : section)),
      },
      7,
    );
    expect(notesIn(before, 1, 'comp').length).toBeGreaterThan(10);
    expect(notesIn(changed, 1, 'comp')).toEqual(notesIn(before, 1, 'comp'));
    expect(notesIn(changed, 4, 'bass')).toEqual(notesIn(before, 4, 'bass'));
  });

  test('differs from seed to seed', () => {
    const tunes = [1, 2, 3, 4, 5, 6].map((seed) =>
      notesIn(arrange(SONG, seed), 2, 'lead')
        .slice(0, 8)
        .map((note) => note.pitch)
        .join(' '),
    );
    expect(new Set(tunes).size).toBeGreaterThanOrEqual(5);
  });
});

describe('any plan', () => {
  test('becomes a score within bounds, the same again for the same seed, with every border where the plan says', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(LIMITS.maxSeed), (plan, seed) => {
        const song = arrange(plan, seed);
        const { score, timeline } = song;
        let elapsedMs = 0;
        for (const [index, grid] of timeline.grids.entries()) {
          expect(Math.abs(grid.startSample - elapsedMs * 44.1)).toBeLessThan(1);
          elapsedMs += plan.sections[index]?.durationMs ?? 0;
        }
        expect(Math.abs(score.totalSamples - elapsedMs * 44.1)).toBeLessThan(1);
        expect(score.notes.length + score.hits.length).toBeGreaterThan(0);
        let before = 0;
        for (const note of score.notes) {
          const instrument = score.instruments[note.part];
          expect(instrument).toBeDefined();
          const [low, high] = ORCHESTRA[instrument ?? 'piano'].range;
          expect(note.pitch).toBeGreaterThanOrEqual(low);
          expect(note.pitch).toBeLessThanOrEqual(high);
          expect(note.velocity).toBeGreaterThan(0);
          expect(note.velocity).toBeLessThanOrEqual(1);
          expect(note.startSample).toBeGreaterThanOrEqual(before);
          expect(note.lengthSamples).toBeGreaterThan(0);
          expect(note.startSample + note.lengthSamples).toBeLessThanOrEqual(score.totalSamples);
          before = note.startSample;
        }
        for (const hit of score.hits) expect(hit.startSample).toBeLessThan(score.totalSamples);
        expect(arrange(plan, seed)).toEqual(song);
      }),
      { numRuns: TRIES },
    );
  });

  test('that leaves nobody to play is played by somebody all the same', () => {
    const plan = planOf(
      ['only piano'],
      [
        ['Verse', 4000, { negativeStyles: ['piano'], lines: ['[solo]', '...'] }],
        ['Intro', 4000, { negativeStyles: ['drums', 'bass', 'chords', 'pad', 'arp', 'melody', 'vocals'] }],
      ],
    );
    const song = arrange(plan, 0);
    for (const section of [0, 1]) {
      const heard = (['comp', 'second', 'pad', 'lead'] as const).flatMap((part) => notesIn(song, section, part));
      expect(heard.length).toBeGreaterThan(0);
    }
  });

  test('has something to hear within its first bars and in every section', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(LIMITS.maxSeed), (plan, seed) => {
        const { score, timeline } = arrange(plan, seed);
        const starts = [...score.notes, ...score.hits].map((one) => one.startSample);
        for (const grid of timeline.grids) {
          const sounds = starts.some((at) => at >= grid.startSample - 4000 && at < grid.endSample);
          const held = score.notes.some(
            (note) => note.startSample < grid.startSample && note.startSample + note.lengthSamples > grid.startSample,
          );
          expect(sounds || held).toBe(true);
        }
      }),
      { numRuns: TRIES },
    );
  });
});
