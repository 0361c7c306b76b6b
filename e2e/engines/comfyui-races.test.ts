import type { Json } from '@rendercast/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Fake, startFake } from '../../packages/server/src/engines/comfyui/fake-process.contract.js';
import { COMFYUI_FAULTS } from '../../packages/server/src/engines/comfyui/fault-rows.contract.js';
import type { Engine } from '../../packages/server/src/engines/engine.js';
import { createWitness, workOf } from '../../packages/server/src/engines/engine-witness.contract.js';
import { createFaultBook, type Ended } from '../../packages/server/src/engines/fault-book.contract.js';
import { recordProof } from '../proof/record.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';

/** Races in each of the three stories below; thousands when asked for. */
const RACES = timesOfRun('RENDERCAST_TEST_CANCEL_RACES', 70);
const chance = createChance(seedOfRun(20_261_123));

const book = createFaultBook(COMFYUI_FAULTS);

let fake: Fake;
beforeAll(async () => {
  fake = await startFake();
});
afterAll(() => fake.close());

/** Of all stories together. */
const tally = { races: 0, wrong: 0, canceled: 0, foreign: 0 };
afterAll(() => {
  const note = `${tally.canceled} canceled, beside ${tally.foreign} jobs of others`;
  recordProof({ name: 'cancel races: comfyui', count: tally.races, wrong: tally.wrong, note });
});

interface Race {
  id: string | null;
  isCanceled: boolean;
  outcome: 'done' | 'canceled' | 'other';
  outputs: number;
}

/** One job that is canceled at some moment between before it is sent and after it has ended, or not at all. */
async function race(engine: Engine, seed: number, cancelAfterMs: number | null): Promise<Race> {
  const abort = new AbortController();
  const canceled = new Error('canceled');
  const witness = createWitness({ signal: abort.signal, previews: false });
  let id: string | null = null;
  const saveHandle = async (handle: Json) => {
    id ??= (handle as { promptId: string } | null)?.promptId ?? null;
  };
  const request = { prompt: 'a fox', steps: 4, width: 64, height: 64 };
  const timer = cancelAfterMs === null ? null : setTimeout(() => abort.abort(canceled), cancelAfterMs);
  const outcome = await engine.run(workOf(engine, 'image', request, seed), { ...witness.context, saveHandle }).then(
    () => 'done' as const,
    (thrown: unknown) => (thrown === canceled ? ('canceled' as const) : ('other' as const)),
  );
  if (timer !== null) clearTimeout(timer);
  await witness.free();
  return {
    id,
    isCanceled: abort.signal.aborted,
    outcome,
    outputs: witness.outputs.filter((each) => !each.afterAbort).length,
  };
}

/** A cancel that comes with the last output may come too late: both ends are right, but never both and never neither. */
function isWrong({ isCanceled, outcome, outputs }: Race): boolean {
  if (outcome === 'other' || (outcome === 'canceled' && !isCanceled)) return true;
  return outcome === 'done' && outputs !== 1;
}

/** Runs races in several lanes and judges them all. */
async function judge(engine: Engine, lanes: number, foreign: boolean): Promise<Race[]> {
  const earlier = (await fake.state()).endings.length;
  const races: Race[] = [];
  let left = RACES;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const cancelAfterMs = chance.next() < 0.8 ? chance.next() * 60 * lanes : null;
      if (foreign && chance.next() < 0.4) {
        await fake.foreign({ steps: 2, withClientId: chance.next() < 0.5 });
        tally.foreign += 1;
      }
      races.push(await race(engine, Math.floor(chance.next() * 1e9), cancelAfterMs));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { pending, running, ...state } = await fake.state();
  const endings = state.endings.slice(earlier);
  const meant = new Set(races.filter(({ isCanceled }) => isCanceled).map(({ id }) => id));
  const interrupted = endings.filter(({ how }) => how === 'interrupted').map(({ id }) => id);
  const wrong = interrupted.filter((id) => !meant.has(id));
  tally.races += races.length;
  tally.wrong += wrong.length + races.filter(isWrong).length;
  tally.canceled += races.filter((each) => each.outcome === 'canceled').length;
  expect(wrong).toEqual([]);
  const ours = new Set(races.map(({ id }) => id));
  expect([...pending, running].filter((id) => id !== null && ours.has(id))).toEqual([]);
  expect(races.filter(isWrong)).toEqual([]);
  return races;
}

