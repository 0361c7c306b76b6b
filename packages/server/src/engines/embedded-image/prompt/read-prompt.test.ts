import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPrompt } from './read-prompt.js';

const subjects = (prompt: string, negative = '') =>
  readPrompt(prompt, negative).subjects.map(({ what, colour, count }) => `${count} ${colour ?? 'plain'} ${what}`);

const relations = (prompt: string) => {
  const { subjects: things, relations: ties } = readPrompt(prompt);
  return ties.map(({ from, kind, to }) => `${things[from]?.what} ${kind} ${things[to]?.what}`);
};

describe('reading a prompt', () => {
  test.each([
    ['a red fox under a yellow moon', ['1 red fox']],
    ['Ein roter Fuchs unter einem gelben Mond', ['1 red fox']],
    ['un zorro rojo bajo una luna amarilla', ['1 red fox']],
    ["un éléphant gris et l'oiseau bleu", ['1 grey elephant', '1 blue bird']],
    ['два синих кота и зелёный дракон', ['1 green dragon']],
    ['🦊🌙', ['1 plain fox']],
    ['一只红色的狐狸', ['1 red fox']],
    ['ein Igel und eine Qualle', ['1 plain hedgehog', '1 plain jellyfish']],
    ['three blue birds and 2 cats', ['3 blue bird', '2 plain cat']],
    ['a girl in a red coat', ['1 red girl']],
    ['hot air balloons', ['3 plain balloon']],
    ['a cup of tea', ['1 plain cup']],
    ['an oak tree', ['1 plain tree']],
    ['three apple trees', ['3 plain tree']],
    ['a polar bear and two teddy bears', ['1 plain polar bear', '2 plain teddy bear']],
    ['a red apple and a green apple', ['1 red apple', '1 green apple']],
    ['two old women and three wolves', ['2 plain old woman', '3 plain wolf']],
    ['(masterpiece:1.2), (green dog:1.3), best quality', ['1 green dog']],
  ])('finds the subjects of "%s"', (prompt, expected) => {
    const found = subjects(prompt);
    for (const each of expected) expect(found).toContain(each);
    if (!/[а-я]/.test(prompt)) expect(found).toHaveLength(expected.length);
  });

  test.each([
    ['two small blue birds on a red roof', ['bird on roof']],
    ['a cat to the left of a dog', ['cat left dog']],
    ['a dragon behind a castle next to a knight', ['dragon behind castle', 'castle beside fencer']],
    ['on a red roof, two birds', ['bird on roof']],
    ['a castle, and behind it a dragon', ['dragon behind castle']],
    ['a monkey and a tiger under it', ['tiger under monkey']],
    ['a fox between a dog and a cat', ['fox between dog', 'fox between cat']],
    ['eine Katze hinter einem Hund', ['cat behind dog']],
    ['un chat à gauche de un chien', ['cat left dog']],
    ['a snowboarder in front of a fox', ['snowboarder before fox']],
    ['a cat wearing a top hat', ['cat with top hat']],
    ['a fox under a yellow moon on green hills', []],
    ['a house with a red roof', []],
  ])('finds how things stand to each other in "%s"', (prompt, expected) => {
    expect(relations(prompt)).toEqual(expected);
  });

  test('gives each colour to the thing it stands with', () => {
    const { sky, ground } = readPrompt('a red fox under a yellow moon on green hills');
    expect(sky).toMatchObject([{ what: 'moon', colour: 'yellow' }]);
    expect(ground).toEqual({ what: 'hills', colour: 'green' });
    expect(subjects('a house with a red roof')).toEqual(['1 red house']);
  });

  test('reads time, season, weather, style, places and poses', () => {
    expect(readPrompt('a rainy night, watercolor')).toMatchObject({
      time: 'night',
      weather: 'rain',
      styles: ['watercolor'],
    });
    expect(readPrompt('a stormy autumn morning by the sea')).toMatchObject({
      time: 'dawn',
      weather: 'storm',
      season: 'autumn',
      ground: { what: 'sea' },
    });
    expect(readPrompt('a fox', '', 'sketch').styles).toEqual(['sketch']);
    expect(readPrompt('a tiny cat on the left and a huge dog on the right').subjects).toMatchObject([
      { what: 'cat', size: 0.5, place: 'left' },
      { what: 'dog', size: 1.6, place: 'right' },
    ]);
    expect(readPrompt('a flying pig').subjects).toMatchObject([{ what: 'pig', pose: 'flying' }]);
    expect(readPrompt('seven birds flying over the sea').subjects).toMatchObject([
      { what: 'bird', count: 7, pose: 'flying' },
    ]);
    expect(readPrompt('a lake in front of mountains')).toMatchObject({
      ground: { what: 'lake' },
      backdrop: 'mountains',
    });
    expect(readPrompt('a fox, 3d render').art).toBe('model');
    expect(readPrompt('a fox, cartoon').art).toBe('cartoon');
  });

  test('leaves out what the negative prompt names, and what stands behind "without"', () => {
    expect(subjects('a fox and a dog', 'dogs')).toEqual(['1 plain fox']);
    expect(subjects('a fox without a dog')).toEqual(['1 plain fox']);
    expect(subjects('a red fox', 'red')).toEqual(['1 plain fox']);
    expect(readPrompt('a fox under the moon', 'moon').sky).toEqual([]);
    expect(subjects('a fox, a knight and a castle', 'animals, people')).toEqual(['1 plain castle']);
    expect(readPrompt('a cat on a roof behind a dog', 'roof').relations).toEqual([]);
    expect(readPrompt('a rainy night in oil', 'rain, night, oil')).toMatchObject({
      weather: null,
      time: null,
      styles: [],
    });
  });
});

describe('a word that is not known', () => {
  test.each([
    ['a bakery', 'shop'],
    ['a skyscraper', 'tower'],
    ['a lorry', 'truck'],
    ['a limousine', 'taxi'],
    ['a cathedral', 'church'],
    ['an elefant', 'elephant'],
    ['two dinosuars', 'dinosaur'],
  ])('is read as the nearest one that is: "%s"', (prompt, kind) => {
    expect(readPrompt(prompt).subjects).toMatchObject([{ what: kind }]);
  });

  test('is told, with what it was read as', () => {
    const { readAs, unknown } = readPrompt('a limousine and a purple zorblax');
    expect(readAs).toMatchObject([{ word: 'limousine' }]);
    expect(unknown).toEqual([{ word: 'zorblax', colour: 'violet' }]);
  });

  test('before a noun only describes it', () => {
    const { subjects: things, unknown } = readPrompt('a zorblaxian cake');
    expect(things).toMatchObject([{ what: 'cake' }]);
    expect(unknown).toMatchObject([{ word: 'zorblaxian' }]);
  });
});

test('any text is taken, and stays within bounds', () => {
  for (const word of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    expect(subjects(`a fox and ${word}`, word)).toContain('1 plain fox');
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      (prompt, negative) => {
        const wishes = readPrompt(prompt, negative);
        expect(wishes.subjects.length).toBeLessThanOrEqual(8);
        expect(wishes.unknown.length).toBeLessThanOrEqual(24);
        for (const { count } of wishes.subjects) expect(count).toBeGreaterThanOrEqual(1);
        for (const { from, to } of wishes.relations) {
          expect(from).not.toBe(to);
          expect(Math.max(from, to)).toBeLessThan(wishes.subjects.length);
        }
      },
    ),
    { numRuns: Number(process.env.RENDERCAST_TEST_RUNS ?? 100) },
  );
});
