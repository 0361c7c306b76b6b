import { LIMITS, planSchema } from '@rendercast/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrange } from '../compose/arrange.js';
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
    const names = long.sections.map((section) => section.name);
    expect(names[0]).toBe('Intro');
    expect(names.at(-1)).toBe('Outro');
    expect(names.filter((name) => name === 'Chorus').length).toBeGreaterThanOrEqual(3);
    expect(planFromPrompt('happy pop', 480_000, 1).sections.length).toBeGreaterThan(long.sections.length);
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

  test('lets the second half of four lines come back with the chorus', () => {
    const plan = planFromPrompt('pop "one / two / three / four"', 90_000, 1);
    const linesOf = (name: string) =>
      plan.sections.filter((section) => section.name === name).map(({ lines }) => lines);
    expect(linesOf('Verse').flat()).toEqual(['one', 'two']);
    expect(linesOf('Chorus').length).toBeGreaterThan(1);
    for (const lines of linesOf('Chorus')) expect(lines).toEqual(['three', 'four']);
  });

  test('measures its sections in whole bars of the tempo that the song then has', () => {
    for (const [prompt, lengthMs] of [
      ['happy pop', 60_000],
      ['deep house', 180_000],
      ['waltz for a small orchestra', 45_000],
      ['bossa nova', 90_000],
      ['metal', 30_000],
    ] as const) {
      for (const seed of [1, 2, 3]) {
        const { timeline } = arrange(planFromPrompt(prompt, lengthMs, seed), seed);
        for (const grid of timeline.grids) {
          expect(new Set(grid.barBeats), prompt).toEqual(new Set([timeline.beatsPerBar]));
          expect(Math.abs(grid.tempoBpm / timeline.tempoBpm - 1), prompt).toBeLessThan(0.01);
        }
      }
    }
  });

  test('keeps a tempo that is named', () => {
    const { timeline } = arrange(planFromPrompt('techno at 131 bpm', 100_000, 1), 1);
    for (const grid of timeline.grids.slice(0, -1)) expect(grid.tempoBpm).toBeCloseTo(131, 1);
  });

  test('takes its length from the words where none is asked for, or a minute', () => {
    expect(total(planFromPrompt('two lines of jazz', null, 1))).toBe(60_000);
    expect(total(planFromPrompt('2 minutes of jazz', null, 1))).toBe(120_000);
    expect(total(planFromPrompt('a 90-second trailer', null, 1))).toBe(90_000);
    expect(total(planFromPrompt('pop song, 1:45', null, 1))).toBe(105_000);
    expect(total(planFromPrompt('eine Ballade, 2,5 Minuten', null, 1))).toBe(150_000);
    expect(total(planFromPrompt('2 minutes of jazz', 30_000, 1))).toBe(30_000);
    expect(total(planFromPrompt('99 minutes of jazz', null, 1))).toBe(600_000);
  });

  test('follows the sections that are listed', () => {
    const names = (prompt: string) => planFromPrompt(prompt, 120_000, 1).sections.map((section) => section.name);
    expect(names('folk rock, intro, verse 1, chorus, solo, chorus, outro')).toEqual([
      'intro',
      'verse 1',
      'chorus',
      'solo',
      'chorus',
      'outro',
    ]);
    expect(names('pop, verse - chorus - verse - chorus')).toEqual(['verse', 'chorus', 'verse', 'chorus']);
    expect(planFromPrompt('folk, verse, chorus', 60_000, 1).positiveStyles).toEqual(['folk']);
  });

  test('takes a sheet of lyrics with headings as it is', () => {
    const plan = planFromPrompt(
      'slow folk, no drums\n[Verse 1]\nDown by the river\nI lost my shoe\n\n[Chorus]\nOh, oh\n[Outro]',
      60_000,
      1,
    );
    expect(plan.positiveStyles).toEqual(['slow folk']);
    expect(plan.negativeStyles).toEqual(['drums']);
    expect(plan.sections.map(({ name, lines }) => [name, lines])).toEqual([
      ['Verse 1', ['Down by the river', 'I lost my shoe']],
      ['Chorus', ['Oh, oh']],
      ['Outro', []],
    ]);
    expect(total(plan)).toBe(60_000);
  });

  test.each([
    ['一首悲伤的钢琴曲，没有鼓', '鼓'],
    ['ジャズ、ドラムなし', 'ドラム'],
    ['재즈, 드럼 없이', '드럼'],
    ['jazz sin batería', 'batería'],
    ['джаз, без барабанов', 'барабанов'],
  ])('hears what is denied in %j', (prompt, denied) => {
    const plan = planFromPrompt(prompt, 30_000, 1);
    expect(plan.negativeStyles).toEqual([denied]);
    expect(arrange(plan, 1).score.hits).toEqual([]);
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
    ['[Verse]\nla la la\n'.repeat(700), '700 headings'],
    ['\n[]\n[ ]\n# \n**\n', 'empty headings'],
    ['intro, verse, chorus, '.repeat(400), 'a list of 1,200 sections'],
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
      { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 60) },
    );
  });
});
