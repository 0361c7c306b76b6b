import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFromParts } from './plan-from-parts.js';

describe('a plan that other services write', () => {
  test('of chunks is read: the name in brackets, the words, the styles', () => {
    const read = planFromParts({
      chunks: [
        { text: '[Intro]', duration_ms: 6000, positive_styles: ['folk'] },
        {
          text: '[Verse 1] first line\nsecond line\n\n',
          duration_ms: 12_000.4,
          positive_styles: [],
          negative_styles: ['drums'],
        },
        { text: 'only words', duration_ms: 5000 },
      ],
    });
    expect(read).toEqual({
      plan: {
        positiveStyles: [],
        negativeStyles: [],
        sections: [
          { name: 'Intro', durationMs: 6000, positiveStyles: ['folk'], negativeStyles: [], lines: [] },
          {
            name: 'Verse 1',
            durationMs: 12_000,
            positiveStyles: [],
            negativeStyles: ['drums'],
            lines: ['first line', 'second line'],
          },
          { name: 'Part 3', durationMs: 5000, positiveStyles: [], negativeStyles: [], lines: ['only words'] },
        ],
      },
    });
  });

  test('of sections is read', () => {
    const read = planFromParts({
      title: 'Shoes',
      positive_global_styles: ['pop'],
      negative_global_styles: null,
      sections: [{ section_name: 'Chorus', duration_ms: 8000, positive_local_styles: ['loud'], lines: ['oh'] }],
    });
    expect(read).toEqual({
      plan: {
        title: 'Shoes',
        positiveStyles: ['pop'],
        negativeStyles: [],
        sections: [{ name: 'Chorus', durationMs: 8000, positiveStyles: ['loud'], negativeStyles: [], lines: ['oh'] }],
      },
    });
  });

  test.each([
    ['nothing', null, /the plan/],
    ['no chunks', { chunks: [] }, /chunks/],
    ['a chunk without a length', { chunks: [{ text: '[A]' }] }, /duration_ms/],
    ['a chunk that is too short', { chunks: [{ text: '[A]', duration_ms: 20 }] }, /durationMs/],
    ['eleven minutes', { chunks: [{ text: '[A]', duration_ms: 660_000 }] }, /durationMs/],
    ['sections that are none', { sections: 'verse' }, /sections/],
  ])('with %s is refused with the place of the fault', (_, value, message) => {
    expect(planFromParts(value)).toEqual({ fault: expect.stringMatching(message) });
  });

  test('is a plan or a fault, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        for (const value of [
          one,
          { chunks: one },
          { chunks: [{ text: one, duration_ms: other }] },
          { sections: [one, other] },
        ])
          expect(Object.keys(planFromParts(value))).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});
