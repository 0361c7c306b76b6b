import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageRequestSchema, musicRequestSchema } from '../media.js';
import { readA1111 } from './a1111.js';
import { writeExif } from './exif.js';
import { inspectFile } from './inspect.js';
import { readJpegTexts, writeJpegTexts } from './jpeg.js';
import { readPngTexts, writePngTexts } from './png.js';
import { packRecipe, unpackRecipe } from './recipe.js';
import { readWebpTexts, writeWebpTexts } from './webp.js';

const bytesOf = (...parts: (string | Uint8Array)[]) =>
  Uint8Array.from(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))));

/** The smallest files that are of their kind: what stands in them does not matter here. */
const PNG = bytesOf('\x89PNG\r\n\x1a\n', pngChunk('IHDR', new Uint8Array(13)), pngChunk('IEND', new Uint8Array(0)));
const JPEG = bytesOf('\xff\xd8\xff\xe0\0\x04AB\xff\xda\0\x02picture\xff\xd9');
const WEBP = bytesOf('RIFF\x12\0\0\0WEBPVP8 \x05\0\0\0abcde\0');

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  return bytesOf(head, type, data, '\0\0\0\0');
}

const SIZE = { width: 300, height: 200 };
const CONTAINERS = [
  { name: 'PNG', file: PNG, write: writePngTexts, read: readPngTexts },
  { name: 'JPEG', file: JPEG, write: writeJpegTexts, read: readJpegTexts },
  {
    name: 'WebP',
    file: WEBP,
    write: (file: Uint8Array, texts: object) => writeWebpTexts(file, texts, SIZE),
    read: readWebpTexts,
  },
];

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }),
  fc.string({ unit: 'binary', minLength: 1 }).filter((one) => !/\p{Surrogate}/u.test(one)),
  fc.constantFrom('狐'.repeat(60_000), '&lt;<a>"\'&amp;&#65;\n\r\t', '\u0000\u0001', '\ufffe\uffff'),
);

describe('texts in files', () => {
  test.each(CONTAINERS)('$name gives back whatever was written', async ({ name, file, write, read }) => {
    const property = fc.asyncProperty(text, text, async (value, parameters) => {
      const rendercast = JSON.stringify({ value });
      const packed = packRecipe({ kind: 'image', request: { prompt: value }, parameters: { value } });
      const found = await read(write(file, { rendercast: packed, parameters }));
      expect(JSON.parse(found.rendercast ?? '')).toMatchObject({ parameters: JSON.parse(rendercast) });
      // Exif has room for one segment only; longer comments are left out of a JPEG.
      if (name !== 'JPEG' || parameters.length < 32_000) expect(found.parameters).toBe(parameters);
    });
    await fc.assert(property, { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 40) });
  });

  test.each(CONTAINERS)('$name keeps its picture', ({ file, write }) => {
    const written = Buffer.from(write(file, { rendercast: '{}', parameters: 'a fox' }));
    const tail = Buffer.from(file).subarray(-7);
    expect(written.includes(tail.subarray(0, 5))).toBe(true);
    expect(written.length).toBeGreaterThan(file.length);
  });

  test('a PNG may have its texts compressed, in either kind of chunk', async () => {
    const deflated = deflateSync(Buffer.from('a fox\nSteps: 3'));
    for (const chunk of [
      pngChunk('zTXt', bytesOf('parameters\0\0', deflated)),
      pngChunk('iTXt', bytesOf('parameters\0\x01\0de\0Parameter\0', deflated)),
    ]) {
      const file = bytesOf(PNG.subarray(0, 33), chunk, PNG.subarray(33));
      expect(await readPngTexts(file)).toEqual({ parameters: 'a fox\nSteps: 3' });
    }
  });

  test('a bomb in a PNG is left alone', async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const file = bytesOf(PNG.subarray(0, 33), pngChunk('zTXt', bytesOf('parameters\0\0', bomb)), PNG.subarray(33));
    expect(await readPngTexts(file)).toEqual({});
  });

  test('Exif is read in either byte order', () => {
    const big = writeExif('füchse 狐');
    const little = bytesOf(
      'II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x01\0\x86\x92\x07\0\x0e\0\0\0\x2c\0\0\0\0\0\0\0',
      'UNICODE\0f\0o\0x\0',
    );
    const inJpeg = (exif: Uint8Array) => {
      const segment = bytesOf('Exif\0\0', exif);
      return bytesOf(JPEG.subarray(0, 2), '\xff\xe1', Uint8Array.of(0, segment.length + 2), segment, JPEG.subarray(2));
    };
    expect(readJpegTexts(inJpeg(big)).parameters).toBe('füchse 狐');
    expect(readJpegTexts(inJpeg(little)).parameters).toBe('fox');
  });
});

