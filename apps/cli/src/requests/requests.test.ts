import { describe, expect, it } from 'vitest';
import { collect, decimal, duration, size, wholeNumber } from './parse-option.js';
import { imageSubmission, musicSubmission, parsePlan } from './submission.js';

describe('arguments of options', () => {
  it('are numbers, sizes and times, or refused in words', () => {
    expect(wholeNumber('30')).toBe(30);
    expect(() => wholeNumber('3.5')).toThrow('whole number');
    expect(() => wholeNumber('')).toThrow('whole number');
    expect(decimal('7.5')).toBe(7.5);
    expect(() => decimal('much')).toThrow('a number');
    expect(() => decimal(' ')).toThrow('a number');
    expect(size('768x512')).toEqual({ width: 768, height: 512 });
    expect(() => size('big')).toThrow('768x512');
  });

  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['1:30', 90_000],
    ['2m', 120_000],
    ['1.5min', 90_000],
    ['90000ms', 90_000],
  ])('read %s as a time', (text, ms) => expect(duration(text)).toBe(ms));

  it('refuse what is no time', () => {
    expect(() => duration('1:75')).toThrow('1:30');
    expect(() => duration('-5')).toThrow('1:30');
  });

  it('pile up where an option may be repeated', () => {
    expect(collect('b', collect('a'))).toEqual(['a', 'b']);
  });
});

describe('the request for a picture', () => {
  it('holds every option in its field', () => {
    const options = {
      steps: 30,
      refinerSteps: 8,
      size: { width: 768, height: 512 },
      guidance: 7.5,
      negative: 'blurry',
      seed: 7,
      count: 2,
      model: 'm',
      sampler: 's',
      style: 'ink',
      engine: 'embedded-image',
      priority: 5,
      tag: ['a', 'b'],
      id: 'mine',
      strength: 0.4,
    };
    expect(imageSubmission('a red fox', options, { format: 'webp', inputId: 'art1' })).toEqual({
      kind: 'image',
      request: {
        prompt: 'a red fox',
        negativePrompt: 'blurry',
        width: 768,
        height: 512,
        steps: 30,
        refinerSteps: 8,
        guidance: 7.5,
        seed: 7,
        count: 2,
        model: 'm',
        sampler: 's',
        style: 'ink',
        inputs: [{ artifactId: 'art1', role: 'init', strength: 0.4 }],
        format: 'webp',
      },
      engine: 'embedded-image',
      priority: 5,
      tags: ['a', 'b'],
      id: 'mine',
    });
  });

  it('leaves out what was not said', () => {
    expect(imageSubmission('fox', {})).toEqual({ kind: 'image', request: { prompt: 'fox' } });
    expect(imageSubmission('fox', { width: 64 })).toEqual({ kind: 'image', request: { prompt: 'fox', width: 64 } });
  });

  it('refuses options that contradict each other', () => {
    expect(() => imageSubmission('fox', { strength: 0.5 })).toThrow('--input');
    expect(() => imageSubmission('fox', { size: { width: 1, height: 1 }, width: 2 })).toThrow('--size');
  });
});

describe('the request for a song', () => {
  it('carries a plan as it is written, or a prompt with a length', () => {
    const plan = { sections: [{ name: 'verse', durationMs: 8_000 }] };
    expect(musicSubmission(plan, { seed: 3 }, 'mp3')).toEqual({
      kind: 'music',
      request: { plan, seed: 3, format: 'mp3' },
    });
    expect(musicSubmission(undefined, { prompt: 'rain', length: 30_000, tag: ['x'] })).toEqual({
      kind: 'music',
      request: { prompt: 'rain', lengthMs: 30_000 },
      tags: ['x'],
    });
  });

  it('refuses nothing at all, and a length beside a plan', () => {
    expect(() => musicSubmission(undefined, {})).toThrow('Nothing to compose');
    expect(() => musicSubmission({}, { length: 1 })).toThrow('--length');
  });

  it('says where a plan is not JSON', () => {
    expect(() => parsePlan('{', 'plan.json')).toThrow(/^plan\.json is not JSON: /);
    expect(parsePlan('{"sections":[]}', 'plan.json')).toEqual({ sections: [] });
  });
});
