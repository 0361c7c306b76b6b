import { artifactSchema, jobSchema, pageSchema, snapshotSchema, statsSchema } from '@rendercast/protocol';
import {
  artifactAnswerSchema,
  batchAnswerSchema,
  enginesAnswerSchema,
  jobAnswerSchema,
} from '@rendercast/protocol/dialects/native/index';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';

let house: House;
beforeAll(async () => {
  house = await startHouse({ maxWaitingPerOwner: 40 });
});
afterAll(() => house.stop());

async function submit(body: unknown, headers: Record<string, string> = {}) {
  const answer = await house.call('/v1/jobs', { body, headers });
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job;
}

const snapshot = async (id: string) => (await house.call(`/v1/jobs/${id}`)).as(snapshotSchema);

/** Waits for the end of a job, by asking. */
async function ended(id: string) {
  return await until(async () => {
    const { job } = await snapshot(id);
    return ['succeeded', 'failed', 'canceled'].includes(job.state) && job;
  }, `the end of ${id}`);
}

/** A job that runs until it is canceled. */
const endless = rehearsal({ hangAtStep: 1 });

describe('submitting', () => {
  it('answers 201 with the job and ready-made addresses, and runs it to its result', async () => {
    const answer = await house.call('/v1/jobs', { body: rehearsal() });
    expect(answer.status).toBe(201);
    const { job, urls } = answer.as(jobAnswerSchema);
    expect(answer.headers.get('location')).toBe(urls.self);
    expect(job.state).toBe('queued');
    const end = await ended(job.id);
    expect(end.state).toBe('succeeded');
    expect(end.progress?.fraction).toBe(1);
    expect(end.outputs).toHaveLength(1);
    const file = await house.call(end.outputs[0]?.artifact.url ?? '');
    expect(file.headers.get('content-type')).toBe('image/png');
    expect((await sharp(file.bytes).metadata()).format).toBe('png');
  });

  it('RC-SUBMIT-1 RC-SUBMIT-2 RC-SUBMIT-3: asked twice with a client id it is done once, and answers the same', async () => {
    const body = rehearsal({}, { id: 'twice-by-id' });
    const first = await house.call('/v1/jobs', { body });
    const second = await house.call('/v1/jobs', { body });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.as(jobAnswerSchema).job.id).toBe(first.as(jobAnswerSchema).job.id);
    const other = await house.call('/v1/jobs', { body: rehearsal({ steps: 4 }, { id: 'twice-by-id' }) });
    expect([other.status, other.code]).toEqual([409, 'conflict']);
  });

  it('RC-SUBMIT-2 RC-SUBMIT-3: makes one job of twenty equal requests at once under one key, and refuses another request under it', async () => {
    const headers = { 'idempotency-key': 'one-of-twenty' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => house.call('/v1/jobs', { body: rehearsal(), headers })),
    );
    expect(new Set(answers.map((answer) => answer.as(jobAnswerSchema).job.id)).size).toBe(1);
    const other = await house.call('/v1/jobs', { body: rehearsal({ steps: 9 }), headers });
    expect(other.code).toBe('conflict');
  });

  it.each([
    ['{"kind":"image"', 400, 'invalid_request'],
    ['[]', 422, 'invalid_field'],
    ['{"kind":"film","request":{}}', 422, 'invalid_field'],
    ['{"kind":"image","request":{"prompt":"  "}}', 422, 'invalid_field'],
    ['{"kind":"image","request":{"prompt":"a","steps":0}}', 422, 'invalid_field'],
    ['{"kind":"image","request":{"prompt":"\\ud800"}}', 422, 'invalid_field'],
    ['{"kind":"music","request":{"plan":{"sections":[]}}}', 422, 'invalid_field'],
    [`{"kind":"image","request":${'['.repeat(10_000)}`, 400, 'invalid_request'],
    [`{"a":"${'x'.repeat(3 << 20)}"}`, 413, 'too_large'],
  ])('refuses %.60s with a code and keeps nothing', async (body, status, code) => {
    const answer = await house.call('/v1/jobs', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.code], answer.text).toEqual([status, code]);
  });

  it('names the field that is wrong', async () => {
    const answer = await house.call('/v1/jobs', { body: { kind: 'image', request: { prompt: 'a', steps: 0 } } });
    expect(answer.text).toContain('request.steps');
  });

  it('refuses what is no JSON by its type', async () => {
    const answer = await house.call('/v1/jobs', {
      body: 'prompt=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.code).toBe('unsupported_media');
  });

  it('RC-BATCH-1: makes all jobs of a batch or none, and finds them by its label', async () => {
    const jobs = [rehearsal(), rehearsal()];
    const made = (await house.call('/v1/batches', { body: { id: 'pair', jobs } })).as(batchAnswerSchema);
    expect(made.jobs).toHaveLength(2);
    const again = await house.call('/v1/batches', { body: { id: 'pair', jobs } });
    expect(again.as(batchAnswerSchema).jobs.map(({ id }) => id)).toEqual(made.jobs.map(({ id }) => id));
    const bad = await house.call('/v1/batches', { body: { id: 'bad', jobs: [rehearsal(), { kind: 'image' }] } });
    expect(bad.code).toBe('invalid_field');
    const found = (await house.call('/v1/jobs?batch=pair')).as(pageSchema);
    expect(found.jobs.map(({ id }) => id).sort()).toEqual(made.jobs.map(({ id }) => id).sort());
    expect((await house.call('/v1/jobs?batch=bad')).as(pageSchema).jobs).toEqual([]);
  });
});

