import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRehearsal, REHEARSAL } from '../engines/rehearsal/rehearsal.js';
import { createIntakes, withIntakes } from './intakes.js';
import { ALICE, ended, factsOf, jobWhen, openRig, picture, type Rig, VIA } from './rig.contract.js';
import { createSteppedClock } from './stepped-clock.contract.js';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());
const submitted = async (script = {}) => (await rig.queue.submit(ALICE, picture(script), VIA)).job.id;

describe('an order of an operator', () => {
  test('RC-BACKEND-1: keeps jobs from starting, leaves those that run alone, and is taken back', async () => {
    rig.runner().start();
    const running = await submitted({ steps: 40, stepMs: 5 });
    await jobWhen(rig, running, ({ state }) => state === 'running');
    await rig.intakes.set('rehearsal', 'paused');
    const waiting = await submitted();
    expect((await ended(rig, running)).state).toBe('succeeded');
    expect((await rig.store.find(waiting, null))?.job.state).toBe('queued');
    await rig.intakes.set('rehearsal', 'open');
    expect((await ended(rig, waiting)).state).toBe('succeeded');
    expect((await factsOf(rig, running)).filter(({ type }) => type === 'started')).toHaveLength(1);
  });

  test('RC-BACKEND-2: that drains moves what may run again and can run elsewhere, at no cost to its tries', async () => {
    await rig.registry.add(createRehearsal({ backend: 'second', slots: 1 }), REHEARSAL);
    rig.runner().start();
    await rig.intakes.set('second', 'paused');
    const id = await submitted({ hangAtStep: 2 });
    await jobWhen(rig, id, ({ state }) => state === 'running');
    await rig.intakes.set('rehearsal', 'draining');
    const { job } = (await rig.store.find(id, null)) ?? {};
    expect(job).toMatchObject({ state: 'running', ranOn: { backend: 'rehearsal' } });
    await rig.intakes.set('second', 'open');
    const moved = await jobWhen(rig, id, ({ ranOn }) => ranOn?.backend === 'second');
    expect(moved).toMatchObject({ state: 'running', attempt: 2, failures: 0 });
    const retrying = (await factsOf(rig, id)).find(({ type }) => type === 'retrying');
    expect(retrying).toMatchObject({ counted: false, error: { code: 'engine_unavailable' } });
    await rig.queue.cancel(ALICE, id, null);
  });

  test('RC-BACKEND-2: that drains lets what must not be repeated run to its end', async () => {
    await rig.registry.add(createRehearsal({ backend: 'paid' }), { ...REHEARSAL, repeatable: false });
    await rig.intakes.set('rehearsal', 'paused');
    rig.runner().start();
    const id = await submitted({ steps: 30, stepMs: 5 });
    await jobWhen(rig, id, ({ state }) => state === 'running');
    await rig.intakes.set('rehearsal', 'open');
    await rig.intakes.set('paid', 'draining');
    expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', attempt: 1, ranOn: { backend: 'paid' } });
  });

  test('RC-BACKEND-3: holds over a restart', async () => {
    await rig.intakes.set(null, 'paused');
    const dir = rig.dir;
    await rig.bus.close();
    await rig.store.close();
    const next = await openRig({ dir });
    expect(next.intakes.of('rehearsal')).toBe('paused');
    await next.close();
    rig = await openRig();
  });

  test('given on another node is known here half a second later, and told to whoever listens', async () => {
    const clock = createSteppedClock();
    const here = createIntakes({ store: rig.store, clock, logger: rig.logger });
    const changes: string[] = [];
    here.onChange(() => changes.push(here.of('rehearsal')));
    await here.start();
    await rig.intakes.set('rehearsal', 'draining');
    expect(here.of('rehearsal')).toBe('open');
    clock.step(500);
    await vi.waitFor(() => expect(changes).toEqual(['draining']));
    await here.refresh();
    expect(changes).toEqual(['draining']);
    await here.close();
  });

  test('RC-ENGINES-2: shows in the list of backends', async () => {
    const { list, candidates } = withIntakes(rig.registry, rig.intakes);
    expect(list()).toMatchObject([{ backend: 'rehearsal', intake: 'open' }]);
    await rig.intakes.set(null, 'draining');
    expect(list()).toMatchObject([{ intake: 'draining', message: 'Being drained by an operator.', health: 'up' }]);
    expect(candidates()).toMatchObject([{ state: 'paused' }]);
  });
});
