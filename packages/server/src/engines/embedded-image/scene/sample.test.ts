import { describe, expect, test } from 'vitest';
import { readPrompt } from '../prompt/read-prompt.js';
import { sampleScene } from './sample.js';

const SIZE = { width: 256, height: 256 };
const seeds = Array.from({ length: 150 }, (_, index) => String(index));

describe('sampled scenes', () => {
  test('are the same for the same seed, and vary', () => {
    const first = sampleScene('7', SIZE);
    expect(sampleScene('7', SIZE).caption).toBe(first.caption);
    expect(JSON.stringify(sampleScene('7', SIZE).scene.items)).toBe(JSON.stringify(first.scene.items));
    expect(new Set(seeds.map((seed) => sampleScene(seed, SIZE).caption)).size).toBeGreaterThan(seeds.length * 0.95);
  });

  test('have captions that the reader understands as the same things', () => {
    for (const seed of seeds) {
      const { caption, scene } = sampleScene(seed, SIZE);
      const { subjects, unknown, ground } = readPrompt(caption);
      const told = (list: readonly { what: string; colour: string | null }[]) =>
        list.map(({ what, colour }) => `${colour} ${what}`).sort();
      expect(unknown, caption).toEqual([]);
      expect(told(subjects), caption).toEqual(told(scene.wished.subjects));
      expect(ground?.what, caption).toBe(scene.ground);
    }
  });

  test('have loose captions, some of them empty, that name nothing else', () => {
    const samples = seeds.map((seed) => sampleScene(seed, SIZE));
    const silent = samples.filter(({ loose }) => loose === '').length / samples.length;
    expect(silent).toBeGreaterThan(0.04);
    expect(silent).toBeLessThan(0.22);
    for (const { loose, scene } of samples) {
      const known = new Set(scene.wished.subjects.map(({ what }) => what));
      for (const { what } of readPrompt(loose).subjects) expect([...known], loose).toContain(what);
    }
  });
});
