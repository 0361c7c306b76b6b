import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.contract.js';
import { append, appended, artifact, make, output, PROGRESS, retrying, succeeded, take } from './samples.contract.js';

export function keepingContract(open: OpenHarness): void {
  describe('handles', () => {
    const harness = useHarness(open);

    it('are handed to the next claim, with the number of the attempt that left them', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store);
      await take(store);
      expect(await store.saveHandle(id, 1, { promptId: 'abc', nested: [1, null] })).toBe(true);
      const reopened = await reopen();
      await appended(reopened, id, retrying(1));
      expect((await take(reopened)).handle).toStrictEqual({
        attempt: 1,
        value: { promptId: 'abc', nested: [1, null] },
      });
    });

    it('hold the newest word only, and null takes it back', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      await store.saveHandle(id, 1, 'first');
      await store.saveHandle(id, 1, 'second');
      await appended(store, id, retrying(1));
      expect((await take(store)).handle).toStrictEqual({ attempt: 1, value: 'second' });
      expect(await store.saveHandle(id, 2, null)).toBe(true);
      await appended(store, id, retrying(2));
      expect((await take(store)).handle).toBeNull();
    });

    it('are refused from an attempt that is over', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      await appended(store, id, retrying(1));
      expect(await store.saveHandle(id, 1, 'late')).toBe(false);
      await take(store);
      expect(await store.saveHandle(id, 1, 'later')).toBe(false);
      await appended(store, id, succeeded(2));
      expect(await store.saveHandle(id, 2, 'too late')).toBe(false);
      expect(await store.saveHandle('nobody', 1, 'x')).toBe(false);
    });
  });

  describe('progress', () => {
    const harness = useHarness(open);

    it('shows the newest of the present attempt, also after a restart', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store);
      expect((await store.find(id, null))?.progress).toBeNull();
      await take(store);
      for (let step = 1; step <= 50; step += 1) store.saveProgress(id, 1, { ...PROGRESS, step });
      expect((await store.find(id, null))?.progress).toStrictEqual({ ...PROGRESS, step: 50 });
      expect((await (await reopen()).find(id, null))?.progress).toStrictEqual({ ...PROGRESS, step: 50 });
    });

    it('of an older attempt or an ended job is not shown', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store);
      await take(store);
      store.saveProgress(id, 1, PROGRESS);
      await appended(store, id, retrying(1));
      expect((await store.find(id, null))?.progress).toBeNull();
      await take(store);
      store.saveProgress(id, 1, { ...PROGRESS, step: 9 });
      expect((await store.find(id, null))?.progress).toBeNull();
      store.saveProgress(id, 2, { ...PROGRESS, step: 1 });
      await appended(store, id, succeeded(2));
      store.saveProgress(id, 2, { ...PROGRESS, step: 2 });
      expect((await store.find(id, null))?.progress).toBeNull();
      expect((await (await reopen()).find(id, null))?.progress).toBeNull();
    });
  });

  describe('artifacts', () => {
    const harness = useHarness(open);

    it('are known from the output fact on, to their owner and to operators', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store);
      await take(store);
      const made = artifact({ jobId: id, parameters: { seed: 7 } });
      expect(await store.artifact(made.id, 'ann')).toBeNull();
      await appended(store, id, output(1, 0, made));
      const reopened = await reopen();
      expect(await reopened.artifact(made.id, 'ann')).toStrictEqual(made);
      expect(await reopened.artifact(made.id, null)).toStrictEqual(made);
      expect(await reopened.artifact(made.id, 'bob')).toBeNull();
      expect(await reopened.knownArtifacts(['x', made.id])).toStrictEqual([made.id]);
    });

    it('are found by the first digits of their digest, within reach', async () => {
      const { store } = harness();
      const digests = ['ab12', 'ab13', 'ab12'].map((start) => start.padEnd(64, '0'));
      const files = digests.map((digest) => artifact({ digest }));
      for (const [index, file] of files.entries()) await store.putArtifact(index === 2 ? 'bob' : 'ann', file);
      expect(await store.artifactsByDigest('ab12', 'ann', 5)).toStrictEqual([files[0]]);
      expect(await store.artifactsByDigest('ab12', null, 5)).toHaveLength(2);
      expect(await store.artifactsByDigest('ab12', null, 1)).toHaveLength(1);
      expect(await store.artifactsByDigest('ab14', null, 5)).toStrictEqual([]);
    });

    it('stay with failed jobs', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const made = artifact({ jobId: id });
      await appended(store, id, output(1, 0, made), retrying(1));
      await take(store);
      expect(await store.artifact(made.id, 'ann')).toStrictEqual(made);
    });

    it('of an older attempt are forgotten when a newer one fills their slot', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const old = artifact({ jobId: id });
      const other = artifact({ jobId: id });
      const next = artifact({ jobId: id });
      await appended(store, id, output(1, 0, old), output(1, 1, other), retrying(1));
      await take(store);
      const job = await appended(store, id, output(2, 0, next));
      expect(job.outputs.map((each) => each.artifact.id)).toStrictEqual([next.id, other.id]);
      expect((await store.knownArtifacts([old.id, other.id, next.id])).sort()).toStrictEqual(
        [other.id, next.id].sort(),
      );
    });

    it('of a refused append are not remembered', async () => {
      const { store } = harness();
      const { id } = await make(store);
      const made = artifact({ jobId: id });
      await append(store, id, [output(1, 0, made)], { attempt: 1 });
      expect(await store.knownArtifacts([made.id])).toStrictEqual([]);
    });

    it('that were uploaded belong to who brought them, until they are dropped', async () => {
      const { store, reopen } = harness();
      const upload = artifact({ name: 'sketch.png' });
      await store.putArtifact('ann', upload);
      const reopened = await reopen();
      expect(await reopened.artifact(upload.id, 'ann')).toStrictEqual(upload);
      expect(await reopened.artifact(upload.id, 'bob')).toBeNull();
      await reopened.dropArtifact(upload.id);
      expect(await reopened.artifact(upload.id, 'ann')).toBeNull();
    });

    it('that a job made are not dropped like uploads', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const made = artifact({ jobId: id });
      await appended(store, id, output(1, 0, made));
      await store.dropArtifact(made.id);
      expect(await store.knownArtifacts([made.id])).toStrictEqual([made.id]);
    });
  });
}
