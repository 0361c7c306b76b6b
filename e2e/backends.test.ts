import { snapshotSchema } from '@rendercast/protocol';
import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

let house: House;
beforeAll(async () => {
  house = await startHouse({ apiKeys: 'ada:ada-key-000000000000,boss:boss-key-00000000000:operator' });
});
afterAll(() => house.stop());
const ADA = 'ada-key-000000000000';
const BOSS = 'boss-key-00000000000';

const order = (path: string, key = BOSS) => house.call(`/v1/backends/${path}`, { method: 'POST', key });
const intakes = async () =>
  Object.fromEntries(
    (await house.call('/v1/engines', { key: ADA }))
      .as(enginesAnswerSchema)
      .engines.map(({ backend, intake }) => [backend, intake]),
  );
const submitted = async () =>
  (await house.call('/v1/jobs', { key: ADA, body: rehearsal() })).as(jobAnswerSchema).job.id;
const ended = (id: string) =>
  until(async () => {
    const { job } = (await house.call(`/v1/jobs/${id}`, { key: ADA })).as(snapshotSchema);
    return job.state === 'succeeded' && job;
  }, `the end of ${id}`);

describe('backends that an operator looks after', () => {
  it('RC-BACKEND-5: obey operators alone, and only those that there are', async () => {
    expect((await order('rehearsal/pause', ADA)).code).toBe('forbidden');
    expect((await order('pause', ADA)).code).toBe('forbidden');
    expect((await order('nobody/pause')).code).toBe('not_found');
    expect((await intakes()).rehearsal).toBe('open');
  });

  it('RC-BACKEND-1: are paused one by one, and whoever waits is told within a second', async () => {
    const paused = (await order('rehearsal/pause')).as(enginesAnswerSchema).engines;
    expect(paused).toMatchObject([{ backend: 'rehearsal', intake: 'paused', message: 'Paused by an operator.' }]);
    const id = await submitted();
    const wire = await openWire(house.url, { token: ADA });
    wire.send({ type: 'subscribe', job: id });
    await wire.next('subscribed');
    const startedMs = performance.now();
    expect((await wire.next('level')).level).toMatchObject({ kind: 'place', reason: 'paused', position: null });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    wire.close();
    expect((await order('rehearsal/resume')).as(enginesAnswerSchema).engines).toMatchObject([{ intake: 'open' }]);
    expect(await ended(id)).toMatchObject({ attempt: 1 });
  });

  it('RC-BACKEND-3: are drained and resumed all at once, and a word about one stands beside the word about all', async () => {
    await order('drain');
    expect(new Set(Object.values(await intakes()))).toEqual(new Set(['draining']));
    await order('rehearsal/resume');
    expect(await intakes()).toMatchObject({ rehearsal: 'open', 'embedded-image': 'draining' });
    await ended(await submitted());
    await order('resume');
    expect(new Set(Object.values(await intakes()))).toEqual(new Set(['open']));
  });
});
