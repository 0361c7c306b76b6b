import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endOf, FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { createScriptedHouse, examFileUrl } from '../../dialect-exam/house.contract.js';
import { CALLS } from './fixtures/calls.js';
import { nativeDialect } from './index.js';

/**
 * `fixtures/http.json` is a recording of every route's answer. It is checked in, so that a changed field is seen in
 * review; `npx vitest -u` records it anew.
 */
const FIXTURE = 'fixtures/http.json';
interface Exchange {
  route: string;
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
}

async function record(): Promise<Exchange[]> {
  const history = historyOf(FULL_PLAN);
  const exchanges: Exchange[] = [];
  for (const call of CALLS) {
    const route = nativeDialect.routes.find(({ name }) => name === call.route);
    const house = createScriptedHouse(history);
    await house.liveTo(endOf(history) + 1);
    const { file } = call;
    const body = route?.body === 'file' ? undefined : route?.body?.parse(call.body);
    const reply = await route?.handle(
      {
        params: route.params?.parse(call.params),
        query: route.query?.parse(call.query ?? {}),
        body,
        headers: call.headers ?? {},
        file: file === undefined ? null : one(file),
        requestId: 'request-1',
        fileUrl: examFileUrl,
        origin: 'http://localhost:8000',
        engine: 'auto',
        signal: house.verbs.signal,
      },
      house.verbs,
    );
    if (reply === undefined) throw new Error(`there is no route "${call.route}"`);
    if (!('status' in reply)) continue; // files and streams are the gateway's to write
    const headers = 'headers' in reply ? { headers: reply.headers } : {};
    exchanges.push({
      route: call.route,
      status: reply.status,
      ...(headers.headers === undefined ? {} : { headers: headers.headers }),
      ...('json' in reply ? { json: reply.json } : {}),
    });
  }
  return exchanges;
}

async function* one(file: Uint8Array): AsyncIterable<Uint8Array> {
  yield file;
}

describe('the recorded answers', () => {
  test('are what the routes answer today, field by field', async () => {
    await expect(`${JSON.stringify(await record(), null, 2)}\n`).toMatchFileSnapshot(FIXTURE);
  });

  test('RC-HTTP-1: every field of every answer is documented, and nothing else is there', () => {
    const exchanges = JSON.parse(readFileSync(new URL(FIXTURE, import.meta.url), 'utf8')) as Exchange[];
    const withJson = exchanges.filter(({ json }) => json !== undefined);
    expect(withJson.length).toBeGreaterThan(8);
    for (const { route: name, status, json } of withJson) {
      const schema = nativeDialect.routes.find((route) => route.name === name)?.answers[status]?.schema;
      expect(schema?.parse(json), name).toEqual(json);
    }
  });
});
