import { type Inspection, inspectFile } from '@rendercast/protocol/recipe/inspect';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { workOf } from '../engine-witness.contract.js';
import { createEmbeddedImage } from './index.js';
import { createOrder, type Order } from './order.js';
import { paint, paintFile } from './paint-here.contract.js';

const jobOf = (request: object) => workOf(createEmbeddedImage(), 'image', { prompt: 'a fox', ...request }, 5).job;
const input = async () => ({
  bytes: await sharp({ create: { width: 8, height: 8, channels: 3, background: '#48a' } })
    .png()
    .toBuffer(),
});

const SMALL = { width: 64, height: 96, steps: 2, refinerSteps: 1 };

/** The request that the recipe of a file holds, as an order. */
async function orderAgain({ recipe }: Inspection): Promise<Order> {
  return createOrder(jobOf({ ...recipe?.request }), input);
}

describe('a painted file', () => {
  test.each(['png', 'webp', 'jpeg'] as const)('%s makes itself again, byte by byte', async (format) => {
    const request = {
      ...SMALL,
      prompt: 'two red foxes — 狐 🦊 & <owl>',
      negativePrompt: 'dogs,\nrain',
      style: 'ink',
      guidance: 4.5,
      format,
      inputs: [{ artifactId: 'a_1', role: 'init', strength: 0.6 }],
    };
    const order = await createOrder(jobOf(request), input);
    const bytes = await paintFile({ ...order, seed: 7 });
    const found = await inspectFile(bytes);
    expect(found).toMatchObject({ format, recipe: { kind: 'image', source: 'rendercast' } });
    expect(found.recipe?.request).toMatchObject({ ...request, seed: 7 });
    expect(found.recipe?.parameters).toMatchObject({ seed: 7, steps: 1, understood: { style: 'ink' } });
    expect((await sharp(bytes).metadata()).format).toBe(format);
    const again = await orderAgain(found);
    expect(await paintFile({ ...again, seed: found.recipe?.request.seed ?? 0 })).toEqual(bytes);
  });

  test.each(['png', 'webp', 'jpeg'] as const)('%s carries the text that other tools read', async (format) => {
    const order = await createOrder(jobOf({ ...SMALL, prompt: 'a fox — 狐', negativePrompt: 'dogs', format }), input);
    const { text } = await inspectFile(await paintFile(order));
    expect(text).toMatch(
      /^a fox — 狐\nNegative prompt: dogs\nSteps: 2, CFG scale: 7, Seed: 5, Size: 64x96, Model: painter/,
    );
  });

  test.each(['png', 'webp', 'jpeg'] as const)('%s holds the longest of prompts', async (format) => {
    const prompt = '狐'.repeat(10_000);
    const order = await createOrder(jobOf({ ...SMALL, prompt, negativePrompt: 'é'.repeat(10_000), format }), input);
    const bytes = await paintFile(order);
    expect((await inspectFile(bytes)).recipe?.request).toMatchObject({ prompt });
    expect((await sharp(bytes).metadata()).width).toBe(64);
  });

  test('keeps the seed of each of several pictures, and one picture is what its file asks for', async () => {
    const order = await createOrder(jobOf({ ...SMALL, count: 3 }), input);
    const files = (await paint(order)).map(({ bytes }) => bytes);
    const recipes = await Promise.all(files.map(async (file) => (await inspectFile(file)).recipe));
    expect(recipes.map((recipe) => recipe?.request.seed)).toEqual([5, 6, 7]);
    expect(recipes[2]?.request).not.toHaveProperty('count');
    const alone = await createOrder(jobOf({ ...recipes[2]?.request }), input);
    expect(await paintFile({ ...alone, seed: 7 })).toEqual(Uint8Array.from(files[2] ?? []));
  });
});
