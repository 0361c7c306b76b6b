import { join } from 'node:path';
import { pageSchema } from '@rendercast/protocol';
import {
  artifactAnswerSchema,
  jobAnswerSchema,
  snapshotAnswerSchema,
} from '@rendercast/protocol/dialects/native/index';
import { createSilentLogger, loadConfig, startServer } from '@rendercast/server';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const ADA = 'ada-key-0123456789abcdef';
const EVE = 'eve-key-0123456789abcdef';
const BOSS = 'boss-key-0123456789abcdef';
const WORKER = 'worker-key-0123456789abcdef';

let house: House;
beforeAll(async () => {
  house = await startHouse({
    apiKeys: `ada:${ADA},eve:${EVE},boss:${BOSS}:operator,rig:${WORKER}:worker`,
    allowedOrigins: 'https://app.example.org',
  });
});
afterAll(() => house.stop());

async function finished(key: string, id?: string): Promise<string> {
  const answer = await house.call('/v1/jobs', { key, body: rehearsal({}, id === undefined ? {} : { id }) });
  const { job } = answer.as(jobAnswerSchema);
  await until(async () => (await house.call(`/v1/jobs/${job.id}`, { key })).text.includes('"succeeded"'), 'the end');
  return job.id;
}

describe('with keys', () => {
  it('wants a key, knows a wrong one, and asks workers to stay with their work', async () => {
    expect((await house.call('/v1/jobs')).code).toBe('unauthorized');
    expect((await house.call('/v1/jobs', { key: 'wrong' })).code).toBe('unauthorized');
    expect((await house.call('/v1/jobs', { key: WORKER })).code).toBe('forbidden');
    expect((await house.call('/v1/stats', { key: ADA })).code).toBe('forbidden');
    expect((await house.call('/v1/stats', { key: BOSS })).status).toBe(200);
    expect((await house.call('/v1/jobs', { headers: { 'x-api-key': ADA } })).status).toBe(200);
    expect((await house.call('/health')).status).toBe(200);
  });

  it("RC-AUTH-2: shows nobody another owner's job, at any address, by either id; the operator sees all", async () => {
    const id = await finished(ADA, 'my-secret');
    const { job } = (await house.call(`/v1/jobs/${id}`, { key: ADA })).as(snapshotAnswerSchema);
    const artifact = job.outputs[0]?.artifact.id ?? '';
    for (const name of [id, 'my-secret']) {
      for (const [method, path, body] of [
        ['GET', `/v1/jobs/${name}`, undefined],
        ['PATCH', `/v1/jobs/${name}`, { favorite: true }],
        ['DELETE', `/v1/jobs/${name}`, undefined],
        ['POST', `/v1/jobs/${name}/cancel`, {}],
        ['POST', `/v1/jobs/${name}/retry`, {}],
        ['POST', `/v1/jobs/${name}/notes`, { note: 'hello' }],
        ['GET', `/v1/jobs/${name}/preview`, undefined],
      ] as const) {
        const answer = await house.call(path, { method, key: EVE, ...(body === undefined ? {} : { body }) });
        expect([answer.status, answer.code], `${method} ${path}`).toEqual([404, 'not_found']);
      }
    }
    for (const path of [`/v1/artifacts/${artifact}`, `/v1/artifacts/${artifact}/thumbnail`])
      expect((await house.call(path, { key: EVE })).code, path).toBe('not_found');
    expect((await house.call(`/v1/artifacts/${artifact}`, { method: 'DELETE', key: EVE })).code).toBe('not_found');
    expect((await house.call('/v1/jobs', { key: EVE })).as(pageSchema).jobs).toEqual([]);
    expect((await house.call(`/v1/jobs?jobs=${id}`, { key: EVE })).as(pageSchema).jobs).toEqual([]);
    expect((await house.call(`/v1/jobs/${id}`, { key: BOSS })).status).toBe(200);
    expect((await house.call('/v1/jobs', { key: BOSS })).text).toContain(id);
  });

  it("RC-AUTH-2: keeps sockets and streams to their owner's jobs, also for an id chosen before the job exists", async () => {
    const eve = await openWire(house.url, { token: EVE });
    eve.send({ type: 'subscribe', job: 'chosen-by-ada' });
    eve.send({ type: 'subscribe', feed: {} });
    await until(() => eve.messages.filter(({ type }) => type === 'subscribed').length === 2, 'two subscriptions');
    const boss = await openWire(house.url, { token: BOSS });
    boss.send({ type: 'subscribe', feed: {} });
    await boss.next('subscribed');
    const id = await finished(ADA, 'chosen-by-ada');
    await boss.next('event', ({ jobId, fact }) => jobId === id && fact.type === 'succeeded');
    const poll = await house.call(`/v1/jobs/${id}/events?wait=50`, { key: EVE });
    expect(poll.text).not.toContain('rehearsal');
    expect(eve.messages.filter(({ type }) => type === 'event' || type === 'level')).toEqual([]);
    // An id is an owner's own: eve may use the same.
    const own = await finished(EVE, 'chosen-by-ada');
    expect(own).not.toBe(id);
    await eve.next('event', ({ jobId, fact }) => jobId === own && fact.type === 'succeeded');
    eve.close();
    boss.close();
  });

  it("does not let a job start from another owner's file", async () => {
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    const upload = await house.call('/v1/files', {
      key: ADA,
      body: new Uint8Array(png),
      headers: { 'content-type': 'image/png' },
    });
    const { artifact } = upload.as(artifactAnswerSchema);
    const body = { kind: 'image', request: { prompt: 'a', inputs: [{ artifactId: artifact.id }] } };
    expect((await house.call('/v1/jobs', { key: EVE, body })).code).toBe('invalid_field');
  });

  it('RC-AUTH-4: signs file addresses, which work without a key, for that file only', async () => {
    const id = await finished(ADA);
    const { job } = (await house.call(`/v1/jobs/${id}`, { key: ADA })).as(snapshotAnswerSchema);
    const url = job.outputs[0]?.artifact.url ?? '';
    expect(url).toContain('signature=');
    expect((await house.call(url)).status).toBe(200);
    expect((await house.call(url.split('?')[0] ?? '')).code).toBe('unauthorized');
    expect((await house.call(url.replace('?', '/thumbnail?'))).code).toBe('unauthorized');
    expect((await house.call(url, { method: 'DELETE' })).code).toBe('unauthorized');
    expect((await house.call(`/v1/jobs/${id}?${url.split('?')[1]}`)).code).toBe('unauthorized');
  });

  it('RC-HELLO-3: refuses a socket with a wrong token, and one that never says who it is', async () => {
    const wrong = await openWire(house.url, { hello: false });
    wrong.send({ type: 'hello', token: 'wrong' });
    expect((await wrong.next('error')).error.code).toBe('unauthorized');
    expect((await wrong.untilClosed()).code).toBe(4401);
    const none = await openWire(house.url, { hello: false });
    none.send({ type: 'hello' });
    expect((await none.untilClosed()).code).toBe(4401);
  });

  it('tells pages of allowed origins what they may know, and turns others away', async () => {
    const preflight = await house.call('/v1/jobs', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.org', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://app.example.org',
    ]);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
    const strange = await house.call('/v1/jobs', { key: ADA, headers: { origin: 'https://evil.example.org' } });
    expect([strange.status, strange.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    await expect(openWire(house.url, { headers: { origin: 'https://evil.example.org' } })).rejects.toThrow('403');
  });
});

describe('without keys', () => {
  it('RC-AUTH-3: lets pages of this machine and from disk in, and no strange ones, over HTTP and sockets', async () => {
    const open = await startHouse();
    for (const origin of ['null', 'http://localhost:5173']) {
      const answer = await call(open.url, '/v1/jobs', { headers: { origin } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      (await openWire(open.url, { headers: { origin } })).close();
    }
    expect((await call(open.url, '/v1/jobs', { headers: { origin: 'https://evil.example.org' } })).status).toBe(403);
    await expect(openWire(open.url, { headers: { origin: 'https://evil.example.org' } })).rejects.toThrow('403');
    await expect(openWire(open.url, { headers: { host: 'evil.example.org' } })).rejects.toThrow('403');
    await open.stop();
  });

  it('refuses to listen on an open address, and says what to do', async () => {
    const config = loadConfig({ host: '0.0.0.0', port: 0, dataDir: house.dataDir }, {});
    await expect(startServer({ config, logger: createSilentLogger(), studioDir: null })).rejects.toThrow(
      /RENDERCAST_API_KEYS/,
    );
  });
});

describe('starting', () => {
  it('refuses a port in use and a data directory in use, in words, and leaves the first server whole', async () => {
    const port = Number(new URL(house.url).port);
    const taken = loadConfig({ port, dataDir: `${house.dataDir}-other` }, {});
    await expect(startServer({ config: taken, logger: createSilentLogger(), studioDir: null })).rejects.toThrow(
      /port \d+ is in use/,
    );
    const same = loadConfig({ port: 0, dataDir: house.dataDir }, {});
    await expect(startServer({ config: same, logger: createSilentLogger(), studioDir: null })).rejects.toThrow(
      /Another server/,
    );
    expect((await house.call('/ready')).status).toBe(200);
  });

  it('refuses a data directory that cannot be written, in words', async () => {
    const config = loadConfig({ port: 0, dataDir: join(house.dataDir, 'secret', 'below-a-file') }, {});
    await expect(startServer({ config, logger: createSilentLogger(), studioDir: null })).rejects.toThrow(
      /RENDERCAST_DATA_DIR/,
    );
  });
});
