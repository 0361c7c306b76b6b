import type { Principal } from '@rendercast/protocol';
import { type About, aboutSchema, type Work } from '@rendercast/protocol/worker/messages';
import type { WorkerVerbs, WorkRef } from '@rendercast/protocol/worker/verbs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lineUp } from '../line.js';
import { ALICE, jobWhen, openRig, picture, type Rig, RUN_LIMITS, VIA } from '../rig.contract.js';
import { createSteppedClock, type SteppedClock } from '../stepped-clock.contract.js';
import { createLeaseSeal } from './lease-seal.js';
import { createPresence, joinDirectories, type Presence } from './presence.js';
import { createRemoteWork, type RemoteWork } from './remote-work.js';

const RIG: Principal = { owner: 'rig', roles: ['worker'] };
const never = new AbortController().signal;
const about = (more: Partial<About> = {}): About =>
  aboutSchema.parse({ worker: 'gpu-1', engine: 'far', kinds: ['image'], ...more });

let rig: Rig;
let clock: SteppedClock;
let nodes: { presence: Presence; remote: RemoteWork }[];
beforeEach(async () => {
  clock = createSteppedClock();
  rig = await openRig({ clock, slots: 1 });
  nodes = [];
});
afterEach(async () => {
  for (const { remote } of nodes) remote.close();
  await rig.close();
});

/** One more process of the house, which shares store and bus with the others. */
function node(): { presence: Presence; verbs: WorkerVerbs } {
  const { queue, store, bus, blobs, ids, logger, registry } = rig;
  const presence = createPresence({ registry, clock, stayMs: RUN_LIMITS.leaseMs });
  const directory = joinDirectories(registry, presence);
  const seal = createLeaseSeal('a secret that all nodes share');
  const parts = { queue, store, bus, blobs, clock, ids, logger, limits: RUN_LIMITS, presence, directory, seal };
  const remote = createRemoteWork(parts);
  nodes.push({ presence, remote });
  return { presence, verbs: remote.verbsFor(RIG) };
}

const submitted = async (engine = 'far') => (await rig.queue.submit(ALICE, picture({}, { engine }), VIA)).job.id;

async function claimed(verbs: WorkerVerbs, more: Partial<About> = {}): Promise<Work & WorkRef> {
  const work = await verbs.claim(about(more), 0, never);
  if (work === null) throw new Error('there was nothing to claim');
  return work;
}

const progressOf = async (id: string) => (await rig.bus.newest([id])).get(id)?.levels.progress;

describe('a worker that calls several nodes', () => {
  test('RC-WORKER-5 RC-WORKER-13: goes on at another one, and what it says there never falls behind what the first was told', async () => {
    const [one, two] = [node(), node()];
    const id = await submitted();
    const work = await claimed(one.verbs);
    await one.verbs.report(work, { stage: { stage: 'base', index: 1, count: 1, steps: 10 } });
    await one.verbs.report(work, { progress: { fraction: 0.5, step: 5 } });
    await two.verbs.report(work, { progress: { fraction: 0.3, step: 3 } });
    expect(await progressOf(id)).toMatchObject({ fraction: 0.5, step: 5, steps: 10, stage: 'base' });
    await two.verbs.report(work, { progress: { fraction: 0.7, step: 7 } });
    await one.verbs.report(work, { progress: { fraction: 0.6, step: 6 } });
    expect(await progressOf(id)).toMatchObject({ fraction: 0.7, step: 7 });
  });

  test('RC-WORKER-9: is superseded at both once one has ended the job', async () => {
    const [one, two] = [node(), node()];
    await submitted();
    const work = await claimed(one.verbs);
    await two.verbs.report(work, { progress: { fraction: 0.1 } });
    await two.verbs.fail(work, { code: 'engine_failed', message: 'It broke.', retryable: false });
    await expect(one.verbs.report(work, {})).rejects.toMatchObject({ code: 'superseded' });
    await expect(two.verbs.report(work, {})).rejects.toMatchObject({ code: 'superseded' });
  });
});

