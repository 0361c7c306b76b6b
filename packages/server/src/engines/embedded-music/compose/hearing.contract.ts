import type { CompositionPlan } from '@rendercast/protocol';
import fc from 'fast-check';
import type { Arrangement } from './arrange.js';
import type { Hit, Note, Part } from './score.js';
import { SAMPLE_RATE } from './timeline.js';

/** People play up to 80 ms early: notes in this reach before a border belong to what follows. */
const EARLY = Math.round(0.08 * SAMPLE_RATE);

/** A note with its place in beats of its section, as it is played. */
export type Heard<T> = T & { beat: number };

function inSection<T extends { startSample: number }>(
  { timeline }: Arrangement,
  section: number,
  list: readonly T[],
): Heard<T>[] {
  const grid = timeline.grids[section];
  if (!grid) return [];
  const from = section === 0 ? 0 : grid.startSample - EARLY;
  const to = section === timeline.grids.length - 1 ? Number.POSITIVE_INFINITY : grid.endSample - EARLY;
  return list
    .filter((one) => one.startSample >= from && one.startSample < to)
    .map((one) => ({ ...one, beat: (one.startSample - grid.startSample) / grid.samplesPerBeat }));
}

/** The notes of a part in one section. */
export const notesIn = (song: Arrangement, section: number, part: Part): Heard<Note>[] =>
  inSection(
    song,
    section,
    song.score.notes.filter((note) => note.part === part),
  );

/** The strokes of the drums in one section. */
export const hitsIn = (song: Arrangement, section: number): Heard<Hit>[] => inSection(song, section, song.score.hits);

/** Notes that were struck together: by the quarter beat on which they fall. */
export function chordsOf(notes: readonly Heard<Note>[]): Map<number, number[]> {
  const chords = new Map<number, number[]>();
  for (const { beat, pitch } of notes) {
    const place = Math.round(beat * 4) / 4;
    chords.set(place, [...(chords.get(place) ?? []), pitch]);
  }
  return chords;
}

/** The highest of the notes that are struck together: the tune, without a second voice under it. */
export function topLine(notes: readonly Heard<Note>[]): number[] {
  return [...chordsOf(notes)].sort(([a], [b]) => a - b).map(([, pitches]) => Math.max(...pitches));
}

const WORDS = [
  'pop',
  'sad piano',
  'heavy metal',
  'bossa nova',
  'waltz',
  '3/4',
  'no drums',
  'only piano',
  '120 bpm',
  '61 bpm',
  'f# minor',
  'techno',
  'ambient drone',
  'quiet',
  'massive',
  'jazzz',
  'снег',
  '爵士',
  'ohne Schlagzeug',
  'trap',
  'drums',
  'guitar',
  'bass',
  'choir',
  'salsa',
  '🎷',
];
const styleWord = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme', maxLength: 20 }));
const lyricLine = fc.oneof(
  fc.constantFrom(
    'the morning sun is rising',
    'oh',
    'Über den Wolken muss die Freiheit',
    '我爱你',
    '[solo]',
    '🎵 🎵',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
);
const section = fc.record({
  name: fc.oneof(
    fc.constantFrom(
      'Intro',
      'Verse 1',
      'Pre-Chorus',
      'Chorus',
      'Drop',
      'Bridge',
      'Breakdown',
      'Solo',
      'Outro',
      '副歌',
      'A',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  ),
  durationMs: fc.oneof(fc.integer({ min: 1000, max: 4000 }), fc.integer({ min: 4000, max: 45_000 })),
  positiveStyles: fc.array(styleWord, { maxLength: 2 }),
  negativeStyles: fc.array(styleWord, { maxLength: 2 }),
  lines: fc.array(lyricLine, { maxLength: 6 }),
});

/** Any plan that a request may hold, of moderate length. */
export const anyPlan: fc.Arbitrary<CompositionPlan> = fc.record({
  positiveStyles: fc.array(styleWord, { maxLength: 4 }),
  negativeStyles: fc.array(styleWord, { maxLength: 3 }),
  sections: fc.array(section, { minLength: 1, maxLength: 7 }),
});

/** How often properties are tried: a few times here, as often as the environment says elsewhere. */
export const TRIES = Number(process.env['RENDERCAST_TEST_RUNS'] ?? 12);
