import { readFileSync } from 'node:fs';

/** The same place from `src` and from `dist`. */
const FILE = new URL('../../../../assets/embedded-image/words.bin', import.meta.url);

/** Where common English words lie in a space in which near words mean like things. */
export interface WordVectors {
  /** The number of a word, or undefined. */
  find(word: string): number | undefined;
  /** How like two words are: 1 the same, 0 nothing in common. */
  likeness(first: number, second: number): number;
}

let vectors: WordVectors | null = null;

/** Reads the vectors (1.6 MB) at the first call. */
export function wordVectors(): WordVectors {
  vectors ??= readVectors(readFileSync(FILE));
  return vectors;
}

/**
 * The file: three numbers of four bytes (little-endian: count of words, numbers per word, bytes of the list), the list of
 * words with a line break between them, then a signed byte per number. Only the direction of a word's numbers has a meaning.
 */
function readVectors(file: Buffer): WordVectors {
  const count = file.readUInt32LE(0);
  const width = file.readUInt32LE(4);
  const listBytes = file.readUInt32LE(8);
  const words = file.toString('utf8', 12, 12 + listBytes).split('\n');
  const numbers = new Int8Array(file.buffer, file.byteOffset + 12 + listBytes, count * width);
  const places = new Map(words.map((word, index) => [word, index]));
  const lengths = new Float32Array(count);
  const dot = (first: number, second: number) => {
    let sum = 0;
    for (let at = 0; at < width; at++) sum += (numbers[first * width + at] ?? 0) * (numbers[second * width + at] ?? 0);
    return sum;
  };
  for (let index = 0; index < count; index++) lengths[index] = Math.sqrt(dot(index, index)) || 1;
  return {
    find: (word) => places.get(word),
    likeness: (first, second) => dot(first, second) / ((lengths[first] ?? 1) * (lengths[second] ?? 1)),
  };
}
