import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLOURS, type ColourName } from '../colour.js';
import type { Placed, Scene } from '../prompt/composition.js';
import type { RelationKind } from '../prompt/describing.js';
import { GROUNDS, type Ground } from '../prompt/surroundings.js';
import { spell } from '../prompt/tokens.js';
import { lookUp } from '../prompt/vocabulary.js';
import { createRandom } from '../random.js';
import { pluralOf } from './caption.js';
import { KINDS } from './catalogue/catalogue.js';
import { composeScene } from './compose.js';

/** Tries per property; the proof of properties asks for more. */
const numRuns = Number(process.env.RENDERCAST_TEST_RUNS ?? 40);

function compose(
  prompt: string,
  more: { seed?: string; width?: number; height?: number; negativePrompt?: string } = {},
) {
  const { seed = '1', width = 512, height = 512, negativePrompt = '' } = more;
  return composeScene({ prompt, negativePrompt, style: '', width, height, random: createRandom(seed) });
}

const called = (items: readonly Placed[], what: string) => items.filter((item) => item.what === what);
const counted = ({ items }: Scene, what: string) => called(items, what).length;

function expectInside({ items, width, height }: Scene): void {
  for (const { what, x, y, width: wide, height: tall } of items) {
    expect(x - wide / 2, `${what} to the left`).toBeGreaterThanOrEqual(-1);
    expect(x + wide / 2, `${what} to the right`).toBeLessThanOrEqual(width + 1);
    expect(y - tall, `${what} above`).toBeGreaterThanOrEqual(-1);
    expect(y, `${what} below`).toBeLessThanOrEqual(height + 1);
    expect(Math.min(wide, tall), `size of ${what}`).toBeGreaterThan(0);
  }
}

const kind = fc.constantFrom(...KINDS.map(({ id }) => id));
const standing = fc.constantFrom(...KINDS.filter(({ area }) => area === 'ground').map(({ id }) => id));
const seed = fc.nat().map(String);
const side = fc.integer({ min: 64, max: 2048 });
const colour = fc.option(fc.constantFrom(...(Object.keys(COLOURS) as ColourName[])), { nil: null });
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

describe('a scene', () => {
  test('holds as many of each thing as were asked for, in their colours, all inside the picture', () => {
    const wish = fc.record({ what: kind, count: fc.integer({ min: 1, max: 6 }), colour });
    const wishes = fc.uniqueArray(wish, { minLength: 1, maxLength: 3, selector: ({ what }) => what });
    fc.assert(
      fc.property(wishes, seed, side, side, (list, from, width, height) => {
        const words = list.map(
          ({ what, count, colour: name }) => `${NUMBERS[count]} ${name ?? ''} ${count > 1 ? pluralOf(what) : what}`,
        );
        const { scene } = compose(words.join(', '), { seed: from, width, height });
        expectInside(scene);
        for (const { what, count, colour: name } of list) {
          expect(counted(scene, what), what).toBe(count);
          for (const item of called(scene.items, what)) expect(item.colour).toBe(name);
        }
      }),
      { numRuns },
    );
  });

  test('knows every kind by its name and by its plural', () => {
    for (const { id } of KINDS) {
      expect(lookUp(spell(id)), id).toMatchObject({ meaning: { sort: 'subject', id } });
      expect(lookUp(spell(pluralOf(id))), pluralOf(id)).toMatchObject({ meaning: { sort: 'subject', id } });
    }
  });

  test('is the same for the same seed, and another one for another', () => {
    fc.assert(
      fc.property(kind, kind, seed, (first, second, from) => {
        const prompt = `a ${first} and two ${pluralOf(second)}`;
        const places = (of: string) =>
          JSON.stringify(compose(prompt, { seed: of }).scene.items.map(({ x, y, height }) => [x, y, height]));
        expect(places(from)).toBe(places(from));
        expect(places(from)).not.toBe(places(`${from} other`));
      }),
      { numRuns },
    );
  });

  test('has a caption that asks for it', () => {
    const relation = fc.constantFrom('on', 'behind', 'in front of', 'left of', 'next to', 'under', 'and');
    fc.assert(
      fc.property(
        kind,
        kind,
        relation,
        colour,
        fc.integer({ min: 1, max: 5 }),
        seed,
        (first, second, between, name, count, from) => {
          fc.pre(first !== second);
          const prompt = `${NUMBERS[count]} ${name ?? ''} ${count > 1 ? pluralOf(first) : first} ${between} a ${second}, night`;
          const { caption, scene } = compose(prompt, { seed: from });
          const again = compose(caption, { seed: `${from} again` });
          expect(again.understood.unknownWords, caption).toEqual([]);
          expect(again.scene.wished, caption).toEqual(scene.wished);
          expect(again.scene.time).toBe(scene.time);
          expect(again.scene.ground).toBe(scene.ground);
          expect(again.caption.split(', ')[0]).toBe(caption.split(', ')[0]);
        },
      ),
      { numRuns },
    );
  });

  test.each(Object.keys(GROUNDS) as Ground[])('is set in the %s when that is asked for', (ground) => {
    const word = ground === 'clouds' ? 'above the clouds' : GROUNDS[ground].split(' ')[0];
    expect(compose(`a fox, ${word}`).scene.ground).toBe(ground);
  });
});

