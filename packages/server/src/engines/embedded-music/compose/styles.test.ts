import { describe, expect, test } from 'vitest';
import { planOf } from '../listening.contract.js';
import { type Arrangement, arrange } from './arrange.js';
import { direct } from './direction.js';
import { FAMILIES, FAMILY_NAMES } from './families.js';
import { FLAVOURS } from './flavours.js';
import type { DrumSound } from './groove.js';
import { hitsIn, notesIn } from './hearing.contract.js';
import { ORCHESTRA } from './orchestra.js';
import { isMajorish, MODES, mod } from './scales.js';

const chorus = (words: readonly string[], seed: number, negativeStyles: string[] = []): Arrangement =>
  arrange(planOf(words, [['Chorus', 24_000]], { negativeStyles }), seed);

/** The share of a sound's strokes that fall on some of the sixteenths of a bar. */
function shareOn(song: Arrangement, sounds: readonly DrumSound[], sixteenths: readonly number[]): number {
  const hits = hitsIn(song, 0).filter((hit) => sounds.includes(hit.sound) && hit.velocity > 0.4);
  const on = hits.filter((hit) => sixteenths.includes(Math.round(hit.beat * 4) % 16));
  return hits.length === 0 ? 0 : on.length / hits.length;
}

/** How often a sound is struck per bar. */
function perBar(song: Arrangement, sounds: readonly DrumSound[]): number {
  const bars = song.timeline.grids[0]?.barStarts.length ?? 1;
  return hitsIn(song, 0).filter((hit) => sounds.includes(hit.sound)).length / bars;
}

describe.each(FAMILY_NAMES)('%s', (name) => {
  const family = FAMILIES[name];
  const songs = [1, 2, 3].map((seed) => chorus([family.title], seed));

  test('keeps to its tempo, its modes and its instruments', () => {
    const players = new Set<string>([
      ...family.leads,
      ...(family.comp?.instruments ?? []),
      ...(family.second?.instruments ?? []),
      ...(family.pad ?? []),
      ...family.bass.instruments,
      ...(family.counter?.instruments ?? []),
      ...(family.arp ? [family.arp] : []),
      'voice',
    ]);
    for (const song of songs) {
      expect(song.direction.familyName).toBe(name);
      expect(song.timeline.tempoBpm).toBeGreaterThanOrEqual(family.tempo[0] - 1);
      expect(song.timeline.tempoBpm).toBeLessThanOrEqual(family.tempo[2] + 1);
      expect(family.modes).toContain(song.direction.key.mode);
      for (const instrument of Object.values(song.score.instruments)) expect(players).toContain(instrument);
    }
  });

  test('is in its key: nearly all that sounds belongs to the scale', () => {
    for (const song of songs) {
      const { key } = song.direction;
      const scale = new Set(MODES[key.mode].map((step) => mod(key.tonic + step, 12)));
      const time = (inside: boolean) =>
        song.score.notes
          .filter((note) => scale.has(mod(note.pitch, 12)) === inside)
          .reduce((sum, note) => sum + note.lengthSamples, 0);
      expect(time(false) / (time(true) + time(false))).toBeLessThan(name === 'jazz' ? 0.3 : 0.2);
    }
  });

  test('has a tune, chords and a bass in a chorus', () => {
    for (const song of songs) {
      expect(notesIn(song, 0, 'lead').length).toBeGreaterThan(5);
      expect(notesIn(song, 0, 'bass').length).toBeGreaterThan(3);
      const chords = (['comp', 'second', 'pad'] as const).flatMap((part) => notesIn(song, 0, part));
      expect(chords.length).toBeGreaterThan(8);
    }
  });

  test('keeps its parts in registers of their own: bass below, tune above the chords', () => {
    for (const song of songs) {
      const middle = (part: 'bass' | 'lead' | 'pad' | 'comp') => {
        const pitches = notesIn(song, 0, part)
          .map((note) => note.pitch)
          .sort((a, b) => a - b);
        return pitches[Math.floor(pitches.length / 2)];
      };
      const chords = middle('comp') ?? middle('pad') ?? 60;
      expect(middle('bass')).toBeLessThan(chords - 4);
      if (ORCHESTRA[song.direction.cast.lead].range[1] >= 80) expect(middle('lead')).toBeGreaterThan(chords);
    }
  });
});

