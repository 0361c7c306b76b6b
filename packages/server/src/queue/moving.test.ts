import { describe, expect, test } from 'vitest';
import { workOf } from '../engines/engine-witness.contract.js';
import type { Candidate } from '../engines/registry.js';
import { createRehearsal } from '../engines/rehearsal/rehearsal.js';
import type { Offer } from '../stores/store.js';
import { whyMove } from './moving.js';

const offer = (backend: string): Offer => ({ engine: 'far', backend, kinds: ['image'], models: null, auto: true });
const candidate = (backend: string, state: Candidate['state']): Candidate => ({
  engine: 'far',
  backend,
  offers: [offer(backend)],
  state,
  message: null,
});
const { job } = workOf(createRehearsal(), 'image', { prompt: 'a fox' }, 1);
const claim = { job: { ...job, engine: 'auto' }, offer: offer('one'), logged: [], handle: null };
const open = { of: () => 'open' as const };
const why = (silentMs: number, own: Candidate['state'], other: Candidate['state'], repeatable = true) =>
  whyMove(
    { claim, traits: { auto: ['image'], repeatable }, silentMs },
    { intakes: open, directory: { candidates: () => [candidate('one', own), candidate('two', other)] } },
  );

describe('a running job', () => {
  test('moves when its backend is down and has said nothing for half a minute, and another can run it', () => {
    expect(why(30_000, 'down', 'up')).toBe('silent_timeout');
  });

  test('stays while its backend reports, is up, or is the only one', () => {
    expect(why(29_999, 'down', 'up')).toBeNull();
    expect(why(30_000, 'up', 'up')).toBeNull();
    expect(why(30_000, 'down', 'down')).toBeNull();
    expect(why(30_000, 'down', 'paused')).toBeNull();
  });

  test('that must not be repeated stays whatever happens', () => {
    expect(why(1_000_000, 'down', 'up', false)).toBeNull();
  });
});
