import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { batchSchema, editSchema, filterSchema, listSchema, submitSchema } from './commands.js';
import { clientMessageSchema } from './dialects/native/messages.js';
import { LIMITS } from './limits.js';

const faults = (schema: z.ZodType, value: unknown): string[] => [
  ...new Set((schema.safeParse(value).error?.issues ?? []).map((issue) => issue.path.join('.'))),
];
const image = { kind: 'image', request: { prompt: 'a fox' } };
const lone = '\ud800';

describe('a submission', () => {
  test('gets the defaults that are documented: engine auto, priority 0, no tags', () => {
    expect(submitSchema.parse(image)).toEqual({ ...image, engine: 'auto', priority: 0, tags: [] });
  });

  test('its kind decides the shape of its request', () => {
    expect(faults(submitSchema, { kind: 'music', request: { prompt: 'x', format: 'png' } })).toEqual([
      'request.format',
    ]);
    expect(faults(submitSchema, { kind: 'image', request: { prompt: 'x', format: 'mp3' } })).toEqual([
      'request.format',
    ]);
    expect(faults(submitSchema, { kind: 'film', request: {} })).toEqual(['kind']);
    expect(faults(submitSchema, { request: {} })).toEqual(['kind']);
  });

  test.each<[string, object, string]>([
    ['an empty id', { id: '' }, 'id'],
    ['an id over the limit', { id: 'x'.repeat(LIMITS.clientIdChars + 1) }, 'id'],
    ['an id with a slash', { id: '../x' }, 'id'],
    ['an id with a space', { id: 'a b' }, 'id'],
    ['an id with a line break at its end', { id: 'a\n' }, 'id'],
    ['half a character in the id', { id: lone }, 'id'],
    ['half a character in the engine', { engine: lone }, 'engine'],
    ['half a character in a tag', { tags: ['ok', lone] }, 'tags.1'],
    ['an empty tag', { tags: [''] }, 'tags.0'],
    ['too many tags', { tags: Array.from({ length: LIMITS.maxTags + 1 }, () => 't') }, 'tags'],
    ['a priority over the limit', { priority: LIMITS.maxPriority + 1 }, 'priority'],
    ['a priority as text', { priority: '1' }, 'priority'],
    ['a deadline of zero', { queueTimeoutMs: 0 }, 'queueTimeoutMs'],
  ])('with %s is refused and the field is named', (_what, more, field) => {
    expect(faults(submitSchema, { ...image, ...more })).toEqual([field]);
  });

  test.each(['job-1', 'A_b.c~d:e@f+g', '狐', '0'])('may bring the id %j', (id) => {
    expect(faults(submitSchema, { ...image, id })).toEqual([]);
  });
});

describe('a batch and an edit', () => {
  test('a batch holds one to a hundred jobs, and a fault names its place', () => {
    expect(faults(batchSchema, { jobs: [] })).toEqual(['jobs']);
    expect(faults(batchSchema, { jobs: Array.from({ length: LIMITS.maxBatch + 1 }, () => image) })).toEqual(['jobs']);
    expect(faults(batchSchema, { jobs: [image, { kind: 'image', request: {} }] })).toEqual(['jobs.1.request.prompt']);
    expect(faults(batchSchema, { id: lone, jobs: [image] })).toEqual(['id']);
  });

  test('an edit that names nothing is refused', () => {
    expect(faults(editSchema, {})).toEqual(['']);
    expect(faults(editSchema, { favorite: undefined })).toEqual(['']);
    expect(faults(editSchema, { state: 'succeeded' })).toEqual(['']);
    expect(editSchema.parse({ favorite: false })).toEqual({ favorite: false });
  });
});

describe('a filter and a list', () => {
  test('read lists both as lists and as words between commas, and truth as a word', () => {
    expect(filterSchema.parse({ state: 'queued,running', jobs: ',a,,b', favorite: 'false' })).toEqual({
      state: ['queued', 'running'],
      jobs: ['a', 'b'],
      favorite: false,
    });
    expect(filterSchema.parse({ state: ['failed'], favorite: true })).toEqual({ state: ['failed'], favorite: true });
  });

  test('a list shows fifty unless told, two hundred at most', () => {
    expect(listSchema.parse({})).toEqual({ limit: LIMITS.pageDefault });
    expect(listSchema.parse({ limit: '7' })).toEqual({ limit: 7 });
    for (const limit of [LIMITS.pageMax + 1, 0, -1, 1.5, 'many', ''])
      expect(faults(listSchema, { limit })).toEqual(['limit']);
  });

  test('unknown states and too many ids are refused with the field', () => {
    expect(faults(filterSchema, { state: 'queued,asleep' })).toEqual(['state.1']);
    expect(faults(filterSchema, { jobs: Array.from({ length: 101 }, () => 'x').join(',') })).toEqual(['jobs']);
    expect(faults(filterSchema, { favorite: 'yes' })).toEqual(['favorite']);
  });
});

describe('whatever a client sends', () => {
  test('no value makes a schema throw', () => {
    const hostile = fc.oneof(
      fc.anything(),
      fc.jsonValue(),
      fc.record({ kind: fc.constant('image'), request: fc.anything() }),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        for (const schema of [submitSchema, batchSchema, editSchema, filterSchema, listSchema, clientMessageSchema])
          expect(() => schema.safeParse(value)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
