import { describe, expect, it } from 'vitest';
import { createLadder } from './ladder.js';

const NAMES = ['websocket', 'sse', 'poll'] as const;

describe('the ladder of transports', () => {
  it('tries all, best first, until one is blamed', () => {
    const ladder = createLadder(NAMES, 60_000);
    expect(ladder.rungs()).toEqual(['websocket', 'sse', 'poll']);
    ladder.blame('websocket');
    expect(ladder.rungs()).toEqual(['sse', 'poll']);
    expect(ladder.better('sse')).toBeNull();
    expect(ladder.upgradeInMs('sse')).toBeGreaterThan(40_000);
    expect(ladder.upgradeInMs('websocket')).toBeNull();
  });

  it('tries all again when all are in disgrace', () => {
    const ladder = createLadder(NAMES, 60_000);
    for (const name of NAMES) ladder.blame(name);
    expect(ladder.rungs()).toEqual(['websocket', 'sse', 'poll']);
  });

  it('looks soon at one that worked before, and waits longer each time it fails again', () => {
    const ladder = createLadder(NAMES, 60_000);
    ladder.praise('websocket');
    ladder.blame('websocket');
    expect(ladder.upgradeInMs('poll')).toBe(0); // `sse` was never blamed
    expect(ladder.upgradeInMs('sse')).toBeLessThanOrEqual(2_500);
    for (let again = 0; again < 10; again += 1) ladder.blame('websocket');
    expect(ladder.upgradeInMs('sse')).toBeGreaterThan(400_000);
  });
});
