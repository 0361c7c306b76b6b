import { enginesAnswerSchema, jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, until } from '../support/house.js';
import { createRemoteWorker } from '../support/remote-worker.js';
import { heldAs, openWorkerWire } from '../support/worker-wire.js';
import { type Cluster, NO_CLUSTER, startCluster } from './cluster.js';

const name = `a remote worker and two gateways${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  let urls: string[] = [];
  beforeAll(async () => {
    cluster = await startCluster({ gateways: 2, workers: 0, settings: { RENDERCAST_LEASE_MS: '15000' } });
    urls = cluster.gateways.map(({ url }) => url);
  }, 120_000);
  afterAll(() => cluster?.close());

  it('RC-WORKER-17 RC-WORKER-19: a cancel through one gateway is told at once on the socket at another, and a socket that dies with its gateway loses nothing', async () => {
    const [near = '', far = ''] = urls;
    const about = { worker: 'wire-1', engine: 'wire' };
    const wire = await openWorkerWire(near, { about });
    const submit = async () => {
      const body = { kind: 'image', engine: 'wire', request: { prompt: 'a red fox' } };
      return (await call(far, '/v1/jobs', { body })).as(jobAnswerSchema).job.id;
    };
    const canceled = await submit();
    const first = await wire.work();
    expect(first).toMatchObject({ jobId: canceled, attempt: 1 });
    const askedMs = performance.now();
    await call(far, `/v1/jobs/${canceled}/cancel`, { method: 'POST' });
    await wire.next('standing', ({ jobId, standing }) => jobId === canceled && standing === 'canceling');
    expect(performance.now() - askedMs).toBeLessThan(1_500);
    expect(await wire.ask('ended', { type: 'handBack', ...heldAs(first) })).toMatchObject({ state: 'canceled' });
    const kept = await submit();
    const work = await wire.work();
    await wire.ask('standing', { type: 'report', ...heldAs(work), progress: { fraction: 0.5 } });
    wire.cut();
    // The other gateway knows the lease from the store alone.
    const next = await openWorkerWire(far, { about, leases: [work] });
    expect(next.messages).toMatchObject([{ type: 'welcome', jobs: [{ jobId: kept, standing: 'held' }] }]);
    await createRemoteWorker(far).upload(work);
    expect(await next.ask('ended', { type: 'succeed', ...heldAs(work) })).toMatchObject({ state: 'succeeded' });
    const { job } = (await call(near, `/v1/jobs/${kept}`)).as(snapshotAnswerSchema);
    expect(job).toMatchObject({ attempt: 1, failures: 0, outputs: [{ attempt: 1 }] });
    next.close();
  }, 60_000);

  it('RC-WORKER-10 RC-WORKER-13: any gateway answers any of its calls, knows of it, and one that dies takes nothing with it', async () => {
    let turn = 0;
    const worker = createRemoteWorker(() => urls[turn++ % urls.length] ?? '');
    await worker.claim();
    const rigAt = async (url: string) =>
      (await call(url, '/v1/engines')).as(enginesAnswerSchema).engines.find(({ name: engine }) => engine === 'rig');
    for (const url of urls)
      await until(async () => (await rigAt(url)) !== undefined, `the worker to be known at ${url}`);
    const body = { kind: 'image', engine: 'rig', request: { prompt: 'a red fox' } };
    const { job } = (await call(urls[0] ?? '', '/v1/jobs', { body })).as(jobAnswerSchema);
    const work = await worker.work();
    expect(work).toMatchObject({ jobId: job.id, attempt: 1 });
    for (let step = 1; step <= 6; step += 1)
      expect(await worker.report(work, { progress: { fraction: step / 10, step, steps: 10 } })).toMatchObject({
        standing: 'held',
      });
    const shown = async (url: string) => (await call(url, `/v1/jobs/${job.id}`)).as(snapshotAnswerSchema);
    for (const url of urls)
      await until(async () => {
        const { progress } = (await shown(url)).levels;
        return progress?.kind === 'progress' && progress.fraction === 0.6;
      }, `the progress at ${url}`);
    await cluster.gateways[0]?.kill();
    urls = urls.slice(1);
    await worker.report(work, { progress: { fraction: 0.8, step: 8, steps: 10 } });
    await worker.upload(work);
    expect(await worker.end(work, 'succeed')).toEqual({ state: 'succeeded' });
    expect((await shown(urls[0] ?? '')).job).toMatchObject({ attempt: 1, failures: 0, outputs: [{ attempt: 1 }] });
  }, 60_000);
});
