import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { LIMITS } from './limits.js';
import {
  imageRequestSchema,
  jsonObjectSchema,
  mediaRequestSchema,
  musicRequestSchema,
  planSchema,
  sectionSchema,
} from './media.js';

/** The fields that a refusal names, as dotted paths. */
const faults = (schema: z.ZodType, value: unknown): string[] => [
  ...new Set((schema.safeParse(value).error?.issues ?? []).map((issue) => issue.path.join('.'))),
];

const nested = (levels: number, leaf: unknown): unknown => {
  let value = leaf;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { in: value };
  return value;
};
const lone = 'half \ud83d of a fox';

describe('image requests', () => {
  test('need a prompt and nothing else; absent options stay absent', () => {
    expect(imageRequestSchema.parse({ prompt: 'a fox' })).toEqual({ prompt: 'a fox' });
    expect(faults(imageRequestSchema, {})).toEqual(['prompt']);
  });

  test('an input is what the picture starts from, unless it says otherwise', () => {
    expect(imageRequestSchema.parse({ prompt: 'x', inputs: [{ artifactId: 'a' }] }).inputs).toEqual([
      { artifactId: 'a', role: 'init' },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a blank prompt', { prompt: ' \n\t' }, 'prompt'],
    ['a prompt over the limit', { prompt: 'x'.repeat(LIMITS.promptChars + 1) }, 'prompt'],
    ['a prompt that is no text', { prompt: ['x'] }, 'prompt'],
    ['half a character in the prompt', { prompt: lone }, 'prompt'],
    ['half a character in the negative prompt', { prompt: 'x', negativePrompt: lone }, 'negativePrompt'],
    ['half a character in the model', { prompt: 'x', model: lone }, 'model'],
    ['half a character in the sampler', { prompt: 'x', sampler: lone }, 'sampler'],
    ['half a character in the style', { prompt: 'x', style: lone }, 'style'],
    ['half a character deep inside extra', { prompt: 'x', extra: { a: [{ b: lone }] } }, 'extra'],
    ['half a character in a key of extra', { prompt: 'x', extra: { a: { [lone]: 1 } } }, 'extra'],
    ['steps of zero', { prompt: 'x', steps: 0 }, 'steps'],
    ['steps over the limit', { prompt: 'x', steps: LIMITS.maxSteps + 1 }, 'steps'],
    ['half a step', { prompt: 'x', steps: 1.5 }, 'steps'],
    ['steps as text', { prompt: 'x', steps: '30' }, 'steps'],
    ['steps that are no number', { prompt: 'x', steps: Number.NaN }, 'steps'],
    ['steps without end', { prompt: 'x', steps: Number.POSITIVE_INFINITY }, 'steps'],
    ['negative refiner steps', { prompt: 'x', refinerSteps: -1 }, 'refinerSteps'],
    ['a side below the limit', { prompt: 'x', width: LIMITS.minSide - 1 }, 'width'],
    ['a side over the limit', { prompt: 'x', height: LIMITS.maxSide + 1 }, 'height'],
    ['guidance below zero', { prompt: 'x', guidance: -0.1 }, 'guidance'],
    ['a seed over the range', { prompt: 'x', seed: LIMITS.maxSeed + 1 }, 'seed'],
    ['more images than allowed', { prompt: 'x', count: LIMITS.maxCount + 1 }, 'count'],
    ['a strength over one', { prompt: 'x', inputs: [{ artifactId: 'a', strength: 1.1 }] }, 'inputs.0.strength'],
    ['an unknown role', { prompt: 'x', inputs: [{ artifactId: 'a', role: 'muse' }] }, 'inputs.0.role'],
    ['an empty artifact id', { prompt: 'x', inputs: [{ artifactId: '' }] }, 'inputs.0.artifactId'],
    ['an unknown format', { prompt: 'x', format: 'bmp' }, 'format'],
    ['a null', { prompt: 'x', model: null }, 'model'],
  ])('%s is refused and the field is named', (_what, request, field) => {
    expect(faults(imageRequestSchema, request)).toEqual([field]);
  });

  test('the bounds themselves are taken', () => {
    const most = { width: LIMITS.maxSide, height: LIMITS.minSide, steps: LIMITS.maxSteps, refinerSteps: 0 };
    const request = { prompt: 'x'.repeat(LIMITS.promptChars), ...most, seed: LIMITS.maxSeed, count: LIMITS.maxCount };
    expect(faults(imageRequestSchema, request)).toEqual([]);
  });

  test('whole characters outside the basic plane are taken', () => {
    expect(faults(imageRequestSchema, { prompt: '🦊 狐 ꙮ' })).toEqual([]);
  });
});

describe('free-form JSON', () => {
  test('any JSON object within the depth is taken and comes back the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^\w{1,8}$/), fc.jsonValue({ maxDepth: 6 })), (value) => {
        fc.pre(!/\\ud[89a-f]/i.test(JSON.stringify(value)));
        expect(jsonObjectSchema.parse(value)).toEqual(value);
      }),
    );
  });

  test('nesting is bounded: the limit is taken, one level more is refused, a hundred thousand overflow nothing', () => {
    expect(faults(jsonObjectSchema, { a: nested(LIMITS.jsonDepth - 1, 1) })).toEqual([]);
    expect(faults(jsonObjectSchema, { a: nested(LIMITS.jsonDepth, 1) })).toEqual(['']);
    expect(faults(imageRequestSchema, { prompt: 'x', extra: { a: nested(100_000, 1) } })).toEqual(['extra']);
    expect(faults(musicRequestSchema, { prompt: 'x', extra: { a: nested(100_000, 1) } })).toEqual(['extra']);
  });

  test('half a million members are walked without overflowing the stack', () => {
    expect(faults(jsonObjectSchema, { list: Array.from({ length: 500_000 }, () => 0) })).toEqual([]);
  });

  test('what is no JSON is refused', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol('s'), undefined])
      expect(faults(jsonObjectSchema, { value })).toEqual(['']);
    for (const value of [null, 1, 'text', [1], true]) expect(faults(jsonObjectSchema, value)).toEqual(['']);
  });

  test('a member named __proto__ changes no prototype', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as unknown;
    const parsed = jsonObjectSchema.parse(value);
    expect('polluted' in {}).toBe(false);
    expect('polluted' in parsed).toBe(false);
  });
});

