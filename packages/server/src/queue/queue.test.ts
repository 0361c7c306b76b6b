import { batchSchema, LIMITS as TREATY } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  artifactOf,
  BOB,
  factsOf,
  OPERATOR,
  openRig,
  picture,
  type Rig,
  type RigOptions,
  typesOf,
  VIA,
} from './rig.contract.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.contract.js';

let rig: Rig;
let clock: SteppedClock;
async function open(options: RigOptions = {}): Promise<void> {
  clock = createSteppedClock();
  rig = await openRig({ clock, slots: 1, ...options });
}
beforeEach(() => open());
afterEach(() => rig.close());
const reopen = async (options: RigOptions) => {
  await rig.close();
  await open(options);
};

const submitted = async (command = picture()) => (await rig.queue.submit(ALICE, command, VIA)).job;
const claimed = async () => {
  const claim = await rig.queue.claim({ name: 't', inProcess: true, offers: rig.registry.offers(), leaseMs: 1_000 });
  if (claim === null) throw new Error('there was nothing to claim');
  return { job: claim.job, lease: { jobId: claim.job.id, attempt: claim.job.attempt } };
};
const reached = { fraction: 0.5, stage: 'base_model', step: 2, steps: 4, etaMs: null, elapsedMs: 1_200 };
const FLAKY = { code: 'engine_failed', message: 'It flickered.', retryable: true } as const;

