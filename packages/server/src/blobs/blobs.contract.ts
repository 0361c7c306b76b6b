import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Blobs } from './blobs.js';

export interface BlobsExam {
  name: string;
  open(): Promise<Blobs>;
}

const LIMIT = { maxBytes: 10_000_000 };

/** Bytes as a stream in pieces, as they come from a socket. */
async function* inPieces(bytes: Uint8Array, pieceBytes = 1_000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function keysOf(blobs: Blobs): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.keys()) keys.push(key);
  return keys.sort();
}

/** The exam that every driver of the port passes. */
export function blobsContract(exam: BlobsExam): void {
  describe(`${exam.name} keeps the blobs contract`, () => {
    let blobs: Blobs;
    beforeEach(async () => {
      blobs = await exam.open();
    });
    afterEach(async () => {
      await blobs.close();
    });

    test('gives back what was put, with size and digest', async () => {
      const bytes = randomBytes(200_001);
      const put = await blobs.put('a_one', inPieces(bytes), LIMIT);
      expect(put).toEqual({ sizeBytes: 200_001, digest: createHash('sha256').update(bytes).digest('hex') });
      expect(await blobs.size('a_one')).toBe(200_001);
      expect((await bytesOf(blobs.read('a_one', null))).equals(bytes)).toBe(true);
    });

    test('keeps an empty blob', async () => {
      expect((await blobs.put('a_empty', inPieces(new Uint8Array()), LIMIT)).sizeBytes).toBe(0);
      expect(await bytesOf(blobs.read('a_empty', null))).toHaveLength(0);
    });

    test('reads any range, both ends included, and what there is of one that goes past the end', async () => {
      const bytes = randomBytes(150_000);
      await blobs.put('a_range', inPieces(bytes), LIMIT);
      for (const [start, end] of [
        [0, 0],
        [5, 9],
        [65_535, 65_536],
        [149_999, 149_999],
        [100_000, 999_999],
      ] as const) {
        expect((await bytesOf(blobs.read('a_range', { start, end }))).equals(bytes.subarray(start, end + 1))).toBe(
          true,
        );
      }
    });

    test('says not_found for what is not there', async () => {
      expect(await blobs.size('a_none')).toBeNull();
      await expect(bytesOf(blobs.read('a_none', null))).rejects.toMatchObject({ code: 'not_found' });
    });

    test('stops at the limit and publishes nothing', async () => {
      const endless = (async function* () {
        for (;;) yield randomBytes(1_000);
      })();
      await expect(blobs.put('a_big', endless, { maxBytes: 10_000 })).rejects.toMatchObject({ code: 'too_large' });
      expect(await blobs.size('a_big')).toBeNull();
      expect(await keysOf(blobs)).toEqual([]);
    });

    test('takes a blob of exactly the limit', async () => {
      await expect(blobs.put('a_fit', inPieces(randomBytes(10_000)), { maxBytes: 10_000 })).resolves.toBeDefined();
    });

    test('refuses bytes with another digest than announced', async () => {
      const put = blobs.put('a_digest', inPieces(randomBytes(10)), { ...LIMIT, expectDigest: '00'.repeat(32) });
      await expect(put).rejects.toMatchObject({ code: 'invalid_field' });
      expect(await blobs.size('a_digest')).toBeNull();
    });

    test('publishes nothing of a stream that breaks or is aborted', async () => {
      const breaks = (async function* () {
        yield randomBytes(5_000);
        throw new Error('the socket broke');
      })();
      await expect(blobs.put('a_broken', breaks, LIMIT)).rejects.toThrow('the socket broke');
      const abort = new AbortController();
      const aborts = (async function* () {
        yield randomBytes(5_000);
        abort.abort(new Error('gone'));
        yield randomBytes(5_000);
      })();
      await expect(blobs.put('a_aborted', aborts, { ...LIMIT, signal: abort.signal })).rejects.toThrow('gone');
      expect(await keysOf(blobs)).toEqual([]);
    });

    test('does not wait for a stream that says nothing any more once it is told to stop', async () => {
      const hangs = (async function* () {
        yield randomBytes(5_000);
        await new Promise(() => undefined);
      })();
      const abort = new AbortController();
      const put = blobs.put('a_hung', hangs, { ...LIMIT, signal: abort.signal });
      abort.abort(new Error('enough'));
      await expect(put).rejects.toThrow('enough');
      expect(await blobs.size('a_hung')).toBeNull();
    });

    test('shows nobody a blob before it is whole', async () => {
      let sawHalf = false;
      const watched = (async function* () {
        yield randomBytes(5_000);
        sawHalf = (await blobs.size('a_half')) !== null || (await keysOf(blobs)).length > 0;
        yield randomBytes(5_000);
      })();
      await blobs.put('a_half', watched, LIMIT);
      expect(sawHalf).toBe(false);
      expect(await blobs.size('a_half')).toBe(10_000);
    });

    test('never writes over a blob', async () => {
      await blobs.put('a_twice', inPieces(Buffer.from('first')), LIMIT);
      await expect(blobs.put('a_twice', inPieces(Buffer.from('second')), LIMIT)).rejects.toMatchObject({
        code: 'conflict',
      });
      expect((await bytesOf(blobs.read('a_twice', null))).toString()).toBe('first');
    });

    test('removes a blob, and one that is not there without complaint', async () => {
      await blobs.put('a_gone', inPieces(randomBytes(10)), LIMIT);
      await blobs.remove('a_gone');
      await blobs.remove('a_gone');
      expect(await blobs.size('a_gone')).toBeNull();
    });

    test('lists all keys with their age', async () => {
      const keys = Array.from({ length: 40 }, (_, index) => `a_key${index}`);
      await Promise.all(keys.map((key) => blobs.put(key, inPieces(randomBytes(100)), LIMIT)));
      expect(await keysOf(blobs)).toEqual([...keys].sort());
      for await (const { ageMs } of blobs.keys()) expect(ageMs).toBeLessThan(60_000);
    });

    test('refuses keys that mean something in a path', async () => {
      const bad = [
        '',
        '.',
        '..',
        '../up',
        'a/b',
        'a\\b',
        '/etc/passwd',
        'a\0b',
        'A_UPPER',
        'a..b',
        'x'.repeat(200),
        'a b',
      ];
      for (const key of bad) {
        await expect(blobs.put(key, inPieces(randomBytes(1)), LIMIT)).rejects.toMatchObject({ code: 'invalid_field' });
        await expect(bytesOf(blobs.read(key, null))).rejects.toMatchObject({ code: 'invalid_field' });
        await expect(blobs.size(key)).rejects.toMatchObject({ code: 'invalid_field' });
        await expect(blobs.remove(key)).rejects.toMatchObject({ code: 'invalid_field' });
      }
    });

    test('takes many at once', async () => {
      const all = Array.from({ length: 20 }, (_, index) => ({ key: `a_many${index}`, bytes: randomBytes(30_000) }));
      await Promise.all(all.map(({ key, bytes }) => blobs.put(key, inPieces(bytes), LIMIT)));
      for (const { key, bytes } of all) expect((await bytesOf(blobs.read(key, null))).equals(bytes)).toBe(true);
    });
  });
}
