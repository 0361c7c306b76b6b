import type { LevelOf } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Candidate } from '../engines/registry.js';
import type { Store, WaitingJob } from '../stores/store.js';
import { withIntakes } from './intakes.js';
import { lineUp } from './line.js';
import { createPlaces, type Places } from './place.js';
import { ALICE, openRig, picture, type Rig, VIA } from './rig.contract.js';

/** A promise in milliseconds, on a machine that others use too: one of three tries must keep it. */
const WALL_CLOCK = { retry: 2 };

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const backend = (name: string, change: Partial<Candidate> = {}, engine = 'painter', auto = true): Candidate => ({
  engine,
  backend: name,
  state: 'up',
  message: null,
  offers: [{ engine, backend: name, kinds: ['image'], models: null, auto }],
  ...change,
});
const job = (id: string, change: Partial<WaitingJob> = {}): WaitingJob => ({
  id,
  kind: 'image',
  engine: 'auto',
  model: null,
  attempt: 0,
  seq: 1,
  notBefore: null,
  ...change,
});
const positions = (jobs: WaitingJob[], candidates: Candidate[]) =>
  lineUp(jobs, candidates, NOW_MS).map(({ state: { position, waiting, reason } }) => [position, waiting, reason]);

describe('the line', () => {
  test('counts those in front and all that wait', () => {
    expect(positions([job('a'), job('b'), job('c')], [backend('one')])).toEqual([
      [1, 3, 'in_line'],
      [2, 3, 'in_line'],
      [3, 3, 'in_line'],
    ]);
  });

  test('does not count jobs that run elsewhere, and counts those that share a backend', () => {
    const candidates = [backend('one'), backend('two', {}, 'other', false)];
    const jobs = [job('a'), job('b', { engine: 'other' }), job('c', { engine: 'painter' })];
    expect(positions(jobs, candidates)).toEqual([
      [1, 2, 'in_line'],
      [1, 1, 'in_line'],
      [2, 2, 'in_line'],
    ]);
  });

  test('does not count jobs that are not in it: those in backoff and those that nothing can run', () => {
    const later = new Date(NOW_MS + 5_000).toISOString();
    const earlier = new Date(NOW_MS - 5_000).toISOString();
    const jobs = [job('a', { notBefore: later }), job('b', { kind: 'music' }), job('c', { notBefore: earlier })];
    expect(positions(jobs, [backend('one')])).toEqual([
      [null, 0, 'backoff'],
      [null, 0, 'no_backend'],
      [1, 1, 'in_line'],
    ]);
  });

  test('says paused only when every backend that could is', () => {
    const paused = backend('one', { state: 'paused' });
    expect(positions([job('a')], [paused])).toEqual([[null, 0, 'paused']]);
    expect(positions([job('a')], [paused, backend('two')])).toEqual([[1, 1, 'in_line']]);
  });

  test('says in words what is missing and what to do', () => {
    const withModel = backend('one', {
      offers: [{ engine: 'painter', backend: 'one', kinds: ['image'], models: ['small'], auto: true }],
    });
    const words = (wanted: WaitingJob, candidates: Candidate[]) =>
      lineUp([wanted], candidates, NOW_MS)[0]?.state.message;
    expect(words(job('a', { engine: 'nobody' }), [withModel])).toContain('No engine named "nobody" is connected');
    expect(words(job('a', { model: 'large' }), [withModel])).toContain('the model "large"');
    expect(words(job('a', { kind: 'music' }), [withModel])).toContain('takes music jobs');
    expect(words(job('a', { kind: 'music', engine: 'painter' }), [withModel])).toContain('makes no music jobs');
    expect(words(job('a'), [backend('one', { state: 'down' })])).toContain('"one" is down');
  });

  test('is worked out for 10,000 jobs in well under a tenth of a second', WALL_CLOCK, () => {
    const jobs = Array.from({ length: 10_000 }, (_, index) =>
      job(`j${index}`, { engine: index % 2 ? 'auto' : 'painter' }),
    );
    const startedAt = performance.now();
    expect(lineUp(jobs, [backend('one'), backend('two')], NOW_MS)[9_999]?.state.position).toBe(10_000);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});

describe('places of watched jobs', () => {
  let rig: Rig;
  let places: Places;
  let heard: LevelOf<'place'>[] = [];
  const level = ({ level: told }: { level: { kind: string } }) => {
    if (told.kind === 'place') heard.push(told as LevelOf<'place'>);
  };
  const watch = (jobId: string) => rig.bus.listen({ job: jobId }, { facts: () => undefined, level });

  beforeEach(async () => {
    heard = [];
    rig = await openRig();
    places = createPlaces({
      store: rig.store,
      bus: rig.bus,
      registry: withIntakes(rig.registry, rig.intakes),
      clock: rig.clock,
      logger: rig.logger,
    });
  });
  afterEach(async () => {
    await places.close();
    await rig.close();
  });

  test('are told to those who watch, once, and again only when they change', async () => {
    const first = await rig.queue.submit(ALICE, picture(), VIA);
    const second = await rig.queue.submit(ALICE, picture(), VIA);
    await places.pass();
    expect(heard).toEqual([]);

    await watch(second.job.id);
    await places.pass();
    await places.pass();
    expect(heard.map(({ position, waiting }) => [position, waiting])).toEqual([[2, 2]]);

    await rig.queue.cancel(ALICE, first.job.id, null);
    await places.pass();
    expect(heard.at(-1)).toMatchObject({ position: 1, waiting: 1, reason: 'in_line', after: 1, attempt: 0 });
  });

  test('are worked out again only when something may have moved the line, or somebody new watches', async () => {
    let readings = 0;
    const { store, bus, clock, logger } = rig;
    const registry = withIntakes(rig.registry, rig.intakes);
    const waiting: Store['waiting'] = (limit) => {
      readings += 1;
      return store.waiting(limit);
    };
    const counted = { heads: store.heads, find: store.find, waiting };
    const own = createPlaces({ store: counted, bus, registry, clock, logger });
    const readingsOfThree = async () => {
      readings = 0;
      for (let pass = 0; pass < 3; pass += 1) await own.pass();
      return readings;
    };

    const { job: made } = await rig.queue.submit(ALICE, picture(), VIA);
    expect(await readingsOfThree()).toBe(0);
    const listening = await watch(made.id);
    expect(await readingsOfThree()).toBe(1);
    const { job: another } = await rig.queue.submit(ALICE, picture(), VIA);
    expect(await readingsOfThree()).toBe(1);
    await rig.intakes.set('rehearsal', 'paused');
    expect(await readingsOfThree()).toBe(1);
    await watch(another.id);
    expect(await readingsOfThree()).toBe(1);
    // Whoever comes back is somebody new.
    listening.stop();
    expect(await readingsOfThree()).toBe(0);
    await watch(made.id);
    expect(await readingsOfThree()).toBe(1);
    await own.close();
  });

  test('follow the facts of the job: an edit is followed by a newer level', async () => {
    const { job: made } = await rig.queue.submit(ALICE, picture(), VIA);
    await watch(made.id);
    await places.pass();
    await rig.queue.edit(ALICE, made.id, { priority: 5 });
    await places.pass();
    expect(heard.map(({ after }) => after)).toEqual([1, 2]);
  });

  test('of a job that nothing can run say so within a second, and what to do', async () => {
    const { job: made } = await rig.queue.submit(ALICE, picture({}, { engine: 'sdxl-turbo' }), VIA);
    places.start();
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      void rig.bus.listen(
        { job: made.id },
        { facts: () => undefined, level: (carried) => (level(carried), heard.length > 0 && resolve()) },
      );
    });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(heard[0]).toMatchObject({ reason: 'no_backend', position: null });
    expect(heard[0]?.message).toContain('sdxl-turbo');
  });

  test('RC-BACKEND-4: change to paused and back with what is ordered of the backend', async () => {
    const { job: made } = await rig.queue.submit(ALICE, picture(), VIA);
    await watch(made.id);
    for (const step of [
      () => undefined,
      () => rig.intakes.set('rehearsal', 'paused'),
      () => rig.intakes.set('rehearsal', 'open'),
    ]) {
      await step();
      await places.pass();
    }
    expect(heard.map(({ reason }) => reason)).toEqual(['in_line', 'paused', 'in_line']);
  });
});
