import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import type { IncomingFile, SubmitOptions, Verbs } from '../../commands.js';
import type { Reply, RouteRequest } from '../../dialect.js';
import { endOf, FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { createScriptedHouse, examFileUrl } from '../../dialect-exam/house.contract.js';
import { ERRORS, type ErrorCode, fromErrorBody, RendercastError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { type ErrorAnswer, nativeDialect } from './index.js';

const JOB = 'job_0000000000000000000001';
const IMAGE = { kind: 'image', request: { prompt: 'a red fox' } };
type Asked = Partial<Pick<RouteRequest<unknown, unknown, unknown>, 'params' | 'query' | 'body' | 'headers' | 'file'>>;

/** Calls a route over the job of the exam, at its end, with some verbs of the test's own. */
async function call(name: string, asked: Asked = {}, verbs: Partial<Verbs> = {}): Promise<Reply> {
  const route = nativeDialect.routes.find((each) => each.name === name);
  if (route === undefined) throw new Error(`there is no route "${name}"`);
  const history = historyOf(FULL_PLAN);
  const house = createScriptedHouse(history);
  await house.liveTo(endOf(history) + 1);
  const parsed = (schema: z.ZodType | undefined, value: unknown) =>
    schema === undefined ? value : schema.parse(value);
  return await route.handle(
    {
      params: parsed(route.params, asked.params ?? { id: JOB }),
      query: parsed(route.query, asked.query ?? {}),
      body: route.body === 'file' ? undefined : parsed(route.body, asked.body),
      headers: asked.headers ?? {},
      file: asked.file ?? null,
      requestId: 'r',
      fileUrl: examFileUrl,
      origin: 'http://localhost:8000',
      engine: 'auto',
      signal: house.verbs.signal,
    },
    { ...house.verbs, ...verbs },
  );
}

async function* bytes(): AsyncIterable<Uint8Array> {
  yield Uint8Array.of(1, 2, 3);
}

/** Remembers how a submission was made. */
function submissions(): { verbs: Partial<Verbs>; options: SubmitOptions[] } {
  const options: SubmitOptions[] = [];
  const history = historyOf(FULL_PLAN);
  const [first] = history.steps;
  if (first === undefined || !('fact' in first)) throw new Error('the history is empty');
  const { job } = first.fact;
  return {
    options,
    verbs: {
      async submit(_command, how) {
        options.push(how);
        return { job, replayed: options.length > 1 };
      },
    },
  };
}

describe('submitting', () => {
  test('RC-SUBMIT-1: answers 201 with the job and addresses that lead to it', async () => {
    expect(await call('submitJob', { body: IMAGE })).toMatchObject({
      status: 201,
      headers: { location: `/v1/jobs/${JOB}` },
      json: {
        job: { id: JOB },
        urls: {
          self: `/v1/jobs/${JOB}`,
          events: `/v1/jobs/${JOB}/events`,
          stream: '/v1/stream',
          cancel: `/v1/jobs/${JOB}/cancel`,
          preview: `/previews/${JOB}/0`,
        },
      },
    });
  });

  test('RC-SUBMIT-2: says the same again, with a header that tells', async () => {
    const { verbs, options } = submissions();
    const asked = { body: IMAGE, headers: { 'idempotency-key': 'key-1' } };
    const first = await call('submitJob', asked, verbs);
    const second = await call('submitJob', asked, verbs);
    expect(first).toMatchObject({
      status: 201,
      headers: expect.not.objectContaining({ 'idempotent-replayed': 'true' }),
    });
    expect(second).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect('json' in first && 'json' in second && second.json).toEqual('json' in first && first.json);
    expect(options).toEqual([
      { via: 'native', idempotencyKey: 'key-1' },
      { via: 'native', idempotencyKey: 'key-1' },
    ]);
  });

  test('a key that is empty or too long is refused before anything is done', async () => {
    const { verbs, options } = submissions();
    for (const key of ['', 'k'.repeat(LIMITS.clientIdChars + 1)])
      await expect(
        call('submitJob', { body: IMAGE, headers: { 'idempotency-key': key } }, verbs),
      ).rejects.toMatchObject({
        code: 'invalid_field',
        field: 'Idempotency-Key',
      });
    expect(options).toEqual([]);
  });

  test('RC-BATCH-1: a batch has the address of its feed', async () => {
    expect(await call('submitBatch', { body: { id: 'foxes & hounds', jobs: [IMAGE] } })).toMatchObject({
      status: 201,
      json: {
        batch: 'foxes & hounds',
        urls: { jobs: '/v1/jobs?batch=foxes%20%26%20hounds', events: '/v1/events?batch=foxes%20%26%20hounds' },
      },
    });
  });

  test('RC-RETRY-1: a retry answers like a submission', async () => {
    expect(await call('retryJob')).toMatchObject({ status: 201, headers: { location: `/v1/jobs/${JOB}` } });
  });
});

describe('the other commands', () => {
  test('RC-CANCEL-1: cancel takes a reason or none, and answers 202 with the job', async () => {
    const reasons: (string | null)[] = [];
    const history = historyOf(FULL_PLAN);
    const last = history.steps.flatMap((step) => ('fact' in step ? [step.fact.job] : [])).at(-1);
    if (last === undefined) throw new Error('the history is empty');
    const verbs: Partial<Verbs> = {
      async cancel(_id, reason) {
        reasons.push(reason);
        return last;
      },
    };
    for (const body of [undefined, null, {}, { reason: 'enough' }])
      expect(await call('cancelJob', { body }, verbs)).toMatchObject({ status: 202, json: { job: { id: JOB } } });
    expect(reasons).toEqual([null, null, null, 'enough']);
  });

  test('RC-NOTE-1: a note over the limit is refused', async () => {
    await expect(call('noteJob', { body: { text: 'x'.repeat(LIMITS.noteChars) } })).rejects.toMatchObject({
      code: 'too_large',
    });
    expect(await call('noteJob', { body: { text: 'fine' } })).toEqual({ status: 204 });
  });

  test('RC-GET-1: a job comes with its levels, position and addresses; its files have theirs', async () => {
    expect(await call('getJob', { params: { id: 'my-own-id' } })).toMatchObject({
      status: 200,
      json: {
        job: {
          id: JOB,
          outputs: [
            { artifact: { url: '/files/art_2_0/file' } },
            { artifact: { thumbnailUrl: '/files/art_2_1/thumbnail' } },
          ],
        },
        levels: {},
        position: expect.stringMatching(/^exam:\d+$/),
        urls: { self: `/v1/jobs/${JOB}` },
      },
    });
  });

  test('RC-LIST-1 RC-LIST-2: a page has jobs with file addresses, the next cursor and the feed’s', async () => {
    expect(await call('listJobs', { query: { state: 'running,succeeded', limit: '5' } })).toMatchObject({
      json: {
        jobs: [{ outputs: [{ artifact: { url: '/files/art_2_0/file' } }, {}] }],
        next: null,
        feedCursor: 'exam:40',
      },
    });
    await expect(call('listJobs', { query: { limit: '0' } })).rejects.toThrow();
  });

  test('RC-PREVIEW-1: the newest preview is never cached, and not found when there is none', async () => {
    expect(await call('getPreview')).toMatchObject({
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'no-store' },
    });
    await expect(call('getPreview', {}, { preview: async () => null })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('plans', () => {
  test('RC-PLAN-1: words become a plan, and no job is made', async () => {
    const wishes: unknown[] = [];
    const plan: Verbs['plan'] = async (wish) => {
      wishes.push(wish);
      return { positiveStyles: [], negativeStyles: [], sections: [] };
    };
    const verbs = { plan };
    expect(await call('makePlan', { body: { prompt: 'calm', lengthMs: 9_000 } }, verbs)).toMatchObject({
      status: 200,
      json: { plan: { sections: [] } },
    });
    await call('makePlan', { body: { prompt: 'calm' } }, verbs);
    expect(wishes).toEqual([
      { prompt: 'calm', lengthMs: 9_000, engine: 'auto' },
      { prompt: 'calm', lengthMs: null, engine: 'auto' },
    ]);
    await expect(call('makePlan', { body: { prompt: ' ' } }, verbs)).rejects.toThrow();
  });
});

describe('the house', () => {
  test('RC-ENGINES-1: every backend has an entry with what it can do and how it is', async () => {
    expect(await call('listEngines')).toMatchObject({
      status: 200,
      json: { engines: [{ backend: 'rehearsal', features: ['previews', 'steps'], health: 'up', slots: 1 }] },
    });
  });

  test('RC-STATS-1: the counters of all owners are for operators', async () => {
    expect(
      nativeDialect.routes.filter(({ name }) => name === 'getStats').map(({ name, role }) => [name, role]),
    ).toEqual([['getStats', 'operator']]);
    expect(await call('getStats')).toMatchObject({ status: 200, json: { jobs: { running: 1 } } });
  });

  test('RC-ME-1: a caller is told the owner and the roles of its key', async () => {
    const principal = { owner: 'ada', roles: ['user'] as const };
    expect(await call('getMe', {}, { principal })).toEqual({ status: 200, json: { owner: 'ada', roles: ['user'] } });
  });
});

describe('files', () => {
  const names = async (header: string | undefined) => {
    const taken: IncomingFile[] = [];
    const headers = { 'content-type': 'image/png', ...(header === undefined ? {} : { 'x-file-name': header }) };
    const putFile: Verbs['putFile'] = async (file) => {
      taken.push(file);
      throw new RendercastError('storage_unavailable');
    };
    await call('uploadFile', { headers, file: bytes() }, { putFile }).catch(() => undefined);
    return taken.map(({ name }) => name);
  };

  test('RC-FILE-1: an upload has a media type, a name for people and an address', async () => {
    const reply = await call('uploadFile', {
      headers: { 'content-type': 'image/png', 'x-file-name': 'sk%C3%A9tch.png' },
      file: bytes(),
    });
    expect(reply).toMatchObject({
      status: 201,
      headers: { location: '/v1/artifacts/art_input' },
      json: { artifact: { mediaType: 'image/png', name: 'skétch.png', url: '/files/art_input/file' } },
    });
    await expect(call('uploadFile', { file: bytes() })).rejects.toMatchObject({ code: 'unsupported_media' });
  });

  test('a name never is a path, and never breaks', async () => {
    expect(await names('..%2F..%2Fetc%2Fpasswd')).toEqual(['passwd']);
    expect(await names('C:\\pictures\\fox.png')).toEqual(['fox.png']);
    expect(await names('100%.png')).toEqual(['100%.png']);
    expect(await names('a%00b%0D%0Ac')).toEqual(['abc']);
    expect(await names('x'.repeat(1_000))).toEqual(['x'.repeat(255)]);
    for (const none of [undefined, '', '%20', 'folder/']) expect(await names(none)).toEqual(['file']);
  });

  test('RC-FILE-2: a file is shown, or with download handed over', async () => {
    expect(await call('getArtifact')).toMatchObject({ disposition: 'inline' });
    expect(await call('getArtifact', { query: { download: 'true' } })).toMatchObject({ disposition: 'attachment' });
  });
});

describe('errors over HTTP', () => {
  test('RC-HTTP-2: every code has the status of the table, and the body says what and where', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const details = { field: 'request.steps', retryAfterMs: 1_500 };
      expect(nativeDialect.error(new RendercastError(code, undefined, details), 'r-1')).toEqual({
        status: ERRORS[code].status,
        body: {
          error: { code, message: ERRORS[code].means, retryable: ERRORS[code].retryable, ...details },
          requestId: 'r-1',
        },
      });
    }
  });

  test('RC-HTTP-5: an error from inside speaks the table’s words', () => {
    const { body } = nativeDialect.error(new RendercastError('internal', 'ENOENT /srv/data'), 'r');
    expect(body).toMatchObject({ error: { message: ERRORS.internal.means } });
  });

  test('RC-HTTP-7: an error is read back by its code, and an unknown code as internal', () => {
    const { body } = nativeDialect.error(new RendercastError('queue_full', undefined, { retryAfterMs: 5 }), 'r');
    const { error } = body as ErrorAnswer;
    expect(fromErrorBody(error)).toMatchObject({ code: 'queue_full', retryable: true, retryAfterMs: 5 });
    const newer = { ...error, code: 'moon_phase', message: 'wrong moon' } as unknown as typeof error;
    expect(fromErrorBody(newer)).toMatchObject({ code: 'internal', message: 'wrong moon', retryable: true });
  });

  test('RC-HTTP-6: a wrong field is named by its path', () => {
    const submit = nativeDialect.routes.find(({ name }) => name === 'submitJob');
    if (submit?.body === undefined || submit.body === 'file') throw new Error('the route takes JSON');
    const parsed = submit.body.safeParse({ kind: 'image', request: { prompt: 'x', steps: 501 } });
    expect(parsed.error?.issues[0]?.path).toEqual(['request', 'steps']);
  });
});
