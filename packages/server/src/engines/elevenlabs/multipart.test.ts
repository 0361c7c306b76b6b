import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { detailedAnswer } from './fake/made-song.js';
import { silentMp3 } from './fake/silent-mp3.js';
import { BrokenMultipart, boundaryOf, readMultipart } from './multipart.js';

/** Sound of which much looks like a frame and is none. */
const SOUND = Buffer.concat([
  Buffer.from([0xff, 0xfb, 0x90, 0xc0, 0xfe, 0x80, 0xc3, 0x28]),
  Buffer.from('\r\n--\r\n--bound\r\n--boundar\n--boundary_\r\n--boundary \n\r\n', 'latin1'),
  Buffer.from([0xed, 0xa0, 0x80, 0x00, 0x0d]),
]);

async function* inPieces(bytes: Buffer, ...cuts: number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

async function read(body: AsyncIterable<Uint8Array>, boundary: string | null) {
  const parts: { type: string | undefined; bytes: Buffer }[] = [];
  for await (const event of readMultipart(body, boundary)) {
    if ('part' in event) parts.push({ type: event.part['content-type'], bytes: Buffer.alloc(0) });
    else {
      const part = parts.at(-1);
      if (part !== undefined) part.bytes = Buffer.concat([part.bytes, event.bytes]);
    }
  }
  return parts;
}

describe.each(['crlf', 'lf'] as const)('an answer of parts with %s', (lineEnd) => {
  const { bytes, last } = detailedAnswer({ prompt: 'hush' }, SOUND, 'boundary', { lineEnd });

  test('gives the sound back byte by byte, wherever it was split', async () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const [told, sound] = await read(inPieces(bytes, cut), 'boundary');
      expect(told?.type).toBe('application/json');
      expect(JSON.parse(told?.bytes.toString() ?? '')).toMatchObject({ song_metadata: { title: 'A Fake Song' } });
      expect(sound).toEqual({ type: 'audio/mpeg', bytes: SOUND });
    }
  });

  test('is read in single bytes, and by the boundary of its first line', async () => {
    const cuts = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
    expect((await read(inPieces(bytes, ...cuts), null))[1]?.bytes).toEqual(SOUND);
  });

  test('is known to be cut at any byte before its last boundary is whole', async () => {
    for (
      let length = 0;
      length < bytes.length - last + `${lineEnd === 'crlf' ? '\r\n' : '\n'}--boundary--`.length;
      length++
    )
      await expect(read(inPieces(bytes.subarray(0, length)), 'boundary'), `${length} bytes`).rejects.toThrow(
        BrokenMultipart,
      );
  });

  test('carries whole songs', async () => {
    const song = silentMp3(10_000, 'mp3_48000_192', 7);
    const answer = detailedAnswer({ prompt: 'hush' }, song, 'another', { lineEnd });
    expect((await read(inPieces(answer.bytes, 50_000, 50_001), 'another'))[1]?.bytes.equals(song)).toBe(true);
  });
});

test('a body that is no multipart is refused', async () => {
  for (const text of ['', '\r\n', '{"detail": "no"}\n', '--\r\n\r\n', '--other\r\n\r\n', 'x'.repeat(20_000)])
    await expect(read(inPieces(Buffer.from(text)), 'boundary')).rejects.toThrow(BrokenMultipart);
});

test('the boundary is read from the content type, quoted or not', () => {
  expect(boundaryOf('multipart/mixed; boundary=abc')).toBe('abc');
  expect(boundaryOf('multipart/mixed; charset=x; Boundary="a b;c"')).toBe('a b;c');
  expect(boundaryOf('multipart/mixed')).toBeNull();
});
