import { describe, expect, test } from 'vitest';
import { planOf } from '../listening.contract.js';
import { arrange } from './arrange.js';
import { MODES, mod } from './scales.js';
import type { Note, Part } from './score.js';

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

const inSection = (arrangement: ReturnType<typeof arrange>, section: number, part: Part): Note[] => {
  const grid = arrangement.timeline.grids[section];
  if (!grid) return [];
  // People play up to 20 ms early.
  return arrangement.score.notes.filter(
    (note) =>
      note.part === part && note.startSample >= grid.startSample - 882 && note.startSample < grid.endSample - 882,
  );
};

describe('an arrangement', () => {
  test('brings the melody of a section back when its role returns', () => {
    const song = arrange(SONG, 7);
    const heights = (section: number) =>
      inSection(song, section, 'lead')
        .slice(0, 4)
        .map((note) => note.pitch);
    expect(heights(1).length).toBeGreaterThan(2);
    expect(heights(3)).toEqual(heights(1));
    expect(heights(2)).not.toEqual(heights(1));
  });

  test('plays more in a chorus than in an intro', () => {
    const song = arrange(SONG, 7);
    const parts = (section: number) =>
      (['bass', 'comp', 'pad', 'arp', 'lead'] as const).filter((part) => inSection(song, section, part).length > 0);
    expect(parts(2).length).toBeGreaterThan(parts(0).length);
  });

  test('puts the roots of the chords in the bass, on the beats where the chords change', () => {
    const song = arrange(SONG, 7);
    const grid = song.timeline.grids[2];
    for (const span of song.chords[2] ?? []) {
      const at = (grid?.startSample ?? 0) + span.beat * (grid?.samplesPerBeat ?? 0);
      const struck = inSection(song, 2, 'bass').find((note) => Math.abs(note.startSample - at) < 2000);
      expect(mod(struck?.pitch ?? -1, 12)).toBe(span.chord.root);
    }
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
    const pitches = (song: ReturnType<typeof arrange>) =>
      inSection(song, 1, 'comp')
        .map((note) => note.pitch)
        .sort((a, b) => a - b);
    expect(pitches(changed)).toEqual(pitches(before));
  });

  test('gives each syllable one note', () => {
    const song = arrange(
      planOf(['folk'], [['Verse', 16_000, { lines: ['oh my love is far away', 'and the night is long'] }]]),
      3,
    );
    expect(inSection(song, 0, 'voice')).toHaveLength(7 + 5);
  });
});
