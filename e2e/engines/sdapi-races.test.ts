import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../packages/server/src/engines/engine.js';
import { createWitness, workOf } from '../../packages/server/src/engines/engine-witness.contract.js';
import type { Kind } from '../../packages/server/src/engines/sdapi/fake/server-state.js';
import { openBackend } from '../../packages/server/src/engines/sdapi/open-backend.contract.js';
import { type FakeProcess, spawnFake } from '../../packages/server/src/engines/sdapi/spawn-fake.contract.js';
import { recordProof } from '../proof/record.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';

/** Races over all scenes together; thousands when asked for. */
const RACES = timesOfRun('RENDERCAST_TEST_SDAPI_RACES', 200);
const chance = createChance(seedOfRun(20_261_122));
const STEP_MS = 4;

/** A server, ours alone or used by others too. */
interface Scene {
  kind: Kind;
  shared: boolean;
}

const SCENES: readonly Scene[] = [
  { kind: 'a1111', shared: false },
  { kind: 'sdnext', shared: false },
  { kind: 'a1111', shared: true },
  { kind: 'sdnext', shared: true },
];

const fakes = new Map<Scene, FakeProcess>();
beforeAll(async () => {
  const manners = JSON.stringify({ stepMs: STEP_MS, partMs: 1 });
  for (const scene of SCENES) fakes.set(scene, await spawnFake(scene.kind, ['--manners', manners]));
});
afterAll(() => Promise.all([...fakes.values()].map((fake) => fake.stop())));

/** One job that may be cancelled at any moment, also before it is sent and after it is done. */
async function race(engine: Engine, prompt: string, isLong: boolean, wantedOff: Set<string>): Promise<string> {
  const abort = new AbortController();
  const witness = createWitness({ signal: abort.signal, previews: false });
  const steps = isLong ? 500 : 5;
  const work = workOf(engine, 'image', { prompt, width: 64, height: 64, steps }, 7);
  const job = { ...work, job: { ...work.job, id: prompt } };
  const cancels = isLong || chance.next() < 0.7;
  const cancel = () => {
    wantedOff.add(prompt);
    abort.abort(new Error('not wanted'));
  };
  const timer = cancels ? setTimeout(cancel, chance.next() * 120) : undefined;
  const outcome = await engine.run(job, witness.context).then(
    () => 'succeeded',
    (thrown: unknown) => (abort.signal.aborted ? 'canceled' : `failed: ${String(thrown)}`),
  );
  clearTimeout(timer);
  expect(witness.outputs.filter(({ afterAbort }) => afterAbort).length).toBe(0);
  if (outcome === 'succeeded') expect(witness.outputs.length).toBe(1);
  await witness.free();
  return outcome;
}

interface Played {
  /** Prompts that were stopped and should not have been. */
  wrong: string[];
  outcomes: string[];
  /** Jobs of others on the same server. */
  foreign: number;
  hits: number;
}

async function playScene(scene: Scene, races: number): Promise<Played> {
  const fake = fakes.get(scene);
  if (fake === undefined) throw new Error('no fake');
  const engine = openBackend(fake.url, { shared: scene.shared, marginMs: 1_000, pollMs: 10, interruptMs: 10 });
  const wantedOff = new Set<string>();
  const outcomes: string[] = [];
  let foreign = 0;
  for (let no = 0; no < races; no += 1) {
    const isForeign = scene.shared && chance.next() < 0.6;
    const theirs = isForeign ? fake.foreign({ prompt: `theirs ${no}`, seed: 1, steps: 8, width: 64 }) : null;
    // Where nothing can be interrupted a long job would only be waited for.
    const isLong = chance.next() < 0.2 && !(scene.shared && scene.kind === 'sdnext');
    const ours = race(engine, `ours ${no}`, isLong, wantedOff);
    const more = scene.shared && chance.next() < 0.5 ? fake.foreign({ prompt: `more ${no}`, seed: 1, steps: 8 }) : null;
    outcomes.push(await ours);
    // What others asked for came whole.
    for (const pictures of await Promise.all([theirs, more])) {
      if (pictures === null) continue;
      foreign += 1;
      if (pictures !== 1) outcomes.push(`failed: others got ${pictures} pictures`);
    }
  }
  await engine.close();
  const hits = (await fake.journal()).filter(({ what, prompt }) => what === 'interrupt' && prompt !== null);
  return {
    wrong: hits.flatMap(({ prompt }) => (prompt !== null && wantedOff.has(prompt) ? [] : [String(prompt)])),
    outcomes,
    foreign,
    hits: hits.length,
  };
}

test('no cancel ever stops work of others, nor other work of ours', { timeout: 60_000 + RACES * 1_000 }, async () => {
  const played = await Promise.all(SCENES.map((scene) => playScene(scene, Math.ceil(RACES / SCENES.length))));
  const wrong = played.flatMap((one) => one.wrong);
  const outcomes = played.flatMap((one) => one.outcomes);
  const failed = outcomes.filter((outcome) => outcome.startsWith('failed'));
  const canceled = outcomes.filter((outcome) => outcome === 'canceled').length;
  const foreign = played.reduce((sum, one) => sum + one.foreign, 0);
  recordProof({
    name: 'cancel races: sdapi',
    count: outcomes.length,
    wrong: wrong.length + failed.length,
    note: `${canceled} canceled, beside ${foreign} jobs of others`,
  });
  expect(wrong).toEqual([]);
  expect(failed).toEqual([]);
  expect(outcomes).toContain('succeeded');
  expect(outcomes).toContain('canceled');
  // Each scene but the one that is never sure did stop something.
  const [alone, aloneParts, among, amongParts] = played.map(({ hits }) => hits);
  for (const hits of [alone, aloneParts, among]) expect(hits).toBeGreaterThan(0);
  expect(amongParts).toBe(0);
});
