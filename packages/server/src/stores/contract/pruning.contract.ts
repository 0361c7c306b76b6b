import type { Artifact, FactBody, Job } from '@rendercast/protocol';
import { describe, expect, it } from 'vitest';
import type { PruneRequest, Store } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import {
  append,
  appended,
  artifact,
  claimRequest,
  creation,
  make,
  newJob,
  onlyJob,
  output,
  type Queued,
  retrying,
  succeeded,
  take,
} from './samples.contract.js';

const EVERYTHING: PruneRequest = { endedBefore: '9999', maxBytes: null, favorites: true, limit: 1_000 };

/** Time of day of a test, as ISO 8601. */
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

/** Makes a job that has ended at an hour, with a file of so many bytes. */
async function ended(store: Store, hour: number, sizeBytes = 0, over: Partial<Queued> = {}): Promise<Job> {
  const { id } = await make(store, over);
  const { job } = await take(store);
  expect(job.id).toBe(id);
  const bodies: FactBody[] = [];
  if (sizeBytes > 0) bodies.push(output(1, 0, artifact({ jobId: id, sizeBytes })));
  const result = await store.append({ jobId: id, bodies: [...bodies, succeeded(1)], at: at(hour), expect: {} });
  if (!result.ok) throw new Error('not ended');
  return result.job;
}

const using = (file: Artifact): Partial<Queued> => ({
  request: { prompt: 'again', inputs: [{ artifactId: file.id, role: 'init' }] },
});

const fileOf = (job: Job): Artifact => {
  const [first] = job.outputs;
  if (first === undefined) throw new Error('the job has no output');
  return first.artifact;
};

async function prunedIds(store: Store, over: Partial<PruneRequest>): Promise<string[]> {
  const request = { endedBefore: null, maxBytes: null, favorites: false, limit: 1_000, ...over };
  return (await store.prune(request)).jobIds;
}

