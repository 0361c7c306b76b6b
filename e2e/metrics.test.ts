import { jobSchema, type Snapshot, snapshotSchema, statsSchema } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const OPERATOR = 'olga-key-0123456789';
const USER = 'ada-key-0123456789';

/** One sample of Prometheus' text format. */
async function sample(house: House, name: string, labels: Record<string, string> = {}, key?: string): Promise<number> {
  const { text } = await house.call('/metrics', key === undefined ? {} : { key });
  for (const line of text.split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null || match[1] !== name) continue;
    const found = Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
    if (Object.entries(labels).every(([label, value]) => found[label] === value)) return Number(match[3]);
  }
  return Number.NaN;
}

async function run(house: House, body: unknown): Promise<Snapshot['job']> {
  const answer = await house.call('/v1/jobs', { body });
  expect(answer.status, answer.text).toBe(201);
  const { id } = answer.as(jobAnswerSchema).job;
  return await until(async () => {
    const { job } = (await house.call(`/v1/jobs/${id}`)).as(snapshotSchema);
    return ['succeeded', 'failed', 'canceled'].includes(job.state) && jobSchema.parse(job);
  }, `the end of ${id}`);
}

describe('the figures of a server', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.stop());

  it('tell what became of jobs: submitted, waited, run, failed with which code, tried again', async () => {
    await run(house, rehearsal());
    await run(house, rehearsal({ transient: { attempts: 1, atStep: 2 } }));
    await run(house, rehearsal({ fail: { atStep: 1, code: 'out_of_memory', retryable: false } }));
    const ofKind = { kind: 'image' };
    expect(await sample(house, 'rendercast_jobs_submitted_total', { ...ofKind, via: 'native' })).toBe(3);
    expect(await sample(house, 'rendercast_jobs_ended_total', { ...ofKind, state: 'succeeded' })).toBe(2);
    expect(await sample(house, 'rendercast_jobs_ended_total', { ...ofKind, state: 'failed' })).toBe(1);
    expect(await sample(house, 'rendercast_job_failures_total', { code: 'out_of_memory' })).toBe(1);
    expect(await sample(house, 'rendercast_job_wait_seconds_count', { engine: 'rehearsal', ...ofKind })).toBe(3);
    const ran = { engine: 'rehearsal', ...ofKind, state: 'succeeded' };
    expect(await sample(house, 'rendercast_job_run_seconds_count', ran)).toBe(2);
    expect(await sample(house, 'rendercast_job_run_seconds_sum', ran)).toBeGreaterThan(0);
    const { text } = await house.call('/metrics');
    expect(text).toMatch(/rendercast_job_retries_total\{code="\w+"\} 1/);
    expect(await sample(house, 'rendercast_jobs', { state: 'succeeded' })).toBe(2);
    expect(await sample(house, 'rendercast_jobs', { state: 'queued' })).toBe(0);
  });

  it('tell how the store, the bus, the files and the process do', async () => {
    const before = await sample(house, 'rendercast_store_commit_seconds_count');
    await run(house, rehearsal());
    expect(await sample(house, 'rendercast_store_commit_seconds_count')).toBeGreaterThan(before);
    expect(await sample(house, 'rendercast_store_commit_calls_sum')).toBeGreaterThan(0);
    expect(await sample(house, 'rendercast_bus_hints_total')).toBeGreaterThan(4);
    expect(await sample(house, 'rendercast_bus_levels_total', { kind: 'progress' })).toBeGreaterThan(0);
    expect(await sample(house, 'rendercast_blobs_stored_total')).toBeGreaterThan(0);
    expect(await sample(house, 'rendercast_blob_stored_bytes_total')).toBeGreaterThan(100);
    expect(await sample(house, 'rendercast_backend_up', { engine: 'rehearsal' })).toBe(1);
    expect(await sample(house, 'rendercast_ready')).toBe(1);
    expect(await sample(house, 'rendercast_data_free_bytes')).toBeGreaterThan(0);
    expect(await sample(house, 'rendercast_loop_delay_seconds', { quantile: '0.99' })).toBeGreaterThanOrEqual(0);
    expect(await sample(house, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(await sample(house, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('count deliveries by dialect, connections, bytes, previews and resets', async () => {
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', job: 'counted', position: 'nonsense', previews: 'binary' });
    await wire.next('subscribed');
    const sent = await sample(house, 'rendercast_sent_bytes_total');
    await run(house, rehearsal({ steps: 6, stepMs: 20 }, { id: 'counted' }));
    await wire.next('event', ({ fact }) => fact.type === 'succeeded');
    const facts = wire.messages.filter(({ type }) => type === 'event').length;
    const levels = wire.messages.filter(({ type }) => type === 'level').length;
    const told = { dialect: 'native' };
    expect(await sample(house, 'rendercast_deliveries_total', { ...told, of: 'fact' })).toBe(facts);
    expect(await sample(house, 'rendercast_deliveries_total', { ...told, of: 'level' })).toBeGreaterThanOrEqual(levels);
    expect(await sample(house, 'rendercast_resets_total', { reason: 'malformed' })).toBe(1);
    expect(await sample(house, 'rendercast_connections', { kind: 'socket' })).toBe(1);
    expect(await sample(house, 'rendercast_sent_bytes_total')).toBeGreaterThan(sent);
    expect(await sample(house, 'rendercast_received_bytes_total')).toBeGreaterThan(0);
    expect(await sample(house, 'rendercast_preview_bytes_total')).toBeGreaterThan(0);
    expect(await sample(house, 'rendercast_readers_behind')).toBe(0);
    wire.close();
    await until(
      async () => (await sample(house, 'rendercast_connections', { kind: 'socket' })) === 0,
      'the socket gone',
    );
  });

  it('say the same in short at /v1/stats', async () => {
    const stats = (await house.call('/v1/stats')).as(statsSchema);
    expect(stats.queue).toMatchObject({ waiting: 0, limit: 10_000, submitted: 5, retries: 1 });
    expect(stats.waits).toMatchObject({ count: 5 });
    expect(stats.waits.p95Ms).toBeGreaterThanOrEqual(stats.waits.p50Ms ?? Number.NaN);
    expect(stats.runs.count).toBe(5);
    expect(stats.runs.p50Ms).toBeGreaterThan(0);
    expect(stats.ended).toEqual({ succeeded: 4, failed: 1, canceled: 0 });
    expect(stats.failures).toEqual({ out_of_memory: 1 });
    expect(stats.dialects.native?.facts).toBeGreaterThan(0);
    expect(stats.resets).toEqual({ epoch: 0, horizon: 0, ahead: 0, malformed: 1 });
    expect(stats.deliveries.resets).toBe(1);
  });

  it('name nobody: no owner, job, prompt or address', async () => {
    const { id } = await run(
      house,
      rehearsal({}, { id: 'my-secret-id', engine: 'rehearsal', tags: ['my-secret-tag'] }),
    );
    await run(house, { kind: 'image', engine: 'my-secret-engine', queueTimeoutMs: 1, request: { prompt: 'a' } });
    const { text } = await house.call('/metrics');
    for (const secret of [id, 'my-secret', 'a rehearsal', 'owner', 'local"', '127.0.0.1', house.dataDir])
      expect(text).not.toContain(secret);
  });

  it('are those of one server, also where two run in one process', async () => {
    const other = await startHouse();
    expect(await sample(other, 'rendercast_jobs_submitted_total')).toBeNaN();
    expect(await sample(other, 'rendercast_info')).toBe(1);
    await other.stop();
    expect(await sample(house, 'rendercast_info')).toBe(1);
  });
});

describe('who may read the figures', () => {
  const apiKeys = `olga:${OPERATOR}:operator,ada:${USER}`;

  it('with keys: operators', async () => {
    const house = await startHouse({ apiKeys });
    const asked = await Promise.all(
      [undefined, USER, OPERATOR].map((key) => house.call('/metrics', key === undefined ? {} : { key })),
    );
    expect(asked.map(({ status, code }) => [status, code])).toEqual([
      [401, 'unauthorized'],
      [403, 'forbidden'],
      [200, 'none'],
    ]);
    expect(asked[2]?.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    await house.stop();
  });

  it('everybody, where that was switched on', async () => {
    const house = await startHouse({ apiKeys, metricsOpen: true });
    expect((await house.call('/metrics')).status).toBe(200);
    expect((await house.call('/v1/stats')).status).toBe(401);
    await house.stop();
  });
});
