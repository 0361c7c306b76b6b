import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createSilentLogger } from '../logger.js';
import { createSteppedClock, type SteppedClock } from '../queue/stepped-clock.contract.js';
import type { Capabilities, Engine } from './engine.js';
import { createRegistry, type EngineTraits, type Registry } from './registry.js';

/** An engine that answers as it is told to, and counts how often it is asked. */
interface Answering extends Engine {
  asked: number;
  answer(): Promise<Capabilities> | Capabilities;
}

const UP: Capabilities = { kinds: ['image'], models: [], features: [], slots: 2, health: 'up', message: null };

function answering(backend: string): Answering {
  const engine: Answering = {
    name: 'far',
    backend,
    asked: 0,
    answer: () => UP,
    capabilities() {
      engine.asked += 1;
      return engine.answer();
    },
    run: async () => undefined,
    close: async () => undefined,
  };
  return engine;
}

let clock: SteppedClock;
let registry: Registry;
const traits: EngineTraits = { auto: ['image'], repeatable: true };
beforeEach(() => {
  clock = createSteppedClock();
  registry = createRegistry({ clock, logger: createSilentLogger() });
});
const offered = () => registry.offers().map(({ backend }) => backend);
const health = () => registry.list().map((each) => each.health);
/** Lets answers come in. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the offers of a registry', () => {
  test('come from the idlest backend first, and say which model ran there last', async () => {
    for (const name of ['one', 'two']) await registry.add(answering(name), traits);
    const first = registry.acquire('one', 'big');
    expect(registry.offers()).toMatchObject([{ backend: 'two' }, { backend: 'one', warm: 'big' }]);
    registry.acquire('two');
    first?.release();
    expect(registry.offers()).toMatchObject([{ backend: 'one', warm: 'big' }, { backend: 'two' }]);
    registry.acquire('one', null);
    expect(registry.offers().find(({ backend }) => backend === 'one')?.warm).toBe('big');
  });

  test('are bounded by the slots of the configuration, whatever the engine says', async () => {
    await registry.add(answering('one'), { ...traits, slots: 1, shared: true });
    expect(registry.offers()).toMatchObject([{ slots: 1 }]);
    expect(registry.list()).toMatchObject([{ slots: 1 }]);
    registry.acquire('one');
    expect(registry.acquire('one')).toBeNull();
  });
});

describe('a backend that loses jobs', () => {
  const lose = (times: number) => {
    for (let loss = 0; loss < times; loss += 1) {
      const slot = registry.acquire('one');
      slot?.judge('lost');
      slot?.release();
    }
  };

  test('is asked at once how it is, so that the next try goes elsewhere when it is down', async () => {
    const engine = answering('one');
    await registry.add(engine, traits);
    engine.answer = () => Promise.reject(new Error('connect ECONNREFUSED'));
    lose(1);
    await settle();
    expect(health()).toEqual(['down']);
    expect(offered()).toEqual([]);
  });

  test('though it answers is left alone after three in a row, then tried with one job, then trusted again', async () => {
    await registry.add(answering('one'), { ...traits, probeEveryMs: 1_000 });
    lose(3);
    await settle();
    expect(health()).toEqual(['down']);
    expect(registry.list()[0]?.message).toContain('2026-01-01T00:00:05.000Z');
    expect(offered()).toEqual([]);
    expect(registry.contacts()).toMatchObject([{ breaker: 'open', losses: 3 }]);
    clock.step(5_000);
    registry.probe();
    await settle();
    expect(health()).toEqual(['up']);
    const trial = registry.acquire('one');
    expect(trial).not.toBeNull();
    expect(registry.acquire('one')).toBeNull();
    trial?.judge('held');
    expect(registry.acquire('one')).not.toBeNull();
    expect(registry.contacts()).toMatchObject([{ breaker: 'closed' }]);
  });
});

describe('the question how a backend is', () => {
  test('is asked of each at its own pace, and less often while there is no answer', async () => {
    const quick = answering('quick');
    const slow = answering('slow');
    const gone = answering('gone');
    gone.answer = () => Promise.reject(new Error('gone'));
    await registry.add(quick, { ...traits, probeEveryMs: 1_000 });
    await registry.add(slow, { ...traits, probeEveryMs: 10_000 });
    await registry.add(gone, { ...traits, probeEveryMs: 1_000 });
    for (let second = 0; second < 30; second += 1) {
      clock.step(1_000);
      registry.probe();
      await settle();
    }
    expect([quick.asked, slow.asked]).toEqual([31, 4]);
    expect(gone.asked).toBeLessThanOrEqual(13);
    expect(gone.asked).toBeGreaterThanOrEqual(10);
  });

  test('is not asked again while an answer is still owed, and no other backend waits for it', async () => {
    const hung = answering('hung');
    const well = answering('well');
    for (const engine of [hung, well]) await registry.add(engine, { ...traits, probeEveryMs: 1_000 });
    let answer = (_: Capabilities): void => undefined;
    hung.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    for (let second = 0; second < 10; second += 1) {
      clock.step(1_000);
      registry.probe();
      await settle();
    }
    expect(well.asked).toBe(11);
    expect(hung.asked).toBe(2);
    expect(health()).toEqual(['down', 'up']);
    answer(UP);
    await settle();
    hung.answer = () => UP;
    clock.step(1_000);
    registry.probe();
    await vi.waitFor(() => expect(health()).toEqual(['up', 'up']));
    expect(hung.asked).toBe(3);
  });
});
