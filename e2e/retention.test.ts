import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

let dataDir: string;
let house: House;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rendercast-retention-story-'));
  house = await startHouse({ dataDir });
});
afterEach(async () => {
  await house.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const body = rehearsal({ stepMs: 1 }, { id: 'mine' });
const headers = { 'idempotency-key': 'once' };

async function submit(): Promise<{ job: Job; replayed: boolean }> {
  const answer = await house.call('/v1/jobs', { body, headers });
  return { job: answer.as(jobAnswerSchema).job, replayed: answer.headers.get('idempotent-replayed') === 'true' };
}

const jobNamed = async (id: string): Promise<Job | null> => {
  const answer = await house.call(`/v1/jobs/${id}`);
  return answer.status === 200 ? answer.as(jobAnswerSchema).job : null;
};

const endedNamed = (id: string): Promise<Job> =>
  until(async () => {
    const job = await jobNamed(id);
    return job?.state === 'succeeded' ? job : null;
  }, 'the job to end');

/** The first event of a stream, as it came. */
async function firstEvent(path: string, position: string): Promise<string> {
  const leaving = new AbortController();
  const response = await fetch(`${house.url}${path}`, {
    headers: { 'last-event-id': position },
    signal: leaving.signal,
  });
  let heard = '';
  for await (const part of response.body ?? []) {
    heard += new TextDecoder().decode(part as Uint8Array);
    if (heard.includes('\nevent:') && heard.endsWith('\n\n')) break;
  }
  leaving.abort();
  return heard;
}

describe('a server that does not keep jobs for long', () => {
  it('RC-RESET-1: forgets them whole, and says so to everybody who comes back, over every transport', async () => {
    await submit();
    const job = await endedNamed('mine');
    const [output] = job.outputs;
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', ref: 'feed', feed: {} });
    const { position: cursor } = await wire.next('subscribed');
    wire.close();
    const [epoch = ''] = cursor.split(':');
    const [early, late] = [`${epoch}:1`, `${epoch}:${job.seq}`];
    expect(await submit()).toMatchObject({ replayed: true, job: { id: job.id } });

    // A millisecond, about, and a start: the first pass is made then.
    await house.stop();
    house = await startHouse({ dataDir, retainDays: 1e-8 });
    await until(async () => (await jobNamed(job.id)) === null, 'the job to be forgotten');

    expect((await house.call(`/v1/jobs/mine`)).code).toBe('not_found');
    expect((await house.call(`/v1/artifacts/${output?.artifact.id}`)).code).toBe('not_found');
    const shards = await readdir(join(dataDir, 'files', 'files'));
    const left = await Promise.all(shards.map((shard) => readdir(join(dataDir, 'files', 'files', shard))));
    expect(left.flat()).toEqual([]);

    const again = await openWire(house.url);
    again.send({ type: 'subscribe', ref: 'a', feed: {}, position: early });
    expect(await again.next('reset')).toMatchObject({ reason: 'horizon', snapshot: null });
    again.send({ type: 'subscribe', ref: 'b', job: job.id, position: late });
    expect(await again.next('reset', ({ topic }) => topic.includes(job.id))).toMatchObject({
      reason: 'horizon',
      snapshot: null,
    });
    again.send({ type: 'subscribe', ref: 'c', feed: { kind: 'image' }, position: cursor });
    const whole = await again.next('subscribed', ({ ref }) => ref === 'c');
    expect(again.messages.some((message) => message.type === 'reset' && message.topic === whole.topic)).toBe(false);
    again.close();

    expect(await firstEvent('/v1/events', early)).toMatch(/event: reset\ndata: .*"reason":"horizon"/);
    expect(await firstEvent(`/v1/jobs/${job.id}/events`, late)).toMatch(/event: reset\ndata: .*"reason":"horizon"/);
    for (const [path, position] of [
      ['/v1/events', early],
      [`/v1/jobs/${job.id}/events`, late],
    ] as const) {
      const { text } = await house.call(`${path}?wait=0&position=${position}`);
      expect(JSON.parse(text)).toMatchObject({ reset: 'horizon', snapshot: null });
    }

    const fresh = await submit();
    expect(fresh.replayed).toBe(false);
    expect(fresh.job.id).not.toBe(job.id);
  }, 60_000);
});