describe('a lease', () => {
  test('RC-WORKER-4: is renewed by any word, and is over when none came in time', async () => {
    const { verbs } = node();
    await submitted();
    const work = await claimed(verbs);
    for (let round = 0; round < 4; round += 1) {
      clock.step(RUN_LIMITS.leaseMs * 0.8);
      expect(await verbs.report(work, {})).toMatchObject({ standing: 'held' });
    }
    clock.step(RUN_LIMITS.leaseMs + 1);
    await expect(verbs.report(work, { progress: { fraction: 1 } })).rejects.toMatchObject({ code: 'superseded' });
    expect(await progressOf(work.jobId)).toBeUndefined();
  });

  test('RC-WORKER-3: opens nothing to another key, for another job or as another attempt', async () => {
    const seal = createLeaseSeal('secret');
    const word = seal.seal('rig', { jobId: 'j_1', attempt: 2 });
    expect(seal.open('rig', 'j_1', word)).toEqual({ jobId: 'j_1', attempt: 2 });
    expect(seal.open('rog', 'j_1', word)).toBeNull();
    expect(seal.open('rig', 'j_2', word)).toBeNull();
    expect(createLeaseSeal('another').open('rig', 'j_1', word)).toBeNull();
    for (const wrong of [word.replace('2.', '3.'), word.slice(0, -1), '', '2', '2.', `-${word}`, '0.open', `${word}=`])
      expect(seal.open('rig', 'j_1', wrong), wrong).toBeNull();
  });

  test('ends with its job when that runs longer than it may, though the worker sends heartbeats', async () => {
    const { verbs } = node();
    const id = await submitted();
    const work = await claimed(verbs);
    for (let elapsedMs = 0; elapsedMs <= RUN_LIMITS.runTimeoutMs; elapsedMs += 10_000) {
      clock.step(10_000);
      const [now] = (await verbs.heartbeat({ leases: [work] }, 0, never)).jobs;
      if (now?.standing !== 'held') break;
      if (elapsedMs % 100_000 === 0) await verbs.report(work, { progress: { fraction: 0.1 } });
    }
    expect(await jobWhen(rig, id, ({ state }) => state === 'failed')).toMatchObject({ error: { code: 'run_timeout' } });
  });

  test('ends when the worker lives and reports nothing for too long', async () => {
    const { verbs } = node();
    const id = await submitted();
    const work = await claimed(verbs);
    for (let elapsedMs = 0; elapsedMs <= RUN_LIMITS.silentTimeoutMs; elapsedMs += 10_000) {
      clock.step(10_000);
      await verbs.heartbeat({ leases: [work] }, 0, never);
    }
    expect(await jobWhen(rig, id, ({ state }) => state === 'queued')).toMatchObject({ failures: 1 });
  });
});

