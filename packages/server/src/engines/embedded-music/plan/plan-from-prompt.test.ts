import { LIMITS, planSchema } from '@rendercast/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { direct } from '../compose/direction.js';
import { planFromPrompt } from './plan-from-prompt.js';

const total = (plan: { sections: readonly { durationMs: number }[] }) =>
  plan.sections.reduce((sum, section) => sum + section.durationMs, 0);

describe('a plan from a prompt', () => {
  test('lasts exactly as long as wanted, with more sections in a longer song', () => {
    const short = planFromPrompt('happy pop', 9_000, 1);
    const long = planFromPrompt('happy pop', 180_000, 1);
    expect(total(short)).toBe(9_000);
    expect(total(long)).toBe(180_000);
    expect(short.sections.length).toBeLessThan(3);
    expect(long.sections.map((section) => section.name)).toEqual([
      'Intro',
      'Verse',
      'Chorus',
      'Verse',
      'Chorus',
      'Bridge',
      'Chorus',
      'Outro',
    ]);
  });

  test('has the form of its style', () => {
    expect(planFromPrompt('dark warehouse techno', 120_000, 1).sections.map((section) => section.name)).toContain(
      'Drop',
    );
    expect(planFromPrompt('ambient drone', 120_000, 1).sections.map((section) => section.name)).toContain('Fading');
  });

  test('takes what is denied as negative styles, and keeps the rest as styles', () => {
    const plan = planFromPrompt('Slow jazz for a rainy night, no drums and vocals, piano without strings', 30_000, 1);
    expect(plan.positiveStyles).toEqual(['Slow jazz for a rainy night', 'piano']);
    expect(plan.negativeStyles).toEqual(['drums', 'vocals', 'strings']);
    expect(plan.title).toBe('Slow jazz for a rainy night');
  });

  test('gives quoted lines to the sections that are sung', () => {
    const plan = planFromPrompt('folk song: "down by the river / I lost my shoe"', 40_000, 1);
    expect(plan.sections.flatMap((section) => section.lines)).toEqual(['down by the river', 'I lost my shoe']);
    expect(plan.sections.find((section) => section.lines.length > 0)?.name).toBe('Verse');
  });

  test.each([
    ['Ein ruhiges Klavierstück ohne Schlagzeug', 'de'],
    ['一首悲伤的钢琴曲，没有鼓', 'zh'],
    ['トランペットのジャズ', 'ja'],
    ['песня о любви без барабанов', 'ru'],
    ['أغنية هادئة عن البحر', 'ar'],
    ['🎷🔥🌃 💃🏽', 'emoji'],
    ['"""" // ,,,, no no no without', 'signs'],
    ['no', 'a lone denial'],
    [' ', 'control characters'],
    ['\ud83c broken', 'half a character'],
    ['x'.repeat(10_000), '10,000 letters'],
    ['no '.repeat(3_333), '10,000 letters of denial'],
    ['jazz, '.repeat(1_666), '1,666 styles'],
    ['👩‍👩‍👧‍👦'.repeat(900), 'long emoji'],
  ])('is a valid plan for %j (%s)', (prompt) => {
    const plan = planFromPrompt(prompt, 20_000, 5);
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(total(plan)).toBe(20_000);
    expect(direct(plan, 5).sections).toHaveLength(plan.sections.length);
  });

  test('is valid and the same again for any text, length and seed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 0, max: 900_000 }),
        fc.nat(LIMITS.maxSeed),
        (prompt, lengthMs, seed) => {
          const plan = planFromPrompt(prompt, lengthMs, seed);
          expect(planSchema.parse(plan)).toEqual(plan);
          expect(total(plan)).toBe(Math.min(LIMITS.maxSongMs, Math.max(LIMITS.minSectionMs, lengthMs)));
          expect(planFromPrompt(prompt, lengthMs, seed)).toEqual(plan);
        },
      ),
      { numRuns: 200 },
    );
  });
});
