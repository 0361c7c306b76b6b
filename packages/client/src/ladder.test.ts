import { describe, expect, it } from 'vitest';
import { createLadder } from './ladder.js';

const NAMES = ['websocket', 'sse', 'poll'] as const;

describe('the ladder of transports', () => {
  it('tries all, best first, until one is blamed', () => {
    const ladder = createLadder(NAMES, 60_000);
    expect(ladder.rungs()).toEqual(['websocket', 'sse', 'poll']);
    ladder.blame('websocket');
    expect(ladder.rungs()).toEqual(['sse', 'poll']);
    expect(ladder.next('sse')?.name).toBe('websocket');
    expect(ladder.next('sse')?.inMs).toBeGreaterThan(40_000);
    expect(ladder.next('websocket')).toBeNull();
  });

  it('tries all again when all are in disgrace', () => {
    const ladder = createLadder(NAMES, 60_000);
    for (const name of NAMES) ladder.blame(name);
    expect(ladder.rungs()).toEqual(['websocket', 'sse', 'poll']);
  });

  it('looks soon at one that worked before, and takes longer when it fails again', () => {
    const ladder = createLadder(NAMES, 60_000);
    ladder.praise('websocket');
    ladder.blame('websocket');
    expect(ladder.next('poll')).toEqual({ name: 'sse', inMs: 0 }); // it was never blamed
    expect(ladder.next('sse')?.inMs).toBeLessThanOrEqual(3_000);
    ladder.blame('websocket');
    expect(ladder.next('sse')?.inMs).toBeGreaterThan(40_000);
  });
});