describe('a claim', () => {
  test('RC-WORKER-2: whose caller has gone takes nothing', async () => {
    const { verbs } = node();
    const gone = new AbortController();
    const waiting = verbs.claim(about(), 60_000, gone.signal);
    gone.abort(new Error('the caller has gone'));
    await expect(waiting).rejects.toThrow('the caller has gone');
    const id = await submitted();
    expect(await claimed(verbs)).toMatchObject({ jobId: id, attempt: 1 });
  });

  test('RC-WORKER-12: finds what an earlier attempt left that must not be repeated, also when nobody knows that worker any more', async () => {
    const { verbs } = node();
    const id = await submitted();
    const lost = await claimed(verbs, { worker: 'paid-1', repeatable: false });
    await rig.queue.handBack({ jobId: id, attempt: lost.attempt }, null);
    const { verbs: later } = node();
    expect(await later.claim(about({ worker: 'paid-2' }), 0, never)).toBeNull();
    expect(await jobWhen(rig, id, ({ state }) => state === 'failed')).toMatchObject({
      error: { code: 'outcome_unknown' },
    });
  });

  test('RC-WORKER-3: is for the role worker, also where no gateway has looked', async () => {
    node();
    const verbs = nodes[0]?.remote.verbsFor(ALICE);
    await expect(verbs?.claim(about(), 0, never)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('watching over a job', () => {
  test('RC-WORKER-17: tells a cancel and then the end, and renews nothing', async () => {
    const { verbs } = node();
    const id = await submitted();
    const work = await claimed(verbs);
    const first = verbs.watch(work, 'held', never);
    await rig.queue.cancel(ALICE, id, null);
    expect(await first).toBe('canceling');
    const second = verbs.watch(work, 'canceling', never);
    await verbs.handBack(work);
    expect(await second).toBe('superseded');
    expect(await verbs.watch(work, 'held', never)).toBe('superseded');
    const again = await submitted();
    const held = await claimed(verbs);
    const watching = verbs.watch(held, 'held', never);
    clock.step(RUN_LIMITS.leaseMs + 1);
    await rig.queue.sweep();
    expect(await jobWhen(rig, again, ({ state }) => state === 'queued')).toMatchObject({ failures: 1 });
    expect(await watching).toBe('superseded');
  });

  test('RC-WORKER-17: goes on where another node hears the words about it, and ends with its caller', async () => {
    const [one, two] = [node(), node()];
    const id = await submitted();
    const work = await claimed(one.verbs);
    const gone = new AbortController();
    let told: string | null = null;
    const watching = one.verbs.watch(work, 'held', gone.signal).then((standing) => (told = standing));
    // Nobody speaks of it here for so long that it is forgotten here.
    for (let round = 0; round < 8; round += 1) {
      clock.step(RUN_LIMITS.leaseMs / 2);
      expect(await two.verbs.report(work, {})).toMatchObject({ standing: 'held' });
    }
    expect(told).toBeNull();
    await rig.queue.cancel(ALICE, id, null);
    expect(await watching).toBe('canceling');
    const left = one.verbs.watch(work, 'canceling', gone.signal);
    gone.abort(new Error('the socket has closed'));
    await expect(left).rejects.toThrow('the socket has closed');
  });

  test('RC-WORKER-3: is for those who hold it', async () => {
    const { verbs } = node();
    await submitted();
    const { jobId } = await claimed(verbs);
    await expect(verbs.watch({ jobId, lease: '1.guessed' }, 'held', never)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the presence of workers', () => {
  test('RC-WORKER-10: lasts while a call waits and some time after a word, and is short after a broken call', () => {
    const { presence } = node();
    const names = () => presence.list().map(({ backend }) => backend);
    presence.heard(about());
    clock.step(RUN_LIMITS.leaseMs - 1);
    expect(names()).toEqual(['gpu-1']);
    clock.step(1);
    expect(names()).toEqual([]);
    presence.heard(about());
    const left = presence.waits('gpu-1');
    clock.step(60_000);
    expect(names()).toEqual(['gpu-1']);
    left('broken');
    clock.step(1_999);
    expect(presence.candidates()).toMatchObject([{ backend: 'gpu-1', engine: 'far', state: 'up' }]);
    clock.step(1);
    expect(presence.candidates()).toEqual([]);
    // What it said of itself still judges what was lost with it.
    expect(presence.traits('far')).toMatchObject({ repeatable: true });
  });

  test('RC-WORKER-10: gives a place to the jobs that wait for it, and takes it away', async () => {
    const { presence } = node();
    await submitted();
    const reason = async () => lineUp(await rig.store.waiting(10), presence.candidates(), clock.now())[0]?.state.reason;
    expect(await reason()).toBe('no_backend');
    presence.heard(about());
    expect(await reason()).toBe('in_line');
    clock.step(RUN_LIMITS.leaseMs);
    expect(await reason()).toBe('no_backend');
  });

  test('RC-WORKER-10: no worker can pass as an engine or backend of the house', () => {
    const { presence } = node();
    expect(() => presence.heard(about({ engine: 'rehearsal' }))).toThrow('of its own');
    expect(() => presence.heard(about({ worker: 'rehearsal' }))).toThrow('of its own');
  });

  test('has room for a bounded number, and those that have gone make way', () => {
    const { presence } = node();
    for (let count = 0; count < 1_000; count += 1) presence.heard(about({ worker: `gpu-${count}` }));
    expect(() => presence.heard(about({ worker: 'one-more' }))).toThrow('1000 workers');
    clock.step(RUN_LIMITS.leaseMs);
    presence.heard(about({ worker: 'one-more' }));
    expect(presence.list()).toHaveLength(1);
  });
});