describe('grooves are known by their marks', () => {
  test.each([
    ['House', ['kick'], [0, 4, 8, 12]],
    ['Techno', ['kick'], [0, 4, 8, 12]],
    ['Pop', ['snare'], [4, 12]],
    ['Rock', ['snare'], [4, 12]],
    ['Lo-fi', ['snare'], [4, 12]],
    ['Hip-hop', ['clap'], [4, 12]],
    ['Trap', ['clap'], [8]],
    ['Reggae', ['kick', 'rim'], [8, 14]],
    ['Cinematic', ['boom'], [0, 8, 10]],
  ] as const)('%s: %j on %j', (style, sounds, sixteenths) => {
    for (const seed of [1, 2]) expect(shareOn(chorus([style], seed), sounds, sixteenths)).toBeGreaterThan(0.7);
  });

  test('jazz swings its ride cymbal, latin has hands and a clave, folk no cymbals of a drum set', () => {
    const jazz = chorus(['Jazz'], 3);
    const late = hitsIn(jazz, 0).filter((hit) => hit.sound === 'ride' && hit.beat % 1 > 0.55 && hit.beat % 1 < 0.75);
    expect(late.length).toBeGreaterThan(8);
    expect(perBar(chorus(['Latin', 'salsa'], 3), ['congaMute', 'congaLow', 'congaHigh'])).toBeGreaterThan(1.5);
    expect(perBar(chorus(['Latin', 'salsa'], 3), ['clave'])).toBeGreaterThan(1.5);
    expect(perBar(chorus(['Folk'], 3), ['ride', 'hat'])).toBeLessThan(0.5);
    expect(perBar(chorus(['Ambient'], 3), ['kick', 'snare', 'hat'])).toBe(0);
    expect(perBar(chorus(['Classical'], 3), ['kick', 'snare', 'hat'])).toBe(0);
  });

  test('every flavour is found by its names and changes its family', () => {
    for (const flavour of FLAVOURS) {
      for (const name of flavour.names) {
        const direction = direct(planOf([name], [['Chorus', 24_000]]), 1);
        expect(direction.familyName, name).toBe(flavour.family);
        expect(FLAVOURS.find((one) => one.title === direction.flavour)?.family, name).toBe(flavour.family);
      }
    }
  });
});

describe('words that deny', () => {
  test('take instruments away, one by one or by their kind', () => {
    for (const name of FAMILY_NAMES) {
      for (const seed of [1, 2]) {
        const { score } = chorus([FAMILIES[name].title], seed, ['guitar', 'piano', 'strings']);
        for (const note of score.notes)
          expect(ORCHESTRA[score.instruments[note.part] ?? 'voice'].title).not.toMatch(
            /guitar|piano|strings|violin|cello/i,
          );
      }
    }
  });

  test('take parts away', () => {
    const song = chorus(['pop'], 2, ['drums', 'bass']);
    expect(hitsIn(song, 0)).toEqual([]);
    expect(notesIn(song, 0, 'bass')).toEqual([]);
    expect(notesIn(song, 0, 'lead').length).toBeGreaterThan(0);
  });

  test('take an instrument out of one section only', () => {
    const plan = planOf(
      ['pop', 'piano'],
      [
        ['Chorus', 16_000],
        ['Chorus', 16_000, { negativeStyles: ['piano'] }],
      ],
    );
    const song = arrange(plan, 4);
    expect(song.score.instruments.comp).toBe('piano');
    expect(notesIn(song, 0, 'comp').length).toBeGreaterThan(0);
    expect(notesIn(song, 1, 'comp')).toEqual([]);
  });

  test('take styles away', () => {
    for (let seed = 0; seed < 30; seed++)
      expect(
        arrange(planOf([], [['Verse', 4000]], { negativeStyles: ['jazz', 'techno'] }), seed).direction.familyName,
      ).not.toMatch(/jazz|techno/);
  });
});

test('"only piano" leaves the piano, which plays chords and tune', () => {
  const song = chorus(['pop', 'only piano'], 5);
  expect(new Set(song.score.notes.map((note) => song.score.instruments[note.part]))).toEqual(new Set(['piano']));
  expect(song.score.hits).toEqual([]);
  expect(notesIn(song, 0, 'lead').length).toBeGreaterThan(0);
  expect(notesIn(song, 0, 'comp').length).toBeGreaterThan(0);
});

test('a guitar is the one that the style has', () => {
  expect(chorus(['rock', 'guitar'], 1).direction.cast.comp).toBe('driveGuitar');
  expect(chorus(['folk', 'guitar'], 1).direction.cast.comp).toMatch(/steelGuitar|nylonGuitar/);
  expect(chorus(['rock', 'acoustic guitar'], 1).direction.cast.comp).toBe('steelGuitar');
});

test('happy songs are in major, sad ones in minor', () => {
  for (const seed of [1, 2, 3]) {
    expect(isMajorish(chorus(['happy pop'], seed).direction.key.mode)).toBe(true);
    expect(isMajorish(chorus(['sad pop'], seed).direction.key.mode)).toBe(false);
  }
});