describe('submit', () => {
  test('gives an id that sorts by time, and a seed of its own where none was asked for', async () => {
    const first = await submitted();
    clock.step(1);
    const second = await submitted();
    expect(first.id).toMatch(/^j_[0-9a-z]{26}$/);
    expect(first.id < second.id).toBe(true);
    expect(first.seed).toBeGreaterThanOrEqual(0);
    expect(first.seed).toBeLessThanOrEqual(TREATY.maxSeed);
    expect(first.seed).not.toBe(second.seed);
    expect((await submitted(picture({}, { request: { seed: 42 } }))).seed).toBe(42);
  });

  test('with the same id and request finds the same job; with another request it is a conflict', async () => {
    const first = await rig.queue.submit(ALICE, picture({}, { id: 'mine' }), VIA);
    const again = await rig.queue.submit(ALICE, picture({}, { id: 'mine' }), VIA);
    expect(again).toMatchObject({ replayed: true, job: { id: first.job.id, seed: first.job.seed } });
    const other = picture({ stepMs: 9 }, { id: 'mine' });
    await expect(rig.queue.submit(ALICE, other, VIA)).rejects.toMatchObject({ code: 'conflict' });
    expect((await rig.queue.submit(BOB, other, VIA)).replayed).toBe(false);
  });

  test('with the same idempotency key finds the same job, and keeps keys of other requests apart', async () => {
    const options = { ...VIA, idempotencyKey: 'k1' };
    const first = await rig.queue.submit(ALICE, picture(), options);
    expect(await rig.queue.submit(ALICE, picture(), options)).toMatchObject({
      replayed: true,
      job: { id: first.job.id },
    });
    await expect(rig.queue.submit(ALICE, picture({ stepMs: 2 }), options)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('RC-SUBMIT-4 RC-SUBMIT-6: is refused when too many wait, says when to come back, and uses up no key', async () => {
    await reopen({ limits: { maxWaitingPerOwner: 1, maxWaiting: 2 } });
    const options = { ...VIA, idempotencyKey: 'k1' };
    const waiting = await submitted();
    const refused = { code: 'queue_full', retryable: true, retryAfterMs: 5_000 };
    await expect(rig.queue.submit(ALICE, picture({ stepMs: 2 }), options)).rejects.toMatchObject(refused);
    await rig.queue.submit(BOB, picture(), VIA);
    await expect(rig.queue.submit(OPERATOR, picture(), VIA)).rejects.toMatchObject(refused);
    await rig.queue.cancel(ALICE, waiting.id, null);
    expect((await rig.queue.submit(ALICE, picture(), options)).replayed).toBe(false);
  });

  test('notes until when the job may start', async () => {
    await reopen({ limits: { queueTimeoutMs: 60_000 } });
    expect((await submitted()).startBy).toBe('2026-01-01T00:01:00.000Z');
    expect((await submitted(picture({}, { queueTimeoutMs: 1_000 }))).startBy).toBe('2026-01-01T00:00:01.000Z');
    expect((await submitted(picture({}, { queueTimeoutMs: Number.MAX_SAFE_INTEGER }))).startBy).toBeNull();
  });

  test('refuses inputs that are not within reach, naming the field', async () => {
    const artifact = await artifactOf(rig, null);
    await rig.store.putArtifact('alice', artifact);
    const command = picture({}, { request: { inputs: [{ artifactId: artifact.id }] } });
    const field = 'request.inputs.0.artifactId';
    await expect(rig.queue.submit(BOB, command, VIA)).rejects.toMatchObject({ code: 'invalid_field', field });
    await expect(rig.queue.submit(ALICE, command, VIA)).resolves.toMatchObject({ replayed: false });
  });

  test('rings the bell', async () => {
    let rung = 0;
    rig.queue.onWork(() => rung++);
    await submitted();
    expect(rung).toBe(1);
  });
});

describe('a batch', () => {
  const batch = (id?: string) =>
    batchSchema.parse({ ...(id === undefined ? {} : { id }), jobs: [picture(), picture({}, { tags: ['two'] })] });

  test('makes all jobs under one label, and is known again by its id', async () => {
    const first = await rig.queue.submitBatch(ALICE, batch('set-1'), VIA);
    expect(first).toMatchObject({ batch: 'set-1', replayed: false, jobs: [{ batch: 'set-1' }, { batch: 'set-1' }] });
    const again = await rig.queue.submitBatch(ALICE, batch('set-1'), VIA);
    expect(again.replayed).toBe(true);
    expect(again.jobs.map(({ id }) => id)).toEqual(first.jobs.map(({ id }) => id));
    expect((await rig.queue.submitBatch(ALICE, batch(), VIA)).batch).toMatch(/^b_/);
  });

  test('makes none when not all can be made', async () => {
    await reopen({ limits: { maxWaitingPerOwner: 1 } });
    await expect(rig.queue.submitBatch(ALICE, batch(), VIA)).rejects.toMatchObject({ code: 'queue_full' });
    expect((await rig.store.counts()).queued).toBe(0);
  });
});

describe('cancel', () => {
  test('ends a waiting job at once', async () => {
    const job = await submitted();
    const canceled = await rig.queue.cancel(ALICE, job.id, 'changed my mind');
    expect(canceled).toMatchObject({ state: 'canceled', timings: { runMs: 0 } });
    expect((await factsOf(rig, job.id)).at(-1)).toMatchObject({ type: 'canceled', reason: 'changed my mind' });
  });

  test('RC-CANCEL-1 RC-CANCEL-3: of a running job is a fact, the same when asked again, and bars the way back to the queue', async () => {
    await submitted();
    const { job, lease } = await claimed();
    expect(await rig.queue.cancel(ALICE, job.id, 'enough')).toMatchObject({ state: 'running', canceling: true });
    expect(await rig.queue.cancel(ALICE, job.id, 'again')).toMatchObject({ seq: 3 });
    await rig.queue.fail(lease, FLAKY, reached);
    const facts = await factsOf(rig, job.id);
    expect(facts.slice(2)).toMatchObject([
      { type: 'canceling', reason: 'enough' },
      { type: 'canceled', reason: 'enough', progress: reached },
    ]);
    await expect(rig.queue.cancel(ALICE, job.id, null)).rejects.toMatchObject({ code: 'already_ended' });
  });

  test('does not undo work that was finished first', async () => {
    await submitted();
    const { job, lease } = await claimed();
    await rig.queue.cancel(ALICE, job.id, null);
    expect(await rig.queue.succeed(lease, reached)).toMatchObject({ state: 'succeeded', canceling: false });
  });

  test('reaches by either id what the caller may reach, and nothing else', async () => {
    const job = await submitted(picture({}, { id: 'mine' }));
    await expect(rig.queue.cancel(BOB, job.id, null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(rig.queue.cancel(BOB, 'mine', null)).rejects.toMatchObject({ code: 'not_found' });
    expect((await rig.queue.cancel(ALICE, 'mine', null)).state).toBe('canceled');
    const other = await submitted();
    expect((await rig.queue.cancel(OPERATOR, other.id, null)).state).toBe('canceled');
  });
});

describe('retry', () => {
  test('makes a new job from an ended one, for the same owner', async () => {
    const job = await submitted(picture({}, { tags: ['keep'], priority: 7, request: { seed: 5 } }));
    await expect(rig.queue.retry(ALICE, job.id, VIA)).rejects.toMatchObject({ code: 'not_ended' });
    await rig.queue.cancel(ALICE, job.id, null);
    const { job: again } = await rig.queue.retry(OPERATOR, job.id, VIA);
    expect(again).toMatchObject({
      retryOf: job.id,
      owner: 'alice',
      request: job.request,
      seed: 5,
      tags: ['keep'],
      priority: 7,
    });
    expect((await rig.queue.retry(ALICE, job.id, VIA)).job.id).not.toBe(again.id);
    await expect(rig.queue.retry(BOB, job.id, VIA)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('asked twice with one key is done once', async () => {
    const job = await submitted();
    await rig.queue.cancel(ALICE, job.id, null);
    const options = { ...VIA, idempotencyKey: 'again' };
    const first = await rig.queue.retry(ALICE, job.id, options);
    expect(await rig.queue.retry(ALICE, job.id, options)).toMatchObject({ replayed: true, job: { id: first.job.id } });
  });
});

describe('edit and note', () => {
  test('the priority changes only while the job waits, tags and favourite always', async () => {
    const job = await submitted();
    expect(await rig.queue.edit(ALICE, job.id, { priority: 9 })).toMatchObject({ priority: 9 });
    const { lease } = await claimed();
    const refused = { code: 'invalid_field', field: 'priority' };
    await expect(rig.queue.edit(ALICE, job.id, { priority: 1 })).rejects.toMatchObject(refused);
    await rig.queue.succeed(lease, reached);
    await expect(rig.queue.edit(ALICE, job.id, { priority: 1 })).rejects.toMatchObject({ code: 'already_ended' });
    const edited = await rig.queue.edit(ALICE, job.id, { tags: ['best'], favorite: true });
    expect(edited).toMatchObject({ state: 'succeeded', tags: ['best'], favorite: true });
  });

  test('notes come before the end and have a size', async () => {
    const job = await submitted();
    await rig.queue.note(ALICE, job.id, { rating: 5 });
    const large = { text: 'x'.repeat(TREATY.noteChars) };
    await expect(rig.queue.note(ALICE, job.id, large)).rejects.toMatchObject({ code: 'too_large' });
    await rig.queue.cancel(ALICE, job.id, null);
    await expect(rig.queue.note(ALICE, job.id, {})).rejects.toMatchObject({ code: 'already_ended' });
    expect(await typesOf(rig, job.id)).toEqual(['queued', 'note', 'canceled']);
  });
});

describe('remove', () => {
  test('blanks an ended job and deletes the files of all its attempts', async () => {
    const job = await submitted();
    const ids: string[] = [];
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { lease } = await claimed();
      const artifact = await artifactOf(rig, job.id);
      ids.push(artifact.id);
      await rig.queue.report(lease, { type: 'output', slot: 0, artifact });
      await expect(rig.queue.remove(ALICE, job.id)).rejects.toMatchObject({ code: 'not_ended' });
      if (attempt === 1) await rig.queue.handBack(lease, null);
      else await rig.queue.succeed(lease, reached);
    }
    await rig.queue.remove(ALICE, job.id);
    for (const id of ids) expect(await rig.blobs.size(id)).toBeNull();
    const found = await rig.store.find(job.id, null);
    expect(found?.job).toMatchObject({ removed: true, outputs: [], request: { prompt: '' } });
    expect(await rig.store.knownArtifacts(ids)).toEqual([]);
    await expect(rig.queue.remove(ALICE, job.id)).resolves.toBeUndefined();
    await expect(rig.queue.retry(ALICE, job.id, VIA)).rejects.toMatchObject({ code: 'not_found' });
    await expect(rig.queue.edit(ALICE, job.id, { favorite: true })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('RC-FILE-3: of one file leaves the job and its other files', async () => {
    const job = await submitted();
    const { lease } = await claimed();
    const [first, second] = [await artifactOf(rig, job.id), await artifactOf(rig, job.id)];
    await rig.queue.report(lease, { type: 'output', slot: 0, artifact: first });
    await rig.queue.report(lease, { type: 'output', slot: 1, artifact: second });
    await expect(rig.queue.removeArtifact(ALICE, first.id)).rejects.toMatchObject({ code: 'not_ended' });
    await rig.queue.succeed(lease, reached);
    await expect(rig.queue.removeArtifact(BOB, first.id)).rejects.toMatchObject({ code: 'not_found' });
    await rig.queue.removeArtifact(ALICE, first.id);
    expect(await rig.blobs.size(first.id)).toBeNull();
    expect(await rig.blobs.size(second.id)).not.toBeNull();
    expect((await rig.store.find(job.id, null))?.job.outputs.map(({ slot }) => slot)).toEqual([1]);
  });

  test('of an uploaded input forgets it', async () => {
    const artifact = await artifactOf(rig, null);
    await rig.store.putArtifact('alice', artifact);
    await rig.queue.removeArtifact(ALICE, artifact.id);
    expect(await rig.store.artifact(artifact.id, 'alice')).toBeNull();
    expect(await rig.blobs.size(artifact.id)).toBeNull();
  });
});
