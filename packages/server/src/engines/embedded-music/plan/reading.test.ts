import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { direct } from '../compose/direction.js';
import { FAMILY_NAMES } from '../compose/families.js';
import { planOf } from '../listening.contract.js';
import { FAMILY_WORDS } from './family-words.js';
import { nearestWord } from './nearest-word.js';
import { readStyles } from './reading.js';

const direction = (...styles: string[]) => direct(planOf(styles, [['Verse', 20_000]]), 1);

describe('style words that are not known', () => {
  test.each([
    ['jazzy', 'jazz'],
    ['tecno', 'techno'],
    ['saxaphone', 'saxophone'],
    ['ambiant', 'ambient'],
    ['orchestrial', 'orchestral'],
    ['rockish', 'rock'],
    ['folky', 'folk'],
    ['cinematik', 'cinematic'],
  ])('%s is taken for %s, and the result says so', (word, known) => {
    expect(direction(word).reading.taken).toContainEqual({ word, as: known });
    expect(readStyles([word]).phrase).toContain(` ${known} `);
  });

  test.each([
    ['pirates', 'cinematic'],
    ['a rainy library', 'lofi'],
    ['cowboy', 'folk'],
    ['robots', 'techno'],
    ['witches in a haunted forest', 'cinematic'],
    ['skyscraper cities and cash', 'hiphop'],
    ['cocktail', 'jazz'],
  ])('%s leans to %s', (words, family) => {
    expect(direction(words).familyName).toBe(family);
  });

  test('that say nothing are told', () => {
    const { reading } = direction('pop', 'flumbr zxcvbn');
    expect(reading.unknown).toEqual(['flumbr', 'zxcvbn']);
    expect(reading.styleFrom).toBe('words');
    expect(direction('zxcvbn').reading.styleFrom).toBe('seed');
  });

  test('lean less than a style that is named', () => {
    expect(direction('jazz', 'pirates on a spaceship', 'castle').familyName).toBe('jazz');
  });
});

describe('style words that are known', () => {
  test('are told as such: none of the tables is unknown or taken for another', () => {
    for (const name of FAMILY_NAMES) {
      const { taken, unknown } = readStyles([...FAMILY_WORDS[name].names, ...FAMILY_WORDS[name].hints]);
      expect({ taken, unknown }, name).toEqual({ taken: [], unknown: [] });
    }
  });

  test('and plain words, keys and tempos are not unknown', () => {
    expect(readStyles(['a slow song in F# minor at 97 bpm', 'pop with piano and no drums', '3/4']).unknown).toEqual([]);
  });

  test('each name of a style leads to it', () => {
    for (const name of FAMILY_NAMES)
      for (const word of FAMILY_WORDS[name].names) expect(direction(word).familyName, word).toBe(name);
  });
});

test('a word is taken for another only when it is near', () => {
  expect(nearestWord('techno', ['techno'])).toBe('techno');
  expect(nearestWord('tehcno', ['techno'])).toBe('techno');
  expect(nearestWord('cat', ['car'])).toBeNull();
  expect(nearestWord('xylophonist', ['saxophone'])).toBeNull();
  expect(nearestWord('rain', ['pain'])).toBeNull();
});

test('any text is read, and the same again', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 6 }), (texts) => {
      const read = readStyles(texts);
      expect(read.taken.length).toBeLessThanOrEqual(20);
      expect(read.unknown.length).toBeLessThanOrEqual(20);
      expect(readStyles(texts)).toEqual(read);
    }),
    { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 60) },
  );
});
