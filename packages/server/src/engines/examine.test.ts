import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseBackends } from '../configured-backends.js';
import { examineBackends } from './examine.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function findings(entries: object[], answerMs = 2_000) {
  const backends = parseBackends(JSON.stringify(entries), {}, 'backends');
  const all = [];
  for await (const finding of examineBackends({ backends }, answerMs)) all.push(finding);
  return all;
}

describe('what is found out about configured backends', () => {
  test('is an engine that there is not, a setting that is missing, and what to do', async () => {
    expect(
      await findings([
        { name: 'a', engine: 'easel' },
        { name: 'b', engine: 'sdapi' },
      ]),
    ).toMatchObject([
      { backend: 'a', ok: false, message: expect.stringContaining('there is no engine "easel"') },
      {
        backend: 'b',
        ok: false,
        message: expect.stringContaining('url'),
        advice: expect.stringContaining('docs/engines'),
      },
    ]);
  });

  test('is a server that is away, refuses the password, or is another than was thought', async () => {
    const gone = await serve((_, response) => response.end());
    await stops.pop()?.();
    const locked = await serve((_, response) => response.writeHead(401).end());
    const other = await serve((_, response) => response.writeHead(404).end('<h1>It works!</h1>'));
    const found = await findings([
      { name: 'gone', engine: 'sdapi', url: gone },
      { name: 'locked', engine: 'sdapi', url: locked },
      { name: 'other', engine: 'sdapi', url: other },
    ]);
    expect(found.map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/does not answer/),
      expect.stringMatching(/user and password/),
      expect.stringMatching(/not as a server of this family/),
    ]);
  });

  test('is a server without a model, or without the one that its entry names', async () => {
    const servedWith = (models: object[]) =>
      serve((request, response) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        const answers: Record<string, unknown> = {
          '/sdapi/v1/progress': { id: null, progress: 0, state: {}, current_image: null },
          '/sdapi/v1/version': { app: 'sd.next' },
          '/sdapi/v1/sd-models': models,
          '/sdapi/v1/samplers': [{ name: 'Euler' }],
        };
        const answer = answers[path];
        response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? null));
      });
    const bare = await servedWith([]);
    const stocked = await servedWith([{ title: 'house-v1 [aaaa]', model_name: 'house-v1', hash: 'aaaa' }]);
    const found = await findings([
      { name: 'bare', engine: 'sdapi', url: bare },
      { name: 'other', engine: 'sdapi', url: stocked, model: 'house-v9' },
      { name: 'good', engine: 'sdapi', url: stocked, model: 'house-v1' },
    ]);
    expect(found.map(({ ok, message }) => [ok, message])).toEqual([
      [false, 'The server has no model.'],
      [false, 'The server does not have the model "house-v9" that is configured for it.'],
      [true, expect.stringContaining('one model')],
    ]);
    expect(found[1]?.advice).toContain('Give the server');
  });

  test('is a service that does not take the key, told by a plan that costs nothing', async () => {
    const orders: string[] = [];
    const service = await serve((request, response) => {
      orders.push(`${request.method} ${request.url?.split('?')[0]}`);
      const isKnown = request.headers['xi-api-key'] === 'good-key';
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      const plan = { positive_global_styles: ['quiet'], negative_global_styles: [], sections: [] };
      const section = {
        section_name: 'Piano',
        duration_ms: 10_000,
        positive_local_styles: [],
        negative_local_styles: [],
      };
      const detail = { status: 'invalid_api_key', message: 'Invalid API key' };
      response.end(JSON.stringify(isKnown ? { ...plan, sections: [{ ...section, lines: [] }] } : { detail }));
    });
    const found = await findings([
      { name: 'good', engine: 'elevenlabs', url: service, apiKey: 'good-key' },
      { name: 'bad', engine: 'elevenlabs', url: service, apiKey: 'another-key' },
    ]);
    expect(found).toMatchObject([
      { ok: true, message: expect.stringMatching(/^it answers: makes music/) },
      { ok: false, message: expect.stringMatching(/key/), advice: expect.stringContaining('its key') },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/good-key|another-key/);
    expect(new Set(orders)).toEqual(new Set(['POST /v1/music/plan']));
  });

  test('is a server that says nothing, within the time given', async () => {
    const deaf = await serve(() => undefined);
    const startedMs = performance.now();
    expect(await findings([{ name: 'deaf', engine: 'sdapi', url: deaf }], 200)).toMatchObject([
      { ok: false, message: 'it does not answer within 0.2 s' },
    ]);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
