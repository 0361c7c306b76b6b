import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { zip } from './zip.js';

/** The entries of an archive, by its directory. */
async function entriesOf(blob: Blob): Promise<{ name: string; bytes: Uint8Array; crc: number }[]> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const entries: { name: string; bytes: Uint8Array; crc: number }[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const start = view.getUint32(at + 42, true);
    expect(view.getUint32(start, true)).toBe(0x04034b50);
    const from = start + 30 + view.getUint16(start + 26, true);
    entries.push({ name, bytes: bytes.subarray(from, from + size), crc: view.getUint32(at + 16, true) });
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return entries;
}

describe('an archive of files', () => {
  test('holds each byte, under names that hide nobody', async () => {
    const files = [
      { name: 'fox.png', bytes: Uint8Array.of(1, 2, 3) },
      { name: 'fox.png', bytes: Uint8Array.of(4) },
      { name: 'Grüße.mp3', bytes: new Uint8Array(70_000).fill(7) },
      { name: 'empty', bytes: new Uint8Array(0) },
    ];
    const entries = await entriesOf(zip(files));
    expect(entries.map(({ name }) => name)).toEqual(['fox.png', 'fox-2.png', 'Grüße.mp3', 'empty']);
    expect(entries.map(({ bytes }) => [...bytes])).toEqual(files.map(({ bytes }) => [...bytes]));
    for (const { bytes, crc } of entries) expect(crc).toBe(crc32(bytes));
  });

  test('is empty when there is nothing to pack', async () => {
    expect(await entriesOf(zip([]))).toEqual([]);
  });
});
