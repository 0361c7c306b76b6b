import type { Job } from '@rendercast/client';
import { describe, expect, test } from 'vitest';
import { fits, type GalleryQuery, readQuery, writeQuery } from './query.js';

const ALL: GalleryQuery = { kind: null, favorite: false, tag: '', find: '' };
const OWL = {
  kind: 'image',
  removed: false,
  favorite: true,
  tags: ['Night'],
  seed: 7,
  request: { prompt: 'An Owl', steps: 31, width: 768, height: 512, sampler: 'Euler a' },
  outputs: [{ slot: 0 }],
} as unknown as Job;

describe('what arrives in the gallery', () => {
  test.each([
    [{}, true],
    [{ kind: 'music' }, false],
    [{ favorite: true, tag: 'Night' }, true],
    [{ tag: 'night' }, false],
    [{ find: 'owl NIGHT' }, true],
    [{ find: 'steps:31 size:768x512 seed:7' }, true],
    [{ find: 'sampler:euler' }, true],
    [{ find: 'owl hare' }, false],
    [{ find: 'ｏｗｌ' }, true],
  ] as [Partial<GalleryQuery>, boolean][])('%o: %s', (part, expected) => {
    expect(fits(OWL, { ...ALL, ...part })).toBe(expected);
  });

  test('is left out when it has nothing to show', () => {
    expect(fits({ ...OWL, outputs: [] }, ALL)).toBe(false);
    expect(fits({ ...OWL, removed: true }, ALL)).toBe(false);
  });
});

test('a query comes back from the address as it was written, and says nothing of what is not asked', () => {
  const query: GalleryQuery = { kind: 'music', favorite: true, tag: 'a b', find: 'red & blue' };
  expect(readQuery(new URLSearchParams(writeQuery(query)))).toEqual(query);
  expect(writeQuery(ALL)).toEqual({});
  expect(readQuery(new URLSearchParams('kind=film'))).toEqual(ALL);
});
