import { createClient, type JobEvent } from '@rendercast/client';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { call, rehearsal, until } from '../support/house.js';
import { type Cluster, NO_CLUSTER, startCluster } from './cluster.js';

const name = `a house of two gateways and two workers${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`;

describe.skipIf(NO_CLUSTER !== null)(name, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ gateways: 2, workers: 2 });
  }, 120_000);
  afterAll(() => cluster.close());
  const gateway = (index: number) => cluster.gateways[index % cluster.gateways.length]?.url ?? '';
  const client = (url: string) => createClient({ url, transports: ['websocket'], webSocket: WebSocket });

  it('a job that one gateway took is watched on the other, step by step, and its picture is had from both', async () => {
    const watching = client(gateway(1));
    const seen: JobEvent[] = [];
    const { job } = (await call(gateway(0), '/v1/jobs', { body: rehearsal({ steps: 8, stepMs: 40 }) })).as(
      jobAnswerSchema,
    );
    for await (const event of watching.job(job.id).events({ from: 'start' })) seen.push(event);
    const facts = seen.flatMap((event) => (event.type === 'fact' ? [event.fact.type] : []));
    expect(facts[0]).toBe('queued');
    expect(facts.at(-1)).toBe('succeeded');
    expect(seen.some(({ type }) => type === 'level')).toBe(true);
    const ended = (await call(gateway(1), `/v1/jobs/${job.id}`)).as(jobAnswerSchema).job;
    const path = new URL(ended.outputs[0]?.artifact.url ?? '', gateway(0)).pathname;
    const bytes = await Promise.all(
      [0, 1].map(async (index) => Buffer.from(await (await fetch(`${gateway(index)}${path}`)).arrayBuffer())),
    );
    expect(bytes[0]?.length).toBeGreaterThan(0);
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true);
    watching.close();
  });

  it('a cancel through one gateway stops the job that the other took, on whichever worker it runs', async () => {
    const { job } = (await call(gateway(0), '/v1/jobs', { body: rehearsal({ steps: 400, stepMs: 50 }) })).as(
      jobAnswerSchema,
    );
    await until(async () => (await call(gateway(1), `/v1/jobs/${job.id}`)).text.includes('"running"'), 'the start');
    await call(gateway(1), `/v1/jobs/${job.id}/cancel`, { body: {} });
    await until(async () => (await call(gateway(0), `/v1/jobs/${job.id}`)).text.includes('"canceled"'), 'the end');
  });

  it('every gateway tells what the workers can run, and a worker takes no jobs at its own door', async () => {
    for (const { url } of cluster.gateways)
      await until(async () => (await call(url, '/v1/engines')).text.includes('"rehearsal"'), 'the word of the workers');
    const [worker] = cluster.workers;
    expect((await call(worker?.url ?? '', '/v1/jobs')).status).toBe(404);
    expect((await call(worker?.url ?? '', '/ready')).status).toBe(200);
  });
});
