import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, fromUtf8, join, uint32, uint32LittleEndian } from './bytes.js';
import { id3Frame, id3Tag, recipeFrame } from './id3.js';
import { inspectFile } from './inspect.js';
import { packRecipe } from './recipe.js';
import { recipeComment, writeComments } from './vorbis-comment.js';

const REQUEST = { prompt: 'a song über 月 🌙', seed: 3, format: 'mp3' as const };
const JSON_TEXT = packRecipe({ kind: 'music', request: REQUEST, parameters: { style: 'jazz' } });
const FOUND = { kind: 'music', request: REQUEST, parameters: { style: 'jazz' }, source: 'rendercast' };

const COMMENTS = writeComments('test', [['TITLE', 'x'], ['title', 'y=z'], recipeComment(JSON_TEXT)]);
const mp3 = join(
  id3Tag([id3Frame('TIT2', fromUtf8('\x03x')), recipeFrame(JSON_TEXT)]),
  Uint8Array.of(0xff, 0xfb, 0xb0, 0x64),
);
const flac = join(
  fromLatin1('fLaC'),
  join(uint32(34), new Uint8Array(34)),
  join(uint32((0x84 << 24) | COMMENTS.length), COMMENTS),
);
const wav = join(
  fromLatin1('RIFF\0\0\0\0WAVEodd \x01\0\0\0a\0id3 '),
  uint32LittleEndian(mp3.length - 4),
  mp3.subarray(0, mp3.length - 4),
  fromLatin1('data\0\0\0\0'),
);

/** An Ogg file whose comments lie on several pages of so many segments. */
function ogg(segments: number): Uint8Array {
  const packet = join(fromLatin1('OpusTags'), COMMENTS);
  const pages = [page([19], new Uint8Array(19))];
  const sizes = Array.from({ length: Math.floor(packet.length / 255) + 1 }, (_, i) =>
    Math.min(255, packet.length - i * 255),
  );
  for (let at = 0; at < sizes.length; at += segments) {
    const here = sizes.slice(at, at + segments);
    pages.push(page(here, packet.subarray(at * 255, at * 255 + here.reduce((sum, size) => sum + size, 0))));
  }
  return join(...pages, page([3], fromLatin1('abc')));
}

const page = (lacing: readonly number[], body: Uint8Array) =>
  join(fromLatin1('OggS'), new Uint8Array(22), Uint8Array.of(lacing.length, ...lacing), body);

describe('a song says how it was made', () => {
  test.each([
    ['mp3', mp3],
    ['flac', flac],
    ['wav', wav],
    ['ogg', ogg(200)],
    ['ogg', ogg(1)],
  ] as const)('in %s', async (format, bytes) => {
    expect(await inspectFile(bytes)).toEqual({ format, recipe: FOUND, text: null });
  });

  test('also after a tool has written its tag anew, as ID3v2.3 in UTF-16', async () => {
    const text = `rendercast\0${JSON_TEXT}`;
    const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    const body = join(Uint8Array.of(1, 0xff, 0xfe), new Uint8Array(units.buffer));
    const frame = join(fromLatin1('TXXX'), uint32(body.length), Uint8Array.of(0, 0), body);
    const size = Uint8Array.of(0, 0, frame.length >> 7, frame.length & 0x7f);
    const bytes = join(fromLatin1('ID3'), Uint8Array.of(3, 0, 0), size, frame);
    expect((await inspectFile(bytes)).recipe).toEqual(FOUND);
  });

  test('and nothing when it has no tag', async () => {
    expect(await inspectFile(Uint8Array.of(0xff, 0xfb, 0xb0, 0x64))).toEqual({
      format: 'mp3',
      recipe: null,
      text: null,
    });
    expect((await inspectFile(fromLatin1('fLaC'))).recipe).toBeNull();
    expect((await inspectFile(fromLatin1('OggS'))).recipe).toBeNull();
    expect((await inspectFile(fromLatin1('RIFF\0\0\0\0WAVE'))).recipe).toBeNull();
  });
});

test('torn and mangled songs never do harm', async () => {
  const edit = fc.record({ at: fc.nat({ max: 400 }), byte: fc.nat({ max: 255 }) });
  const files = fc.constantFrom(mp3, flac, wav, ogg(2));
  await fc.assert(
    fc.asyncProperty(files, fc.array(edit, { maxLength: 8 }), fc.nat({ max: 2000 }), async (file, edits, length) => {
      const bytes = file.slice(0, length);
      for (const { at, byte } of edits) if (at < bytes.length) bytes[at] = byte;
      const { recipe } = await inspectFile(bytes);
      if (recipe !== null) expect(recipe.kind).toMatch(/image|music/);
    }),
    { numRuns: 300 },
  );
});
