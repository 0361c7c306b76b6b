import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPrompt } from './read-prompt.js';

const subjects = (prompt: string, negative = '') =>
  readPrompt(prompt, negative).subjects.map(({ what, colour, count }) => `${count} ${colour ?? 'plain'} ${what}`);

describe('reading a prompt', () => {
  test.each([
    ['a red fox under a yellow moon', ['1 red fox']],
    ['Ein roter Fuchs unter einem gelben Mond', ['1 red fox']],
    ['un zorro rojo bajo una luna amarilla', ['1 red fox']],
    ['🦊🌙', ['1 plain fox']],
    ['一只红色的狐狸', ['1 red fox']],
    ['three blue birds and 2 cats', ['3 blue bird', '2 plain cat']],
    ['a girl in a red coat', ['1 red girl']],
    ['hot air balloons', ['3 plain balloon']],
    ['a cup of tea', ['1 plain cup']],
    ['an oak tree', ['1 plain tree']],
    ['(masterpiece:1.2), (green dog:1.3), best quality', ['1 green dog']],
  ])('finds the subjects of "%s"', (prompt, expected) => {
    expect(subjects(prompt)).toEqual(expected);
  });

  test('gives each colour to the thing it stands with', () => {
    const { sky, ground } = readPrompt('a red fox under a yellow moon on green hills');
    expect(sky).toMatchObject([{ what: 'moon', colour: 'yellow' }]);
    expect(ground).toEqual({ what: 'hills', colour: 'green' });
  });

  test('reads time, weather and style', () => {
    expect(readPrompt('a rainy night, watercolor')).toMatchObject({
      time: 'night',
      weather: 'rain',
      styles: ['watercolor'],
    });
    expect(readPrompt('a fox', '', 'sketch').styles).toEqual(['sketch']);
  });

  test('leaves out what the negative prompt names, and what stands behind "without"', () => {
    expect(subjects('a fox and a dog', 'dogs')).toEqual(['1 plain fox']);
    expect(subjects('a fox without a dog')).toEqual(['1 plain fox']);
    expect(subjects('a red fox', 'red')).toEqual(['1 plain fox']);
    expect(readPrompt('a fox under the moon', 'moon').sky).toEqual([]);
  });

  test('keeps words it does not know, unless they only describe a thing it knows', () => {
    expect(readPrompt('a purple zorblax').unknown).toEqual([{ word: 'zorblax', colour: 'violet' }]);
    expect(readPrompt('a birthday cake').unknown).toEqual([]);
  });

  test('takes any text, and stays within bounds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2_000 }),
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        (prompt, negative) => {
          const wishes = readPrompt(prompt, negative);
          expect(wishes.subjects.length).toBeLessThanOrEqual(8);
          expect(wishes.unknown.length).toBeLessThanOrEqual(24);
          for (const { count } of wishes.subjects) expect(count).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 200 },
    );
    for (const long of [
      'fox '.repeat(2_500),
      '狐'.repeat(10_000),
      '🦊'.repeat(5_000),
      'x'.repeat(10_000),
      '1 '.repeat(5_000),
    ]) {
      expect(readPrompt(long).subjects.length).toBeLessThanOrEqual(8);
    }
  });
});