describe('a look into a file', () => {
  test('never fails, whatever the bytes', async () => {
    const heads = CONTAINERS.map(({ file, write }) =>
      write(file, {
        rendercast: packRecipe({ kind: 'image', request: { prompt: 'a fox' }, parameters: {} }),
        parameters: 'x',
      }),
    );
    const damaged = fc
      .record({
        file: fc.constantFrom(...heads),
        cut: fc.nat({ max: 900 }),
        spots: fc.array(fc.tuple(fc.nat({ max: 900 }), fc.nat({ max: 255 })), { maxLength: 12 }),
      })
      .map(({ file, cut, spots }) => {
        const copy = Uint8Array.from(file);
        for (const [at, value] of spots) if (at < copy.length) copy[at] = value;
        return copy.subarray(0, Math.max(0, copy.length - cut));
      });
    const property = fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), async (bytes) => {
      const { recipe } = await inspectFile(bytes);
      if (recipe?.kind === 'image') expect(imageRequestSchema.safeParse(recipe.request).success).toBe(true);
    });
    await fc.assert(property, { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 300) });
  });

  test('of a file torn at any byte gives the recipe or none', async () => {
    const packed = packRecipe({ kind: 'image', request: { prompt: 'a fox' }, parameters: {} });
    for (const { file, write } of CONTAINERS) {
      const whole = write(file, { rendercast: packed });
      for (let length = 0; length <= whole.length; length++) {
        const { recipe } = await inspectFile(whole.subarray(0, length));
        if (recipe !== null) expect(recipe.request).toEqual({ prompt: 'a fox' });
      }
      expect((await inspectFile(whole)).recipe).not.toBeNull();
    }
  });

  test('prefers our own words to those of others', async () => {
    const packed = packRecipe({ kind: 'image', request: { prompt: 'ours' }, parameters: {} });
    const file = writePngTexts(PNG, { rendercast: packed, parameters: 'theirs\nSteps: 3' });
    expect(await inspectFile(file)).toMatchObject({
      format: 'png',
      recipe: { source: 'rendercast' },
      text: 'theirs\nSteps: 3',
    });
  });
});

describe('a recipe', () => {
  test('holds any request that the server takes, and gives it back as it was', () => {
    const image = {
      prompt: 'a fox',
      negativePrompt: 'dogs',
      width: 640,
      height: 480,
      steps: 30,
      refinerSteps: 0,
      guidance: 7.5,
      seed: 4_294_967_295,
      count: 2,
      model: 'painter',
      sampler: 'Euler a',
      style: 'oil',
      inputs: [{ artifactId: 'a_1', role: 'init' as const, strength: 0.4 }],
      format: 'webp' as const,
    };
    expect(imageRequestSchema.parse(image)).toEqual(image);
    expect(unpackRecipe(packRecipe({ kind: 'image', request: image, parameters: {} }))?.request).toEqual(image);
    const music = {
      plan: {
        title: 'Dawn',
        positiveStyles: ['calm'],
        negativeStyles: [],
        sections: [{ name: 'intro', durationMs: 4_000, positiveStyles: [], negativeStyles: ['loud'], lines: ['la'] }],
      },
      seed: 3,
      format: 'mp3' as const,
    };
    expect(musicRequestSchema.parse(music)).toEqual(music);
    expect(unpackRecipe(packRecipe({ kind: 'music', request: music, parameters: {} }))).toMatchObject({
      kind: 'music',
      request: music,
    });
  });

  test('leaves out what no request may hold', () => {
    const wild = { prompt: 'a fox', steps: 0.5, width: 1e9, seed: -1, guidance: '7', style: ['oil'], inputs: [{}, 3] };
    const packed = JSON.stringify({ rendercast: 1, kind: 'image', request: wild });
    expect(unpackRecipe(packed)).toEqual({
      kind: 'image',
      request: { prompt: 'a fox' },
      parameters: {},
      source: 'rendercast',
    });
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"kind":"image"}',
    '{"kind":"image","request":{"prompt":" "}}',
    '[['.repeat(5_000),
  ])('is none in %j', (wrong) => {
    expect(unpackRecipe(wrong)).toBeNull();
  });

  test('of A1111 is read with lines, quotes and commas', () => {
    const recipe = readA1111(
      'a fox,\nin the snow\nNegative prompt: dogs,\ncats\nSteps: 20, Sampler: DPM++ 2M, CFG scale: 6.5, Seed: 12, ' +
        'Size: 512x768, Model: "a, b", Lora hashes: "x: 1, y: 2"',
    );
    expect(recipe?.request).toEqual({
      prompt: 'a fox,\nin the snow',
      negativePrompt: 'dogs,\ncats',
      steps: 20,
      sampler: 'DPM++ 2M',
      guidance: 6.5,
      seed: 12,
      width: 512,
      height: 768,
      model: 'a, b',
    });
    expect(recipe?.parameters).toMatchObject({ 'Lora hashes': 'x: 1, y: 2' });
    expect(readA1111('Created with a drawing program')).toBeNull();
  });
});
