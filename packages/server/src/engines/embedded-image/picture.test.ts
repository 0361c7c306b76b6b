import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Encoded } from './encode.js';
import type { Order } from './order.js';
import { distance, errors, noCheck, ORDER, paint, pixels, sharpness } from './paint-here.contract.js';
import { STYLES } from './painting/styles.js';
import { createPicture } from './picture.js';

/** Part of the picture whose hue lies near the given one and is strong enough to be called a colour. */
function share(picture: Buffer, hue: number): number {
  let near = 0;
  for (let at = 0; at < picture.length; at += 3) {
    const [r, g, b] = [picture[at] ?? 0, picture[at + 1] ?? 0, picture[at + 2] ?? 0];
    const high = Math.max(r, g, b);
    const range = high - Math.min(r, g, b);
    if (range < 70) continue;
    const sector = high === r ? (g - b) / range : high === g ? 2 + (b - r) / range : 4 + (r - g) / range;
    const gap = Math.abs(((sector * 60 - hue + 540) % 360) - 180);
    if (gap < 18) near++;
  }
  return (near * 3) / picture.length;
}

describe('the painter', () => {
  test('comes nearer to what the prompt describes with every step', async () => {
    const { base } = await errors({ steps: 12, width: 160, height: 160 });
    for (const [step, error] of base.entries()) {
      if (step > 0) expect(error).toBeLessThan((base[step - 1] ?? 0) + 0.3);
    }
    expect(base.at(-1)).toBeLessThan((base[0] ?? 0) / 4);
  });

  test('gets nearer with more steps', async () => {
    const ends = await Promise.all(
      [2, 6, 20].map(
        async (steps) => (await errors({ steps, guidance: 15, width: 224, height: 224 })).base.at(-1) ?? 0,
      ),
    );
    expect(ends[1]).toBeLessThan((ends[0] ?? 0) * 0.85);
    expect(ends[2]).toBeLessThan((ends[1] ?? 0) * 0.85);
  });

  test('changes the canvas at every step of both stages', async () => {
    const picture = await createPicture({ ...ORDER, steps: 30 }, 7, noCheck);
    let before = Buffer.from(picture.canvas().data);
    const expectChange = (least: number) => {
      const now = Buffer.from(picture.canvas().data);
      expect(distance(before, now)).toBeGreaterThan(least);
      before = now;
    };
    for (let step = 1; step <= 30; step++) {
      picture.baseStep(step);
      expectChange(0.05);
    }
    picture.beginRefining();
    before = Buffer.from(picture.canvas().data);
    for (let step = 1; step <= 3; step++) {
      picture.refinerStep(step);
      expectChange(0.05);
    }
  });

  test('refines: sharper and nearer to the prompt than the base stage alone', async () => {
    const { unrefined, refined } = await errors({ refinerSteps: 6 });
    expect(refined).toBeLessThan(unrefined * 0.8);
    const base = sharpness(await pixels({ refinerSteps: 0 }), 96);
    const few = sharpness(await pixels({ refinerSteps: 2 }), 96);
    expect(few).toBeGreaterThan(base * 1.2);
  });

  test('follows the prompt more strictly the higher the guidance', async () => {
    const ends = await Promise.all(
      [0, 3, 7, 30].map(async (guidance) => (await errors({ guidance, steps: 16 })).refined),
    );
    expect([...ends].sort((a, b) => b - a)).toEqual(ends);
  });

  test.each(['red', 'green', 'blue', 'yellow', 'violet'] as const)(
    'paints a %s car when asked for one',
    async (name) => {
      const hue = { red: 8, green: 125, blue: 216, yellow: 48, violet: 275 }[name];
      const asked = share(await pixels({ prompt: `a giant ${name} car`, guidance: 15, steps: 12 }), hue);
      const other = share(await pixels({ prompt: 'a giant white car', guidance: 15, steps: 12 }), hue);
      expect(asked).toBeGreaterThan(other + 0.03);
    },
  );

  test('leaves out what the negative prompt names', async () => {
    const prompt = 'a giant red fox, day';
    const red = share(await pixels({ prompt, guidance: 15, steps: 12 }), 8);
    expect(share(await pixels({ prompt, negativePrompt: 'fox', guidance: 15, steps: 12 }), 8)).toBeLessThan(red / 3);
    expect(share(await pixels({ prompt, negativePrompt: 'red', guidance: 15, steps: 12 }), 8)).toBeLessThan(red / 2);
  });

  test('gives the same bytes again, and other ones when any option changes', async () => {
    const digest = async (more: Partial<Order>) => Buffer.from((await paint(more))[0]?.bytes ?? []).toString('base64');
    const first = await digest({});
    expect(await digest({})).toBe(first);
    const base = await pixels({});
    const changes: Partial<Order>[] = [
      { seed: 8 },
      { steps: 9 },
      { refinerSteps: 4 },
      { guidance: 3 },
      { prompt: 'a red fox' },
      { negativePrompt: 'moon' },
      { style: 'ink' },
    ];
    for (const change of changes)
      expect(distance(base, await pixels(change)), JSON.stringify(change)).toBeGreaterThan(0.2);
  });

  test('paints several pictures with seeds that count on', async () => {
    const files = await paint({ count: 3, seed: 4_294_967_294 });
    const alone = await Promise.all([4_294_967_294, 4_294_967_295, 0].map((seed) => paint({ seed })));
    const raw = (file: Encoded | undefined) => sharp(file?.bytes).raw().toBuffer();
    for (const [slot, file] of files.entries()) {
      expect((await raw(file)).equals(await raw(alone[slot]?.[0]))).toBe(true);
    }
  });

  test('starts from a given picture and stays as near to it as the strength says', async () => {
    const bytes = await sharp({ create: { width: 200, height: 120, channels: 3, background: '#2a9d4a' } })
      .png()
      .toBuffer();
    const start = await sharp(bytes).resize(96, 96).raw().toBuffer();
    const gaps: number[] = [];
    for (const strength of [0, 0.4, 0.7, 1]) gaps.push(distance(start, await pixels({ init: { bytes, strength } })));
    expect(gaps[0]).toBeLessThan(2);
    expect([...gaps].sort((a, b) => a - b)).toEqual(gaps);
    expect(distance(await pixels({}), await pixels({ init: { bytes, strength: 1 } }))).toBeLessThan(12);
  });

  test('refuses a start that is no picture', async () => {
    const init = { bytes: Buffer.from('not a picture'), strength: 0.5 };
    await expect(paint({ init })).rejects.toMatchObject({ code: 'unsupported_request', retryable: false });
  });

  test('shows previews under 100 kB even of noise at full size', async () => {
    const sizes: number[] = [];
    const preview = (bytes: Uint8Array, width: number, height: number) => {
      sizes.push(bytes.length);
      expect(Math.max(width, height)).toBeLessThanOrEqual(512);
    };
    await paint({ width: 1100, height: 1100, steps: 2, refinerSteps: 1 }, { wantsPreview: () => true, preview });
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...sizes)).toBeLessThan(100_000);
  });

  test('paints any order at any size, whatever the language, and the same again', async () => {
    const prompt = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
      fc.constantFrom(
        'x'.repeat(10_000),
        '🦊🌙'.repeat(900),
        'ثعلب تحت القمر',
        '赤い狐と黄色い月',
        'no no without',
        '</svg><script>&"\'',
        '0',
        '999 foxes',
      ),
    );
    const side = fc.integer({ min: 64, max: 150 });
    const order = fc.record({
      prompt,
      negativePrompt: fc.oneof(fc.constant(''), prompt),
      style: fc.constantFrom('', 'no such style', ...STYLES.map(({ name }) => name)),
      width: side,
      height: side,
      seed: fc.integer({ min: 0, max: 4_294_967_295 }),
      count: fc.integer({ min: 1, max: 2 }),
      steps: fc.integer({ min: 1, max: 9 }),
      refinerSteps: fc.integer({ min: 0, max: 4 }),
      guidance: fc.double({ min: 0, max: 50, noNaN: true }),
      format: fc.constantFrom('png' as const, 'webp' as const, 'jpeg' as const),
    });
    const run = fc.asyncProperty(order, async (asked) => {
      const files = await paint(asked);
      expect(files).toHaveLength(asked.count);
      for (const { bytes } of files) {
        const { width, height, channels } = await sharp(bytes).metadata();
        expect([width, height, channels]).toEqual([asked.width, asked.height, 3]);
      }
      expect(await paint(asked)).toEqual(files);
    });
    await fc.assert(run, { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 8) });
  });
});
