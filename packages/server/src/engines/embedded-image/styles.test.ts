import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { distance, errors, ORDER, pixels, sharpness } from './paint-here.contract.js';
import { squareSide } from './painting/manners/pixel.js';
import { STYLES } from './painting/styles.js';

const ALL = STYLES.map(({ name }) => name);
const CLEAR = { guidance: 20, steps: 8, width: 128, height: 128, prompt: 'a red fox in a green meadow, day' } as const;

/** How many colours there are, each channel in 32 steps. */
function countColours(picture: Uint8Array): number {
  const seen = new Set<number>();
  for (let at = 0; at < picture.length; at += 3)
    seen.add((((picture[at] ?? 0) >> 3) << 10) | (((picture[at + 1] ?? 0) >> 3) << 5) | ((picture[at + 2] ?? 0) >> 3));
  return seen.size;
}

/** Mean distance of the channels from their mean, 0..255: 0 is grey. */
function chroma(picture: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < picture.length; at += 3) {
    const [r, g, b] = [picture[at] ?? 0, picture[at + 1] ?? 0, picture[at + 2] ?? 0];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return (sum * 3) / picture.length;
}

/** Part of the pixels along the border that are about as bright as paper. */
function paperAtBorder(picture: Uint8Array, width: number, height: number): number {
  let paper = 0;
  let all = 0;
  for (let x = 0; x < width; x++) {
    for (const y of [0, 1, height - 2, height - 1]) {
      const at = (y * width + x) * 3;
      if (Math.min(picture[at] ?? 0, picture[at + 1] ?? 0, picture[at + 2] ?? 0) > 205) paper++;
      all++;
    }
  }
  return paper / all;
}

describe('styles of painting', () => {
  test('are clearly different from each other', async () => {
    const pictures = await Promise.all(ALL.map((style) => pixels({ ...CLEAR, style })));
    for (const [index, one] of pictures.entries()) {
      for (const [other, another] of pictures.entries())
        if (other > index) expect(distance(one, another), `${ALL[index]} and ${ALL[other]}`).toBeGreaterThan(3);
    }
  });

  test.each(ALL)('%s comes nearer to its goal, and the refiner nearer still', async (style) => {
    const { base, unrefined, refined } = await errors({ ...CLEAR, style, width: 96, height: 96, refinerSteps: 4 });
    expect(base.at(-1)).toBeLessThan((base[0] ?? 0) / 2);
    expect(refined).toBeLessThan(unrefined * 0.95);
  });

  test('pixel art is whole squares of few colours', async () => {
    const picture = await pixels({ ...CLEAR, width: 240, height: 240, style: 'pixel' });
    const side = squareSide(240, 240);
    expect(side).toBeGreaterThan(1);
    for (let y = 0; y < 240; y += 7) {
      for (let x = 0; x < 240; x++) {
        const at = (y * 240 + x) * 3;
        const first = (y * 240 + Math.floor(x / side) * side) * 3;
        expect(picture.subarray(at, at + 3)).toEqual(picture.subarray(first, first + 3));
      }
    }
    expect(countColours(picture)).toBeLessThan(60);
  });

  test('a flat print has few colours, an oil painting many', async () => {
    const flat = countColours(await pixels({ ...CLEAR, style: 'flat' }));
    expect(flat).toBeLessThan(countColours(await pixels({ ...CLEAR, style: 'oil' })) / 1.5);
  });

  test('ink and pencil have little colour', async () => {
    const oil = chroma(await pixels({ ...CLEAR, style: 'oil' }));
    expect(chroma(await pixels({ ...CLEAR, style: 'ink' }))).toBeLessThan(oil / 2);
    expect(chroma(await pixels({ ...CLEAR, style: 'sketch' }))).toBeLessThan(oil / 3);
  });

  test('a watercolour leaves a border of paper', async () => {
    const { width, height } = CLEAR;
    expect(paperAtBorder(await pixels({ ...CLEAR, style: 'watercolor' }), width, height)).toBeGreaterThan(0.85);
    expect(paperAtBorder(await pixels({ ...CLEAR, style: 'oil' }), width, height)).toBeLessThan(0.4);
  });

  test.each(['oil', 'watercolor', 'ink', 'pastel', 'flat'])('%s is sharper with the refiner', async (style) => {
    const more = { ...ORDER, ...CLEAR, style };
    const base = sharpness(await pixels({ ...more, refinerSteps: 0 }), CLEAR.width);
    expect(sharpness(await pixels({ ...more, refinerSteps: 6 }), CLEAR.width)).toBeGreaterThan(base * 1.1);
  });

  test.each(['oil', 'watercolor', 'ink', 'pastel', 'pixel'])(
    '%s leaves nothing of the noise that a start is mixed with',
    async (style) => {
      const bytes = await sharp({ create: { width: 96, height: 96, channels: 3, background: '#6f8fae' } })
        .png()
        .toBuffer();
      const start = { bytes, strength: 0.5 };
      const more = { style, prompt: 'a meadow', guidance: 20, width: 224, height: 224, init: start };
      const { base, refined } = await errors({ ...more, steps: 20, refinerSteps: 6 });
      expect(base[0]).toBeGreaterThan(15);
      expect(refined).toBeLessThan(9);
    },
  );
});
