import { describe, expect, test } from 'vitest';
import { planOf } from '../listening.contract.js';
import { type Arrangement, arrange } from './arrange.js';
import { FAMILIES, FAMILY_NAMES, type FamilyName } from './families.js';
import { chordsOf, hitsIn, notesIn, topLine } from './hearing.contract.js';
import { mod } from './scales.js';

/** A song of a style with sections of eight bars at its usual tempo, whatever that is. */
function songOf(family: FamilyName, seed: number): Arrangement {
  const bar = (4 * 60_000) / FAMILIES[family].tempo[1];
  const eight = Math.round(8 * bar);
  const plan = planOf(
    [FAMILIES[family].title],
    [
      ['Intro', Math.round(4 * bar)],
      ['Verse', eight],
      ['Chorus', eight],
      ['Verse', eight],
      ['Chorus', eight],
      ['Outro', Math.round(4 * bar)],
    ],
  );
  return arrange(plan, seed);
}

const SEEDS = [1, 2, 3];
const each = FAMILY_NAMES.flatMap((family) => SEEDS.map((seed) => [family, seed] as const));
/** Swing and hands: how far from its place a note may be played, in beats. */
const NEAR = 0.2;

describe.each(each)('%s, seed %i', (family, seed) => {
  const song = songOf(family, seed);
  const style = FAMILIES[family];

  test('has the root of each chord in the bass where the chord begins', () => {
    for (const section of [2, 4]) {
      const bass = notesIn(song, section, 'bass');
      const spans = song.chords[section] ?? [];
      expect(bass.length).toBeGreaterThan(0);
      const rooted = spans.filter((span, index) => {
        const end = spans[index + 1]?.beat ?? Number.POSITIVE_INFINITY;
        const first = bass.find((note) => note.beat > span.beat - NEAR && note.beat < end - NEAR);
        return first !== undefined && mod(first.pitch, 12) === span.chord.root;
      });
      expect(rooted.length / spans.length).toBeGreaterThanOrEqual(0.95);
    }
  });

  // Others keep out of its way on purpose: off-beats in house, quarters in jazz.
  if (style.groove !== null && ['kick', 'roots8', 'alternate'].includes(style.bass.style))
    test('ties the bass to the kick drum', () => {
      const kicks = hitsIn(song, 2).filter((hit) => hit.sound === 'kick' && hit.velocity > 0.45);
      const bass = notesIn(song, 2, 'bass');
      const tied = kicks.filter((kick) => bass.some((note) => Math.abs(note.beat - kick.beat) < NEAR));
      expect(kicks.length).toBeGreaterThan(4);
      expect(tied.length / kicks.length).toBeGreaterThan(0.6);
    });

  test('leads its voices: no voice of a chord leaps over an octave', () => {
    for (const part of ['comp', 'pad', 'second'] as const) {
      let before: number[] = [];
      for (const pitches of chordsOf(notesIn(song, 2, part)).values()) {
        const sorted = [...new Set(pitches)].sort((a, b) => a - b);
        if (sorted.length < 3) continue;
        if (before.length === sorted.length) {
          for (const [i, pitch] of sorted.entries())
            expect(Math.abs(pitch - (before[i] ?? pitch))).toBeLessThanOrEqual(12);
        }
        before = sorted;
      }
    }
  });

  test('closes on the tonic, and leans on the dominant before another section where the style has cadences', () => {
    const { key } = song.direction;
    const roots = (section: number) => (song.chords[section] ?? []).map((span) => span.chord.root);
    const last = song.direction.sections.at(-1);
    expect(roots(5).at(-1)).toBe(mod(key.tonic + (last?.lift ?? 0), 12));
    if (style.cadence === 'none') return;
    for (const section of [1, 2, 3])
      expect(roots(section).at(-1)).toBe(mod(key.tonic + 7 + (song.direction.sections[section]?.lift ?? 0), 12));
  });

  test('brings the motif of the chorus back, on the same chords', () => {
    const tune = (section: number) => {
      const lift = song.direction.sections[section]?.lift ?? 0;
      return topLine(notesIn(song, section, 'lead').filter(({ beat }) => beat < 7.5)).map((pitch) => pitch - lift);
    };
    expect(tune(2).length).toBeGreaterThanOrEqual(2);
    expect(tune(4)).toEqual(tune(2));
    const roots = (section: number) =>
      song.chords[section]?.map((span) => mod(span.chord.root - (song.direction.sections[section]?.lift ?? 0), 12));
    expect(roots(4)).toEqual(roots(2));
  });

  test('does not repeat a tune bar by bar: the phrases of a chorus differ', () => {
    const notes = notesIn(song, 2, 'lead');
    const phrases = [0, 8, 16, 24].map((from) =>
      notes
        .filter((note) => note.beat >= from - NEAR && note.beat < from + 8 - NEAR)
        .map((note) => `${Math.round((note.beat - from) * 4)}:${note.pitch}`)
        .join(' '),
    );
    expect(new Set(phrases).size).toBeGreaterThanOrEqual(3);
  });

  test('is stronger in the chorus than in the verse, and weaker in intro and outro', () => {
    const weight = (section: number) => {
      const grid = song.timeline.grids[section];
      const seconds = ((grid?.endSample ?? 0) - (grid?.startSample ?? 0)) / 44_100;
      const level = song.score.levels.findLast((point) => point.sample <= (grid?.startSample ?? 0))?.gain ?? 1;
      const notes = (['bass', 'comp', 'second', 'pad', 'arp', 'lead', 'counter'] as const).flatMap((part) =>
        notesIn(song, section, part),
      );
      const force = [...notes, ...hitsIn(song, section)].reduce((sum, one) => sum + one.velocity ** 2, 0);
      return (level ** 2 * force) / seconds;
    };
    expect(weight(2)).toBeGreaterThan(weight(1));
    expect(weight(1)).toBeGreaterThan(weight(0));
    expect(weight(5)).toBeLessThan(weight(4));
  });

  if (style.groove !== null)
    test('plays a fill in the last bar of a section, unlike the bars before', () => {
      const bars = song.timeline.grids[1]?.barStarts.length ?? 0;
      const inBar = (bar: number) =>
        hitsIn(song, 1)
          .filter((hit) => hit.sound !== 'riser' && hit.beat >= bar * 4 + 2 - NEAR && hit.beat < bar * 4 + 4 - NEAR)
          .map((hit) => `${hit.sound}@${Math.round((hit.beat - bar * 4) * 4)}`)
          .sort()
          .join(' ');
      expect(bars).toBeGreaterThanOrEqual(7);
      const usual = new Set([0, 1, 2, 4, 5].map(inBar));
      expect(usual.has(inBar(bars - 1))).toBe(false);
    });

  test('is played by hands: no two bars with the same forces, and few notes exactly on the grid', () => {
    const comp = notesIn(song, 2, song.direction.cast.comp === null ? 'pad' : 'comp');
    const forces = new Set(comp.map((note) => note.velocity.toFixed(4)));
    expect(forces.size).toBeGreaterThan(comp.length * 0.6);
    if (style.humanMs < 5) return;
    const spb = song.timeline.grids[2]?.samplesPerBeat ?? 1;
    const exact = comp.filter((note) => Math.abs(note.beat * 4 - Math.round(note.beat * 4)) * (spb / 4) < 2);
    expect(exact.length).toBeLessThan(comp.length * 0.3);
  });
});
