import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterEach, describe, expect, it } from 'vitest';
import { judge } from '../stories/judge.js';
import { readJob } from '../stories/log-over-http.js';
import { call, rehearsal, until } from '../support/house.js';
import { type Cluster, NO_CLUSTER, startCluster } from './cluster.js';
import { LEASE_MS } from './fault-kinds.js';

/** As far as requests to S3 may be off, and a little less. */
const OFF_MS = 14 * 60_000;
const HOUR_MS = 3_600_000;
const off = (ms: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${new URL('./shifted-clock.mjs', import.meta.url).href}`,
  SHIFT_MS: String(ms),
});

let cluster: Cluster | null = null;
afterEach(() => cluster?.close());

describe.skipIf(NO_CLUSTER !== null)(`clocks of many machines${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`, () => {
  it('nearly half an hour apart: jobs run, are lost and tried again, retried and canceled as if they were one', async () => {
    cluster = await startCluster({
      ...{ gateways: 1, workers: 0 },
      settings: { RENDERCAST_LEASE_MS: String(LEASE_MS) },
    });
    const { url } = cluster.door;
    const [early, late] = await Promise.all([
      cluster.add('early', 'worker', { settings: off(-OFF_MS) }),
      cluster.add('late', 'worker', { settings: off(OFF_MS) }),
    ]);
    const submit = async (script: Record<string, unknown>): Promise<string> =>
      (await call(url, '/v1/jobs', { body: rehearsal(script) })).as(jobAnswerSchema).job.id;
    const ended = (id: string) =>
      until(
        async () => {
          const job = await readJob(url, id);
          return job.state !== 'queued' && job.state !== 'running' && job;
        },
        `the end of ${id}`,
        30_000,
      );
    const ordinary = await Promise.all(Array.from({ length: 6 }, () => submit({ steps: 5 })));
    const retried = await submit({ steps: 5, transient: { attempts: 1, atStep: 2 } });
    const canceled = await submit({ steps: 5, hangAtStep: 2 });
    await until(async () => (await readJob(url, canceled)).state === 'running', 'the start');
    await call(url, `/v1/jobs/${canceled}/cancel`, { body: {} });
    for (const id of ordinary) expect(await ended(id)).toMatchObject({ state: 'succeeded', attempt: 1, failures: 0 });
    expect(await ended(retried)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect((await ended(canceled)).state).toBe('canceled');
    // Both are lost in turn; the other one, whose clock is far away, takes over after the lease and not before.
    for (const [lost, other] of [
      [early, late],
      [late, early],
    ] as const) {
      await other.stop();
      const id = await submit({ steps: 30, stepMs: 60 });
      await until(async () => (await readJob(url, id)).state === 'running', 'the start');
      await lost.kill();
      await other.start();
      expect(await ended(id)).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1 });
      await lost.start();
    }
    const hourOff = cluster.add('hour-off', 'worker', { settings: off(HOUR_MS) });
    await expect(hourOff).rejects.toThrow(/differ by 60 minutes .*set this machine's clock/);
    const log = await judge(url, []);
    for (const { fact } of log.entries)
      if (fact.type === 'succeeded') expect(Math.min(...Object.values(fact.timings))).toBeGreaterThanOrEqual(0);
  });
});
