import { describe, expect, test } from 'vitest';
import { COLOURS, type ColourName, toRgb } from '../colour.js';
import { createRandom } from '../random.js';
import { composeScene } from '../scene/compose.js';
import { renderScene } from './render-scene.js';

const SIDE = 160;

async function draw(prompt: string, { seed = '1', negativePrompt = '', width = SIDE, height = SIDE } = {}) {
  const { scene } = composeScene({ prompt, negativePrompt, style: '', width, height, random: createRandom(seed) });
  return { scene, ...(await renderScene(scene)) };
}

type Drawn = Awaited<ReturnType<typeof draw>>;

/** Mean red, green and blue of the backdrop between two heights (0 top, 1 bottom). */
function meanOf({ backdrop: { data, width, height } }: Drawn, from: number, to: number): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  const [first, last] = [Math.floor(from * height) * width, Math.floor(to * height) * width];
  for (let pixel = first; pixel < last; pixel++)
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (data[pixel * 3 + c] ?? 0);
  return sum.map((value) => value / (last - first)) as [number, number, number];
}

/** The part of what stands in the picture whose nearest named colour is this one. */
function partIn({ subjects: { data } }: Drawn, wanted: ColourName): number {
  const names = Object.keys(COLOURS) as ColourName[];
  let [all, hits] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    if ((data[at + 3] ?? 0) < 200) continue;
    all++;
    const gaps = names.map((name) =>
      toRgb(COLOURS[name]).reduce((sum, channel, c) => sum + (channel - (data[at + c] ?? 0)) ** 2, 0),
    );
    if (names[gaps.indexOf(Math.min(...gaps))] === wanted) hits++;
  }
  return hits / Math.max(1, all);
}

describe('a drawn scene', () => {
  test('covers the whole backdrop and only what stands there of the other layer', async () => {
    const { backdrop, subjects } = await draw('a fox on a plain background');
    expect(backdrop.data).toHaveLength(SIDE * SIDE * 3);
    expect(subjects.data).toHaveLength(SIDE * SIDE * 4);
    expect(subjects.data[3]).toBe(0);
    expect(subjects.data.some((value, index) => index % 4 === 3 && value === 255)).toBe(true);
  });

  test('is the same pixel for pixel for the same seed, and another one for another', async () => {
    const prompt = 'a girl and two sheep by a lake';
    const [first, again, other] = [await draw(prompt), await draw(prompt), await draw(prompt, { seed: '2' })];
    expect(Buffer.compare(first.subjects.data, again.subjects.data)).toBe(0);
    expect(Buffer.compare(first.backdrop.data, again.backdrop.data)).toBe(0);
    expect(Buffer.compare(first.subjects.data, other.subjects.data)).not.toBe(0);
  });

  test.each<[string, ColourName]>([
    ['car', 'green'],
    ['horse', 'blue'],
    ['sheep', 'violet'],
    ['elephant', 'pink'],
    ['cat', 'black'],
    ['penguin', 'green'],
    ['fox', 'turquoise'],
    ['heart', 'yellow'],
    ['umbrella', 'golden'],
    ['mage', 'orange'],
    ['girl', 'pink'],
    ['balloon', 'violet'],
  ])('shows a %s in %s when that is asked for', async (what, name) => {
    const asked = partIn(await draw(`a giant ${name} ${what}, day, plain background`), name);
    const plain = partIn(await draw(`a giant ${what}, day, plain background`), name);
    expect(asked).toBeGreaterThan(plain + 0.08);
  });

  test('is without a colour that the negative prompt names', async () => {
    const prompt = 'a giant apple, day, plain background';
    const red = partIn(await draw(prompt), 'red');
    expect(partIn(await draw(prompt, { negativePrompt: 'red, pink' }), 'red')).toBeLessThan(red / 4);
  });

  test('has the light of its hour, and the colours of its ground', async () => {
    const light = ([red, green, blue]: [number, number, number]) => 0.3 * red + 0.59 * green + 0.11 * blue;
    const day = await draw('hills, day');
    expect(light(meanOf(await draw('hills, night'), 0, 0.4))).toBeLessThan(light(meanOf(day, 0, 0.4)) / 2);
    const [red, , blue] = meanOf(await draw('hills, sunset'), 0.3, 0.5);
    expect(red).toBeGreaterThan(blue + 20);
    const near = async (prompt: string) => meanOf(await draw(`${prompt}, day`), 0.9, 1);
    const [meadowRed, meadowGreen] = await near('meadow');
    expect(meadowGreen).toBeGreaterThan(meadowRed + 15);
    const [desertRed, , desertBlue] = await near('desert');
    expect(desertRed).toBeGreaterThan(desertBlue + 30);
    const [seaRed, , seaBlue] = await near('sea');
    expect(seaBlue).toBeGreaterThan(seaRed + 15);
    expect(Math.min(...(await near('arctic')))).toBeGreaterThan(150);
    const [violetRed, violetGreen, violetBlue] = meanOf(await draw('violet sky, hills, day'), 0, 0.3);
    expect(Math.min(violetRed, violetBlue)).toBeGreaterThan(violetGreen);
  });

  test('darkens the ground under what stands on it, and mirrors what floats', async () => {
    const { scene, subjects } = await draw('a cat in a meadow, day', { width: 256, height: 256 });
    const [cat] = scene.items;
    if (!cat) throw new Error('there is a cat');
    const at = (Math.round(cat.y + 2) * 256 + Math.round(cat.x)) * 4;
    expect(subjects.data[at + 3]).toBeGreaterThan(20);
    expect(subjects.data[at]).toBeLessThan(60);
    const afloat = await draw('a boat on the sea, day', { width: 256, height: 256 });
    const [boat] = afloat.scene.items;
    const below = (Math.round((boat?.y ?? 0) + (boat?.height ?? 0) * 0.1) * 256 + Math.round(boat?.x ?? 0)) * 4;
    expect(afloat.subjects.data[below + 3]).toBeGreaterThan(20);
  });

  test.each(['rain', 'storm', 'snow', 'fog', 'autumn', 'spring', 'fireworks', 'aurora', 'rainbow'])(
    'of %s differs from a plain one',
    async (word) => {
      const [plain, other] = [await draw('hills, day, sun'), await draw(`hills, day, sun, ${word}`)];
      const whole = ({ backdrop, subjects }: Drawn) => Buffer.concat([backdrop.data, subjects.data]);
      expect(Buffer.compare(whole(plain), whole(other))).not.toBe(0);
    },
  );
});