/** One that is canceled when it runs for sure: on a busy machine all the others may be canceled while they wait. */
async function stopRunning(engine: Engine): Promise<void> {
  const abort = new AbortController();
  const witness = createWitness({ signal: abort.signal, previews: false });
  let id: string | null = null;
  const saveHandle = async (handle: Json) => {
    id ??= (handle as { promptId: string } | null)?.promptId ?? null;
  };
  const request = { prompt: 'a fox', steps: 500, width: 64, height: 64 };
  const run = engine.run(workOf(engine, 'image', request, 1), { ...witness.context, saveHandle });
  run.catch(() => undefined); // waited for below
  await vi.waitFor(async () => expect([id === null, (await fake.state()).running]).toEqual([false, id]), 30_000);
  abort.abort(new Error('canceled'));
  await expect(run).rejects.toThrow('canceled');
  await witness.free();
  expect((await fake.state()).endings.filter((ending) => ending.id === id)).toEqual([{ id, how: 'interrupted' }]);
}

const endedAs = (outcome: Race['outcome']): Ended =>
  outcome === 'other' ? { code: 'other', retryable: null } : outcome;

describe(`${RACES} cancels at any moment`, { timeout: 60_000 + RACES * 1_000 }, () => {
  test('hit their own prompts only, among those of other people', async () => {
    await fake.manners({ stepMs: 4, previews: false, losesInterrupts: 3 });
    const engine = fake.engine({ pollMs: 15 }, { slots: 3, shared: true });
    await engine.capabilities();
    const races = await judge(engine, 3, true);
    expect(races.filter(({ outcome }) => outcome === 'canceled').length).toBeGreaterThan(RACES / 10);
    await stopRunning(engine);
    await engine.close();
  });

  test('stop nothing on an old server that others use: the result is dropped, the slot stays taken until it is there', async () => {
    await fake.manners({ stepMs: 4, previews: false, version: '0.3.40', interruptsByName: false });
    const before = (await fake.state()).endings.filter(({ how }) => how === 'interrupted').length;
    const engine = fake.engine({ pollMs: 15 }, { slots: 3, shared: true });
    await engine.capabilities();
    await judge(engine, 3, true);
    expect((await fake.state()).endings.filter(({ how }) => how === 'interrupted')).toHaveLength(before);
    await engine.close();
  });

  test('hit their own prompts only on an old server that is ours alone', async () => {
    await fake.manners({ stepMs: 4, previews: false, version: '0.3.40', interruptsByName: false });
    const engine = fake.engine({ pollMs: 15 });
    await engine.capabilities();
    await judge(engine, 1, false);
    await stopRunning(engine);
    await engine.close();
  });
});

test('a cancel while the answer to the prompt is lost still reaches it', async () => {
  await fake.manners({ stepMs: 50, calls: [{ path: '/prompt', do: 'slow', ms: 300 }] });
  const engine = fake.engine();
  // Asked before, so that the slow call is the one that sends the prompt.
  await engine.capabilities();
  await fake.manners({ stepMs: 50, calls: [{ path: '/prompt', do: 'slow', ms: 300 }] });
  const askedMs = performance.now();
  const { id, outcome } = await race(engine, 5, 150);
  book.judge('comfyui', 'answer lost while it is canceled', endedAs(outcome), performance.now() - askedMs);
  const { endings, running, pending } = await fake.state();
  expect([running, ...pending]).not.toContain(id);
  expect(endings.filter((ending) => ending.id === id && ending.how === 'success')).toEqual([]);
  await engine.close();
});

test('a late end after a cancel changes nothing', async () => {
  await fake.manners({ stepMs: 10, noticesInterruptAfterMs: 60_000 });
  const engine = fake.engine();
  await engine.capabilities();
  const askedMs = performance.now();
  const { id, outcome, outputs } = await race(engine, 6, 60);
  book.judge('comfyui', 'ends after a cancel', endedAs(outcome), performance.now() - askedMs);
  expect(outputs).toBe(0);
  expect((await fake.state()).endings.filter((ending) => ending.id === id).length).toBeLessThanOrEqual(1);
  await engine.close();
});