describe('steering', () => {
  it('RC-CANCEL-1 RC-CANCEL-2: cancels a running job once, and an ended one not at all', async () => {
    const { id } = await submit(endless);
    await until(async () => (await snapshot(id)).job.state === 'running', 'the start');
    const canceled = await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST', body: { reason: 'changed my mind' } });
    expect(canceled.status).toBe(202);
    expect((await ended(id)).state).toBe('canceled');
    const again = await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    expect([again.status, again.code]).toEqual([409, 'already_ended']);
  });

  it('RC-EDIT-1: holds priority, tags and favourite to their rules', async () => {
    const blockers = await Promise.all([1, 2, 3, 4].map(() => submit(endless)));
    const { id } = await submit(rehearsal());
    const edited = await house.call(`/v1/jobs/${id}`, {
      method: 'PATCH',
      body: { priority: 5, tags: ['fox'], favorite: true },
    });
    expect(edited.as(jobAnswerSchema).job).toMatchObject({ priority: 5, tags: ['fox'], favorite: true });
    expect((await house.call('/v1/jobs?tag=fox&favorite=true')).as(pageSchema).jobs.map((job) => job.id)).toEqual([id]);
    for (const blocker of blockers) await house.call(`/v1/jobs/${blocker.id}/cancel`, { method: 'POST' });
    await ended(id);
    const late = await house.call(`/v1/jobs/${id}`, { method: 'PATCH', body: { priority: 1 } });
    expect(late.code).toBe('already_ended');
    const unfavored = await house.call(`/v1/jobs/${id}`, { method: 'PATCH', body: { favorite: false } });
    expect(unfavored.as(jobAnswerSchema).job.favorite).toBe(false);
    for (const blocker of blockers) await ended(blocker.id);
  });

  it('runs a higher priority first', async () => {
    const blockers = await Promise.all([1, 2, 3, 4].map(() => submit(endless)));
    await until(
      async () =>
        (await Promise.all(blockers.map(({ id }) => snapshot(id)))).every(({ job }) => job.state === 'running'),
      'all slots taken',
    );
    const low = await submit(rehearsal({}, { priority: -1 }));
    const high = await submit(rehearsal({}, { priority: 9 }));
    const [first] = blockers;
    await house.call(`/v1/jobs/${first?.id}/cancel`, { method: 'POST' });
    const [lowEnd, highEnd] = [await ended(low.id), await ended(high.id)];
    expect(String(highEnd.startedAt) <= String(lowEnd.startedAt)).toBe(true);
    for (const blocker of blockers.slice(1)) await house.call(`/v1/jobs/${blocker.id}/cancel`, { method: 'POST' });
    for (const blocker of blockers) await ended(blocker.id);
  });

  it('shows retries, and fails with the reason when they are used up', async () => {
    const { id } = await submit(rehearsal({ transient: { attempts: 1, atStep: 2 } }));
    const end = await ended(id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1 });
    const hopeless = await submit(rehearsal({ fail: { atStep: 1, code: 'out_of_memory', retryable: false } }));
    expect(await ended(hopeless.id)).toMatchObject({ state: 'failed', error: { code: 'out_of_memory' } });
  });

  it("RC-RETRY-1: makes a new job of a user's retry", async () => {
    const first = await ended((await submit(rehearsal())).id);
    const answer = await house.call(`/v1/jobs/${first.id}/retry`, { method: 'POST' });
    expect(answer.status).toBe(201);
    const { job } = answer.as(jobAnswerSchema);
    expect(job.id).not.toBe(first.id);
    expect(job.retryOf).toBe(first.id);
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded', request: first.request });
  });

  it('RC-REMOVE-1 RC-FACT-3: removes an ended job with its files, and says that it was', async () => {
    const job = await ended((await submit(rehearsal())).id);
    const file = job.outputs[0]?.artifact.url ?? '';
    for (let time = 0; time < 2; time += 1)
      expect((await house.call(`/v1/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await house.call(file)).code).toBe('not_found');
    const { job: blank } = await snapshot(job.id);
    expect(blank.seq).toBe(job.seq + 1);
    expect(blank).toMatchObject({ removed: true, outputs: [], request: { prompt: '' } });
    const running = await submit(endless);
    expect((await house.call(`/v1/jobs/${running.id}`, { method: 'DELETE' })).code).toBe('not_ended');
    await house.call(`/v1/jobs/${running.id}/cancel`, { method: 'POST' });
    await ended(running.id);
  });

  it('RC-SUBMIT-6 RC-SUBMIT-4 RC-HTTP-4: refuses more waiting jobs than an owner may have, uses up nothing, and takes them later', async () => {
    const made: string[] = [];
    let refused: string | null = null;
    for (let n = 0; n < 60 && refused === null; n += 1) {
      const id = `flood-${n}`;
      const answer = await house.call('/v1/jobs', { body: { ...endless, id } });
      if (answer.status === 201) made.push(id);
      else {
        expect([answer.status, answer.code]).toEqual([429, 'queue_full']);
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
        refused = id;
      }
    }
    expect(refused).not.toBeNull();
    for (const id of made) await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    const again = await house.call('/v1/jobs', { body: rehearsal({}, { id: refused }) });
    expect(again.status).toBe(201);
    await ended(String(refused));
  });
});

describe('finding', () => {
  it('RC-LIST-1: pages through the list newest first, and searches words in any language', async () => {
    const label = 'paged';
    const prompts = ['a red fox', 'ein roter Fuchs', '赤い狐', 'a yellow moon', 'лиса'];
    const jobs = prompts.map((prompt) => ({
      ...rehearsal(),
      request: { prompt, steps: 1, extra: { rehearsal: { stepMs: 1 } } },
    }));
    await house.call('/v1/batches', { body: { id: label, jobs } });
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { jobs: { id: string }[]; next: string | null } = (
        await house.call(`/v1/jobs?batch=${label}&limit=2${next === '' ? '' : `&cursor=${next}`}`)
      ).as(pageSchema);
      seen.push(...page.jobs.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toHaveLength(5);
    expect([...seen].sort().reverse()).toEqual(seen);
    for (const [search, count] of [
      ['fox', 1],
      ['FUCHS', 1],
      ['狐', 1],
      ['red', 1],
      ['лиса', 1],
      ['whale', 0],
    ] as const) {
      const found = (await house.call(`/v1/jobs?batch=${label}&search=${encodeURIComponent(search)}`)).as(pageSchema);
      expect(found.jobs, search).toHaveLength(count);
    }
  });

  it('answers not_found for what is not there, at every address', async () => {
    for (const path of [
      '/v1/jobs/nothing',
      '/v1/artifacts/nothing',
      '/v1/jobs/nothing/preview',
      '/nothing',
      '/v1/nothing',
    ]) {
      const answer = await house.call(path);
      expect([answer.status, answer.code], path).toEqual([404, 'not_found']);
      expect(answer.headers.get('x-request-id')).not.toBeNull();
    }
  });

  it('RC-HTTP-3: gives every answer the id of its request, its own or a new one', async () => {
    for (const path of ['/v1/jobs', '/v1/jobs/nothing', '/nothing', '/health', '/v1/events?wait=0']) {
      const own = await house.call(path, { headers: { 'x-request-id': 'mine-17' } });
      expect(own.headers.get('x-request-id'), path).toBe('mine-17');
      if (own.status >= 400) expect(JSON.parse(own.text)).toMatchObject({ requestId: 'mine-17' });
      const [first, second] = [await house.call(path), await house.call(path)];
      expect(first.headers.get('x-request-id'), path).not.toBeNull();
      expect(first.headers.get('x-request-id'), path).not.toBe(second.headers.get('x-request-id'));
    }
    // What could break a log line is no id.
    const odd = await house.call('/v1/jobs', { headers: { 'x-request-id': 'two words' } });
    expect(odd.headers.get('x-request-id')).not.toBe('two words');
  });

  it('lists engines and figures, and greets', async () => {
    const { engines } = (await house.call('/v1/engines')).as(enginesAnswerSchema);
    expect(engines.map(({ name }) => name).sort()).toEqual(['embedded-image', 'embedded-music', 'rehearsal']);
    expect((await house.call('/v1/stats')).as(statsSchema).jobs.succeeded).toBeGreaterThan(0);
    expect((await house.call('/')).text).toContain('Rendercast');
    expect((await house.call('/health')).status).toBe(200);
    expect((await house.call('/ready')).status).toBe(200);
    const docs = await house.call('/docs/json');
    expect(docs.text).toContain('/v1/jobs');
    expect((await house.call('/docs')).status).toBe(200);
  });
});

describe('files', () => {
  const picture = () =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .png()
      .toBuffer();

  it('RC-FILE-1 RC-FILE-2 RC-FILE-3: takes an input, measures it, serves it in ranges with its ETag, and lets it go', async () => {
    const bytes = await picture();
    const answer = await house.call('/v1/files', {
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'image/png', 'x-file-name': 'r%C3%A9d.png' },
    });
    expect(answer.status).toBe(201);
    const { artifact } = answer.as(artifactAnswerSchema);
    expect(artifactSchema.parse(artifact)).toMatchObject({
      width: 40,
      height: 30,
      sizeBytes: bytes.length,
      name: 'réd.png',
    });
    const url = artifact.url ?? '';
    const whole = await house.call(url);
    expect(Buffer.from(whole.bytes).equals(bytes)).toBe(true);
    const part = await house.call(url, { headers: { range: 'bytes=2-5' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 2-5/${bytes.length}`]);
    expect(Buffer.from(part.bytes).equals(bytes.subarray(2, 6))).toBe(true);
    const cached = await house.call(url, { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } });
    expect(cached.status).toBe(304);
    expect((await house.call(url, { headers: { range: 'bytes=999999-' } })).code).toBe('range_not_satisfiable');
    expect((await house.call(artifact.thumbnailUrl ?? '')).headers.get('content-type')).toBe('image/webp');
    expect((await house.call(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(bytes.length));
    expect((await house.call(`/v1/artifacts/${artifact.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await house.call(url)).code).toBe('not_found');
  });

  it('refuses a picture that is none, and path tricks in names stay names', async () => {
    const fake = await house.call('/v1/files', { body: 'no picture', headers: { 'content-type': 'image/png' } });
    expect(fake.code).toBe('unsupported_media');
    const sly = await house.call('/v1/files', {
      body: new Uint8Array(await picture()),
      headers: { 'content-type': 'image/png', 'x-file-name': '..%2F..%2Fetc%2Fpasswd' },
    });
    expect(sly.as(artifactAnswerSchema).artifact.name).toBe('passwd');
    for (const path of ['/v1/artifacts/..%2F..%2Fsecret', '/v1/artifacts/%2e%2e%2fsecret', '/assets/../secret'])
      expect((await house.call(path)).status, path).toBe(404);
  });
});

it('paints a real picture with the embedded engine, and the options that were asked for are inside the file', async () => {
  const job = await submit({
    kind: 'image',
    request: { prompt: 'a red fox under a yellow moon', steps: 6, width: 256, height: 192, seed: 7 },
  });
  const end = await ended(job.id);
  expect(end.state).toBe('succeeded');
  const [output] = end.outputs;
  expect(output?.artifact).toMatchObject({ width: 256, height: 192, mediaType: 'image/png' });
  expect(output?.artifact.parameters).toMatchObject({ seed: 7, steps: 6 });
  expect(jobSchema.parse(end).stage).toBe('refiner_model');
});
