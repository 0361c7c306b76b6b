import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { ColourName } from '../../colour.js';

/** The same place from `src` and from `dist`. */
const FILE = new URL('../../../../../assets/embedded-image/art.bin', import.meta.url);

/** The picture sets, by the manner in which they show things. */
export type ArtSet = 'model' | 'flat' | 'cartoon';

/** A picture of one kind in one set, cut to what is visible. */
export interface Art {
  set: ArtSet;
  /** Width by height. */
  aspect: number;
  /** For each of 16 columns from left to right, how far from the top the first visible point is: 0 at the top, 1 none. */
  outline: readonly number[];
  /** What people would call its colours, the strongest first. */
  colours: readonly ColourName[];
  form: 'webp' | 'svg';
  bytes(): Buffer;
}

/** Where a set comes from, and under which terms. */
export interface ArtSource {
  set: ArtSet;
  title: string;
  author: string;
  licence: string;
  package: string;
  version: string;
  source: string;
  pictures: number;
}

/** The list at the head of the file, as the packing program writes it. */
export interface ArtList {
  sets: (ArtSource & { form: 'webp' | 'svg'; at: number; bytes: number })[];
  /** By kind, then by set: place and length in the set's block, aspect in thousandths, outline in digits of base 36, colours. */
  pictures: Record<string, Partial<Record<ArtSet, [number, number, number, string, ColourName[]]>>>;
  /** Names in other languages, by kind. */
  names: Record<string, string[]>;
}

/** Marks the file and its version. */
export const ART_MARK = 'RCART001';
const LIST_BYTES_AT = ART_MARK.length;
const LIST_AT = LIST_BYTES_AT + 4;

interface Pack {
  list: ArtList;
  block(set: ArtSet): Buffer;
}

let pack: Pack | null = null;

/** Reads the file (about 3 MB) at the first call. */
function openPack(): Pack {
  pack ??= readPack(readFileSync(FILE));
  return pack;
}

/**
 * The file: the mark, the length of the list (four bytes, little-endian), the list (JSON, Brotli), then a block per set: WebP
 * files in a row, or SVG files in a row, compressed together (Brotli).
 */
function readPack(file: Buffer): Pack {
  if (file.toString('latin1', 0, LIST_BYTES_AT) !== ART_MARK)
    throw new Error('the picture sets are of another version');
  const listBytes = file.readUInt32LE(LIST_BYTES_AT);
  const list = JSON.parse(
    brotliDecompressSync(file.subarray(LIST_AT, LIST_AT + listBytes)).toString('utf8'),
  ) as ArtList;
  const blocks = new Map<ArtSet, Buffer>();
  return {
    list,
    block(set) {
      const known = blocks.get(set);
      if (known) return known;
      const source = list.sets.find((each) => each.set === set);
      if (source === undefined) throw new Error(`there is no picture set ${set}`);
      const start = LIST_AT + listBytes + source.at;
      const raw = file.subarray(start, start + source.bytes);
      const block = source.form === 'svg' ? brotliDecompressSync(raw) : raw;
      blocks.set(set, block);
      return block;
    },
  };
}

/** Which set to take when the one that was asked for does not have a thing. */
const INSTEAD: Readonly<Record<ArtSet, readonly ArtSet[]>> = {
  model: ['model', 'flat', 'cartoon'],
  flat: ['flat', 'cartoon', 'model'],
  cartoon: ['cartoon', 'flat', 'model'],
};

/** The picture of a kind in the set, or in the one most like it; null when no set has one. */
export function artOf(kind: string, wanted: ArtSet): Art | null {
  const { list, block } = openPack();
  const pictures = list.pictures[kind];
  if (pictures === undefined) return null;
  for (const set of INSTEAD[wanted]) {
    const found = pictures[set];
    if (found === undefined) continue;
    const [at, bytes, aspect, outline, colours] = found;
    const form = list.sets.find((each) => each.set === set)?.form ?? 'svg';
    return {
      set,
      aspect: aspect / 1000,
      outline: [...outline].map((digit) => Number.parseInt(digit, 36) / 35),
      colours,
      form,
      bytes: () => block(set).subarray(at, at + bytes),
    };
  }
  return null;
}

/** Names of kinds in other languages. */
export function artNames(): Iterable<[kind: string, names: readonly string[]]> {
  return Object.entries(openPack().list.names);
}

/** Where the pictures come from. */
export function artSources(): readonly ArtSource[] {
  return openPack().list.sets;
}