export function pruningContract(open: OpenHarness): void {
  describe('prune', () => {
    const harness = useHarness(open);

    it('forgets what ended before a time, oldest end first, and leaves what has not ended', async () => {
      const { store } = harness();
      const late = await ended(store, 8);
      const early = await ended(store, 3);
      const young = await ended(store, 12);
      const waiting = await make(store);
      expect(await prunedIds(store, { endedBefore: at(9) })).toStrictEqual([early.id, late.id]);
      for (const { id } of [early, late]) expect(await store.find(id, null)).toBeNull();
      for (const { id } of [young, waiting]) expect((await store.find(id, null))?.job.id).toBe(id);
      expect(await prunedIds(store, { endedBefore: at(9) })).toStrictEqual([]);
    });

    it('forgets the oldest until the files of the others weigh no more than they may', async () => {
      const { store } = harness();
      const jobs: Job[] = [];
      for (const hour of [1, 2, 3, 4]) jobs.push(await ended(store, hour, 100));
      const [first, second, third] = jobs;
      expect(await prunedIds(store, { maxBytes: 400 })).toStrictEqual([]);
      expect(await prunedIds(store, { maxBytes: 399 })).toStrictEqual([first?.id]);
      expect(await prunedIds(store, { maxBytes: 150 })).toStrictEqual([second?.id, third?.id]);
      expect(await prunedIds(store, { maxBytes: 150 })).toStrictEqual([]);
    });

    it('does not weigh the files of jobs that have not ended', async () => {
      const { store } = harness();
      const done = await ended(store, 1, 100);
      const running = await make(store);
      await take(store);
      await appended(store, running.id, output(1, 0, artifact({ jobId: running.id, sizeBytes: 10_000 })));
      expect(await prunedIds(store, { maxBytes: 100 })).toStrictEqual([]);
      expect(await prunedIds(store, { maxBytes: 99 })).toStrictEqual([done.id]);
    });

    it('keeps favourites and does not weigh them, unless told otherwise', async () => {
      const { store } = harness();
      const loved = await ended(store, 1, 1_000);
      await appended(store, loved.id, { type: 'edited', favorite: true });
      const plain = await ended(store, 2, 100);
      expect(await prunedIds(store, { endedBefore: at(2), maxBytes: 100 })).toStrictEqual([]);
      expect(await prunedIds(store, { endedBefore: at(9) })).toStrictEqual([plain.id]);
      expect(await prunedIds(store, { maxBytes: 999, favorites: true })).toStrictEqual([loved.id]);
    });

    it('forgets no more at once than asked, and names every file that the jobs ever made', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const [old, replaced, kept] = [artifact({ jobId: id }), artifact({ jobId: id }), artifact({ jobId: id })];
      await appended(store, id, output(1, 0, old), output(1, 1, kept), retrying(1));
      await take(store);
      await appended(store, id, output(2, 0, replaced), succeeded(2));
      const second = await ended(store, 11, 7);
      const { artifactIds, jobIds } = await store.prune({ ...EVERYTHING, limit: 1 });
      expect(jobIds).toStrictEqual([id]);
      expect(artifactIds.sort()).toStrictEqual([old.id, replaced.id, kept.id].sort());
      expect(await store.knownArtifacts([old.id, replaced.id, kept.id])).toStrictEqual([]);
      expect((await store.prune({ ...EVERYTHING, limit: 1 })).jobIds).toStrictEqual([second.id]);
    });

    it("raises the feed's horizon past the facts that went, for good", async () => {
      const { store, reopen } = harness();
      const gone = await ended(store, 1, 5);
      const last = (await store.find(gone.id, null))?.cursor ?? 0;
      const stays = await make(store);
      expect((await store.heads([])).horizon).toBe(0);
      expect((await store.prune(EVERYTHING)).horizon).toBe(last);
      const reopened = await reopen();
      expect(await reopened.heads([gone.id, stays.id])).toMatchObject({
        horizon: last,
        jobs: new Map([[stays.id, 1]]),
      });
      const page = await reopened.feed({ owner: null, filter: {}, after: 0, limit: 100 });
      expect(page).toMatchObject({ horizon: last });
      expect(page.facts.map(({ fact }) => fact.jobId)).toStrictEqual([stays.id]);
      expect(await reopened.facts(gone.id, 0, 100)).toStrictEqual([]);
      // A lower one never brings it down again, and a cursor is never given twice.
      expect((await reopened.prune(EVERYTHING)).horizon).toBe(last);
      expect((await make(reopened)).seq).toBe(1);
      expect((await reopened.heads([])).feed).toBeGreaterThan(last + 1);
    });

    it('frees the ids and, with the last job of a request, its idempotency key', async () => {
      const { store } = harness();
      const single = () => creation([newJob({ clientId: 'mine' })], { idempotencyKey: 'once' });
      const first = onlyJob(await store.create(single()));
      await store.claim(claimRequest());
      await appended(store, first.id, succeeded(1));
      expect(await store.create(single())).toMatchObject({ outcome: 'replayed' });
      await store.prune(EVERYTHING);
      const again = await store.create(single());
      expect(again).toMatchObject({ outcome: 'created' });
      expect((await store.find('mine', 'ann'))?.job.id).toBe(onlyJob(again).id);
    });

    it('answers a repeated request with what is left of it as long as any job of it is left', async () => {
      const { store } = harness();
      const pair = () => creation([newJob(), newJob()], { idempotencyKey: 'pair' });
      const made = await store.create(pair());
      if (made.outcome !== 'created') throw new Error('not made');
      const [first, second] = made.jobs;
      await store.claim(claimRequest());
      await appended(store, first?.id ?? '', succeeded(1));
      expect((await store.prune(EVERYTHING)).jobIds).toStrictEqual([first?.id]);
      expect(await store.create(pair())).toMatchObject({ outcome: 'replayed', jobs: [{ id: second?.id }] });
    });

    it('leaves counts, lists and searches without the job', async () => {
      const { store } = harness();
      await ended(store, 1, 5, { tags: ['calm'], batch: 'b' });
      const stays = await ended(store, 12);
      await store.prune({ ...EVERYTHING, endedBefore: at(2) });
      expect(await store.counts()).toMatchObject({ succeeded: 1 });
      const list = { owner: 'ann', filter: {}, search: 'fox', limit: 10, before: null };
      expect((await store.list(list)).jobs.map(({ id }) => id)).toStrictEqual([stays.id]);
    });

    it('keeps a job whose output one that has not ended starts from, until that has', async () => {
      const { store } = harness();
      const source = await ended(store, 1, 5);
      const heir = await make(store, using(fileOf(source)));
      expect((await store.prune(EVERYTHING)).jobIds).toStrictEqual([]);
      await take(store);
      expect((await store.prune(EVERYTHING)).jobIds).toStrictEqual([]);
      await store.append({ jobId: heir.id, bodies: [succeeded(1)], at: at(20), expect: {} });
      expect((await store.prune(EVERYTHING)).jobIds).toStrictEqual([source.id, heir.id]);
    });

    it('takes a removed job as well, and every append after it is refused', async () => {
      const { store } = harness();
      const job = await ended(store, 1, 5);
      await appended(store, job.id, { type: 'removed', artifactId: null });
      expect((await store.prune(EVERYTHING)).jobIds).toStrictEqual([job.id]);
      expect(await append(store, job.id, [{ type: 'edited', favorite: true }])).toStrictEqual({ ok: false, job: null });
    });
  });

  describe('pruneUploads', () => {
    const harness = useHarness(open);

    it('forgets old uploads that no job names, oldest first, and no outputs', async () => {
      const { store } = harness();
      const upload = async (hour: number) => {
        const file = artifact({ createdAt: at(hour) });
        await store.putArtifact('ann', file);
        return file;
      };
      const [second, first, young, used] = [await upload(2), await upload(1), await upload(12), await upload(3)];
      const made = await ended(store, 1, 5);
      await make(store, using(used));
      expect(await store.pruneUploads(at(9), 1)).toStrictEqual([first.id]);
      expect(await store.pruneUploads(at(9), 10)).toStrictEqual([second.id]);
      expect(await store.pruneUploads(at(9), 10)).toStrictEqual([]);
      const known = await store.knownArtifacts([first.id, second.id, young.id, used.id, fileOf(made).id]);
      expect(known.sort()).toStrictEqual([young.id, used.id, fileOf(made).id].sort());
    });

    it('forgets an upload once the last job that named it is gone or was removed', async () => {
      const { store } = harness();
      const file = artifact({ createdAt: at(1) });
      await store.putArtifact('ann', file);
      const [pruned, removed] = [await ended(store, 1, 0, using(file)), await ended(store, 2, 0, using(file))];
      await store.prune({ ...EVERYTHING, limit: 1 });
      expect(await store.find(pruned.id, null)).toBeNull();
      expect(await store.pruneUploads(at(9), 10)).toStrictEqual([]);
      await appended(store, removed.id, { type: 'removed', artifactId: null });
      expect(await store.pruneUploads(at(9), 10)).toStrictEqual([file.id]);
    });
  });
}