describe('music requests', () => {
  const section = { name: 'verse', durationMs: 5000 };

  test('a section and a plan have empty lists where none are given', () => {
    expect(sectionSchema.parse(section)).toEqual({ ...section, positiveStyles: [], negativeStyles: [], lines: [] });
    expect(planSchema.parse({ sections: [section] })).toMatchObject({ positiveStyles: [], negativeStyles: [] });
  });

  test('a prompt alone or a plan alone is enough, neither is not', () => {
    expect(faults(musicRequestSchema, { prompt: 'a slow waltz' })).toEqual([]);
    expect(faults(musicRequestSchema, { plan: { sections: [section] } })).toEqual([]);
    expect(faults(musicRequestSchema, {})).toEqual(['plan']);
    expect(faults(musicRequestSchema, { prompt: '  ' })).toEqual(['plan']);
  });

  test.each<[string, unknown, string]>([
    ['no sections', { plan: { sections: [] } }, 'plan.sections'],
    [
      'too many sections',
      { plan: { sections: Array.from({ length: LIMITS.maxSections + 1 }, () => section) } },
      'plan.sections',
    ],
    [
      'a section that is too short',
      { plan: { sections: [{ ...section, durationMs: 999 }] } },
      'plan.sections.0.durationMs',
    ],
    ['a nameless section', { plan: { sections: [{ ...section, name: '' }] } }, 'plan.sections.0.name'],
    [
      'half a character in a line',
      { plan: { sections: [{ ...section, lines: ['ok', lone] }] } },
      'plan.sections.0.lines.1',
    ],
    ['half a character in a style', { plan: { sections: [section], positiveStyles: [lone] } }, 'plan.positiveStyles.0'],
    ['a length over the limit', { prompt: 'x', lengthMs: LIMITS.maxSongMs + 1 }, 'lengthMs'],
    ['an unknown format', { prompt: 'x', format: 'midi' }, 'format'],
  ])('%s is refused and the field is named', (_what, request, field) => {
    expect(faults(musicRequestSchema, request)).toEqual([field]);
  });

  test('sections that are each short enough may not add up to more than a song', () => {
    const halves = [
      { ...section, durationMs: LIMITS.maxSongMs / 2 },
      { ...section, durationMs: LIMITS.maxSongMs / 2 },
    ];
    expect(faults(musicRequestSchema, { plan: { sections: halves } })).toEqual([]);
    expect(faults(musicRequestSchema, { plan: { sections: [...halves, section] } })).toEqual(['plan.sections']);
  });
});

describe('requests inside facts and jobs', () => {
  test('of either kind are kept whole', () => {
    const plan = planSchema.parse({ sections: [{ name: 'a', durationMs: 2000 }] });
    for (const request of [
      { prompt: 'x', steps: 3, guidance: 2 },
      { prompt: 'x', lengthMs: 5000 },
      { prompt: 'x', plan },
      { plan, format: 'mp3' },
      { prompt: 'x', lengthMs: 5000, format: 'flac' },
    ])
      expect(mediaRequestSchema.parse(request)).toEqual(request);
  });

  test('may be blank, as a removal leaves them', () => {
    expect(mediaRequestSchema.parse({ prompt: '' })).toEqual({ prompt: '' });
  });
});