/** Whether the relation can be seen in the places of two things. */
const HOLDS: Readonly<Record<string, (from: Placed, to: Placed, order: number) => boolean>> = {
  on: (from, to, order) =>
    order > 0 &&
    from.y < to.y - to.height * 0.2 &&
    from.y > to.y - to.height * 1.06 &&
    Math.abs(from.x - to.x) <= to.width * 0.56,
  'left of': (from, to) => from.x < to.x,
  'right of': (from, to) => from.x > to.x,
  behind: (from, to, order) => order < 0 && from.y <= to.y + 1,
  'in front of': (from, to, order) => order > 0 && from.y >= to.y - 1,
  above: (from, to) => from.y <= to.y - to.height * 0.95,
  'next to': (from, to) => Math.abs(from.x - to.x) > Math.min(from.width, to.width) * 0.3,
};

describe('relations', () => {
  test.each(Object.keys(HOLDS) as RelationKind[])('"%s" is seen in the places', (words) => {
    fc.assert(
      fc.property(standing, standing, seed, fc.boolean(), (first, second, from, wide) => {
        fc.pre(first !== second);
        const { scene } = compose(`a ${first} ${words} a ${second}`, {
          seed: from,
          width: wide ? 896 : 512,
          height: 512,
        });
        const [one] = called(scene.items, first);
        const [other] = called(scene.items, second);
        if (!one || !other) throw new Error('both are there');
        const order = scene.items.indexOf(one) - scene.items.indexOf(other);
        const told = JSON.stringify(
          [one, other].map(({ x, y, width, height }) => [x, y, width, height].map(Math.round)),
        );
        expect(HOLDS[words]?.(one, other, order), `${first} ${words} ${second}: ${told}`).toBe(true);
      }),
      { numRuns },
    );
  });

  test('put several side by side on one seat', () => {
    const { items } = compose('two small blue birds on a red roof').scene;
    const [roof] = called(items, 'roof');
    const birds = called(items, 'bird');
    expect(birds).toHaveLength(2);
    expect(new Set(birds.map(({ colour: name }) => name))).toEqual(new Set(['blue']));
    expect(roof?.colour).toBe('red');
    for (const bird of birds) expect(Math.abs(bird.y - ((roof?.y ?? 0) - (roof?.height ?? 0)))).toBeLessThan(12);
    expect(Math.abs((birds[0]?.x ?? 0) - (birds[1]?.x ?? 0))).toBeGreaterThan(birds[0]?.width ?? 0);
  });

  test('put a hat on a head, a rider on a back, a cat into a box and a fox under a tree', () => {
    const pair = (prompt: string, first: string, second: string): [Placed, Placed] => {
      const { items } = compose(prompt).scene;
      const [one, other] = [called(items, first)[0], called(items, second)[0]];
      if (!one || !other) throw new Error(`${prompt} lacks one`);
      return [one, other];
    };
    const [hat, cat] = pair('a cat wearing a top hat', 'top hat', 'cat');
    expect(hat.y).toBeLessThan(cat.y - cat.height * 0.55);
    const [rider, horse] = pair('an astronaut riding a horse', 'astronaut', 'horse');
    expect(rider.y).toBeLessThan(horse.y - horse.height * 0.3);
    const [inside, box] = pair('a cat in a box', 'cat', 'box');
    expect(inside.y).toBeLessThan(box.y);
    expect(inside.y - inside.height).toBeLessThan(box.y - box.height);
    const [fox, tree] = pair('a fox under a tree', 'fox', 'tree');
    expect(Math.abs(fox.x - tree.x)).toBeLessThan(tree.width);
    expect(fox.height).toBeLessThan(tree.height * 0.6);
  });
});

describe('whatever is written', () => {
  test('becomes a scene in bounded time, inside the picture and with few things', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.string({ unit: 'grapheme', maxLength: 600 }),
      fc
        .array(
          fc.constantFrom(
            'on',
            'behind',
            'fox',
            'between',
            'left of',
            'it',
            'two',
            '9',
            'no',
            'red',
            ',',
            'roof',
            'with',
            '🦊',
            '狐',
            'под',
          ),
        )
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, text, seed, side, side, (prompt, negativePrompt, from, width, height) => {
        const { scene, caption } = compose(prompt, { negativePrompt, seed: from, width, height });
        expectInside(scene);
        expect(scene.items.length).toBeLessThanOrEqual(24);
        expect(caption).not.toBe('');
      }),
      { numRuns: numRuns * 2 },
    );
  });

  test.each([
    ['one word again and again', 'fox '.repeat(2_500)],
    ['one long word', 'x'.repeat(10_000)],
    ['emoji', '🦊🌙'.repeat(2_500)],
    ['Chinese', '两只狐狸和一个月亮'.repeat(1_100)],
    ['unknown words', Array.from({ length: 1_600 }, (_, index) => `wo${index.toString(36)}rd`).join(' ')],
    ['relations', 'a fox on a roof behind a dog '.repeat(340)],
    ['numbers', '999 '.repeat(2_500)],
    ['misspelt words', 'elefant peguin dinosuar '.repeat(420)],
  ])('of 10,000 characters is read within two seconds: %s', (_what, prompt) => {
    compose('a fox');
    const before = performance.now();
    const { scene } = compose(prompt.slice(0, 10_000));
    expect(performance.now() - before).toBeLessThan(2_000);
    expectInside(scene);
  });
});
