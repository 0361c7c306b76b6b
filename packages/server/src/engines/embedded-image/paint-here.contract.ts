import sharp from 'sharp';
import { expect } from 'vitest';
import type { Encoded } from './encode.js';
import { baseSteps, type Order } from './order.js';
import { type Audience, paintOrder } from './paint.js';
import { createPicture } from './picture.js';

/** A small picture, for tests that change one thing of it. */
export const ORDER: Order = {
  prompt: 'a red fox under a yellow moon',
  negativePrompt: '',
  style: '',
  width: 96,
  height: 96,
  steps: 8,
  refinerSteps: 3,
  guidance: 7,
  seed: 7,
  count: 1,
  format: 'png',
  init: null,
  inputs: [],
  ignored: [],
};

export const noCheck = () => undefined;

/** Paints in this thread and gives back the files. */
export async function paint(more: Partial<Order>, audience: Partial<Audience> = {}): Promise<Encoded[]> {
  const files: Encoded[] = [];
  await paintOrder(
    { ...ORDER, ...more },
    {
      check: noCheck,
      stage: async () => undefined,
      progress: () => undefined,
      wantsPreview: () => false,
      preview: () => undefined,
      output: async (slot, file) => {
        files[slot] = file;
      },
      ...audience,
    },
  );
  return files;
}

/** The same, as the bytes of the first file. */
export async function paintFile(more: Partial<Order>): Promise<Uint8Array> {
  return Uint8Array.from((await paint(more))[0]?.bytes ?? []);
}

/** The same, as pixels: red, green, blue. */
export async function pixels(more: Partial<Order>): Promise<Buffer> {
  const [file] = await paint(more);
  return sharp(file?.bytes).raw().toBuffer();
}

/** Mean difference of two pictures per channel, 0..255. */
export function distance(first: Uint8Array, second: Uint8Array): number {
  expect(second.length).toBe(first.length);
  let sum = 0;
  for (const [index, value] of first.entries()) sum += Math.abs(value - (second[index] ?? 0));
  return sum / first.length;
}

/** Strength of the finest detail: mean squared difference of neighbours. */
export function sharpness(picture: Uint8Array, width: number): number {
  let sum = 0;
  for (let at = 3; at < picture.length; at++) {
    if (at % (width * 3) >= 3) sum += ((picture[at] ?? 0) - (picture[at - 3] ?? 0)) ** 2;
  }
  return sum / picture.length;
}

/** Runs a picture to its end and notes the error after each step of the base stage, and at the end of each stage. */
export async function errors(more: Partial<Order>) {
  const order = { ...ORDER, ...more };
  const picture = await createPicture(order, order.seed, noCheck);
  const base = [picture.error()];
  for (let step = 1; step <= baseSteps(order); step++) {
    picture.baseStep(step);
    base.push(picture.error());
  }
  picture.beginRefining();
  const unrefined = picture.error();
  for (let step = 1; step <= order.refinerSteps; step++) picture.refinerStep(step);
  return { base, unrefined, refined: picture.error() };
}
