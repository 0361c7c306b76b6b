import { pageSchema } from '@rendercast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from './proof/permissions/dialects.js';
import { EXPECTATIONS, type Expectation, HOUSE_EXPECTATIONS } from './proof/permissions/expectations.js';
import { createObjects, type Objects } from './proof/permissions/objects.js';
import {
  HOLDERS,
  KEYS,
  leakFor,
  OBJECTS,
  type ObjectName,
  PRINCIPALS,
  type Principal,
} from './proof/permissions/principals.js';
import { recordProof } from './proof/record.js';
import { type Answer, call, type House, startHouse } from './support/house.js';
import { openWire, type Wire } from './support/socket.js';

interface Operation {
  name: string;
  method: string;
  path: string;
  role: string;
}

let house: House;
let objects: Objects;
/** Has every preview drawn. */
let onlooker: Wire;
let cases = 0;
const leaks: string[] = [];
beforeAll(async () => {
  const apiKeys = `ada:${KEYS.ada},eve:${KEYS.eve},boss:${KEYS.boss}:operator,rig:${KEYS.rig}:worker`;
  const dialectEngines = (await dialects()).map(({ name }) => `${name}=rehearsal`).join(',');
  house = await startHouse({ apiKeys, maxWaitingPerOwner: 1_000, dialectEngines });
  objects = createObjects(house);
  onlooker = await openWire(house.url, { token: KEYS.boss });
  onlooker.send({ type: 'subscribe', feed: {}, previews: 'binary' });
  await onlooker.next('subscribed');
});
afterAll(async () => {
  onlooker.close();
  await house.stop();
  recordProof({ name: 'permissions', count: cases, wrong: leaks.length });
});

/** In a sample, of a service that stands at several addresses only the first is asked. */
const isAsked = ({ name }: Operation): boolean => process.env.RENDERCAST_PROOF_WHOLE === '1' || !name.endsWith('V1');

/** The routes that the server really serves, as it documents them itself, with the roles of the dialects' tables. */
async function operations(): Promise<Operation[]> {
  const { paths } = JSON.parse((await call(house.url, '/docs/json')).text) as {
    paths: Record<string, Record<string, { operationId: string; security?: unknown[]; description?: string }>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, description }]) => ({
      name: operationId,
      method: method.toUpperCase(),
      path,
      role: security?.length === 0 ? 'public' : (/role `(\w+)`/.exec(description ?? '')?.[1] ?? 'user'),
    })),
  );
}

async function ask(operation: Operation, expectation: Expectation, who: Principal, id: string): Promise<Answer> {
  const path =
    operation.path.replace('{slot}', '0').replace(/\{\w+\}/g, encodeURIComponent(id)) + (expectation.query ?? '');
  const { file } = expectation;
  return house.call(path, {
    method: operation.method,
    ...(who.key === null ? {} : { key: who.key }),
    ...(file === undefined
      ? {}
      : { body: new TextEncoder().encode('a file'), headers: { 'content-type': file, ...expectation.headers } }),
    ...(expectation.body === undefined ? {} : { body: expectation.body }),
  });
}

/** What must come of it, from the role of the route and who holds the object. */
function outcome(operation: Operation, expectation: Expectation, who: Principal, object: ObjectName): string {
  const roles: readonly string[] = who.roles;
  // A key that is not known is refused even where none is needed: whoever sends it believes to be somebody.
  if (who.owner === null && (operation.role !== 'public' || who.key !== null)) return 'unauthorized';
  if (operation.role !== 'public' && !roles.includes(operation.role)) return 'forbidden';
  if (expectation.about === 'nothing') return BY_STATUS[expectation.within] ?? String(expectation.within);
  const holder = HOLDERS[object];
  const reaches =
    expectation.reaches !== 'nobody' && holder !== null && (holder === who.owner || roles.includes('operator'));
  // An id of one's own is one's own: the operator does not know ada's ids unless they are looked up for everybody.
  if (reaches) return String(expectation.within);
  return expectation.outside === 'unborn' ? '200 unborn' : 'not_found';
}

const BY_STATUS: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };

function outcomeOf(answer: Answer, expectation: Expectation): string {
  // Other languages word their errors in their own way; the status is the same in all.
  if (answer.status >= 400)
    return answer.code === 'none' ? (BY_STATUS[answer.status] ?? String(answer.status)) : answer.code;
  if (expectation.outside === 'unborn' && /"snapshot":null/.test(answer.text) && /"messages":\[\]/.test(answer.text))
    return '200 unborn';
  return String(answer.status);
}

describe('the permission matrix', { timeout: 120_000 }, () => {
  it('has a row for every route there is, and none that is gone', async () => {
    const names = (await operations()).map(({ name }) => name).sort();
    expect(names, 'routes and expectations.ts').toEqual(Object.keys(EXPECTATIONS).sort());
  });

  it('RC-AUTH-2: every route, for everybody, about everything: the outcome is that of the table, and nothing of others is shown', async () => {
    const wrong: string[] = [];
    for (const operation of (await operations()).filter(isAsked)) {
      const expectation = EXPECTATIONS[operation.name];
      if (expectation === undefined) continue; // the test above names it
      for (const object of expectation.about === 'nothing' ? (['unknown'] as const) : OBJECTS) {
        // What is taken away when it works is made anew for each; what is not is shared.
        let shared: string | null = null;
        for (const who of PRINCIPALS) {
          if (shared === null) shared = await objects.make(object, expectation);
          const expected = outcome(operation, expectation, who, object);
          const answer = await ask(operation, expectation, who, shared);
          const found = outcomeOf(answer, expectation);
          cases += 1;
          const about = `${operation.method} ${operation.path} by ${who.name} about ${object}`;
          if (found !== expected) wrong.push(`${about}: ${found} instead of ${expected}`);
          const leak = leakFor(who, answer.text);
          if (leak !== null) leaks.push(`${about}: ${leak}`);
          if (answer.status < 300 && operation.method !== 'GET') shared = null;
        }
        await objects.tidy();
      }
    }
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
    expect(leaks).toEqual([]);
  });

  it('RC-AUTH-2: what is not within reach answers as what does not exist, to the letter, and nothing happens to it', async () => {
    const wrong: string[] = [];
    for (const operation of (await operations()).filter(isAsked)) {
      const expectation = EXPECTATIONS[operation.name];
      if (expectation === undefined || expectation.about === 'nothing') continue;
      const [, , , eve] = PRINCIPALS;
      const id = await objects.make("ada's", expectation);
      const before = await house.call('/v1/jobs?limit=1', { key: KEYS.ada });
      const foreign = await ask(operation, expectation, eve, id);
      const nothing = await ask(operation, expectation, eve, 'nothing-at-all');
      cases += 1;
      const plain = (answer: Answer, name: string): string =>
        answer.text.replaceAll(name, '…').replace(/"requestId":"[^"]+"/, '');
      if (foreign.status !== nothing.status || plain(foreign, id) !== plain(nothing, 'nothing-at-all'))
        wrong.push(`${operation.name}: ${foreign.text} and not ${nothing.text}`);
      const after = await house.call('/v1/jobs?limit=1', { key: KEYS.ada });
      if (after.text.replace(/"levels".*/, '') !== before.text.replace(/"levels".*/, ''))
        wrong.push(`${operation.name} by eve changed ada's job`);
      await objects.tidy();
    }
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });

  it('RC-AUTH-4: a signature opens its own file for reading, and no other address by any method', async () => {
    const wrong: string[] = [];
    const expectation = EXPECTATIONS.getArtifact;
    if (expectation === undefined) throw new Error('there is no getArtifact');
    const own = await objects.make("ada's", expectation);
    // The newest job is the one just made.
    const [job] = (await house.call('/v1/jobs?limit=1', { key: KEYS.ada })).as(pageSchema).jobs;
    const signed = job?.outputs[0]?.artifact.url ?? '';
    const signature = signed.split('?')[1] ?? '';
    expect((await house.call(signed)).status).toBe(200);
    for (const operation of (await operations()).filter(isAsked)) {
      if (operation.role === 'public') continue;
      for (const id of [own, await objects.make("eve's", expectation)]) {
        const path = `${operation.path.replace('{slot}', '0').replace(/\{\w+\}/g, id)}?${signature}`;
        if (path === signed && operation.method === 'GET') continue;
        const answer = await house.call(path, {
          method: operation.method,
          ...(operation.method === 'GET' || operation.method === 'DELETE' ? {} : { body: {} }),
        });
        cases += 1;
        if (answer.status !== 401) wrong.push(`${operation.method} ${path}: ${answer.status} ${answer.code}`);
      }
    }
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });

  it('keeps to the roles of its own addresses', async () => {
    const wrong: string[] = [];
    for (const [path, role] of Object.entries(HOUSE_EXPECTATIONS)) {
      for (const who of PRINCIPALS) {
        const answer = await house.call(path, who.key === null ? {} : { key: who.key });
        cases += 1;
        const open = role === 'public' || (who.roles as readonly string[]).includes(role);
        const expected = open ? 'none' : who.owner === null ? 'unauthorized' : 'forbidden';
        if (answer.code !== expected) wrong.push(`${path} by ${who.name}: ${answer.code} instead of ${expected}`);
      }
    }
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });
});

describe('without keys', () => {
  it('RC-AUTH-3: the door is shut at every route for strange names and strange pages, and open for this machine', async () => {
    const dialectEngines = (await dialects()).map(({ name }) => `${name}=rehearsal`).join(',');
    const open = await startHouse({ dialectEngines });
    const wrong: string[] = [];
    for (const operation of (await operations()).filter(isAsked)) {
      const path = operation.path.replace('{slot}', '0').replace(/\{\w+\}/g, 'nothing');
      for (const [headers, shut] of [
        [{ origin: 'https://evil.example.org' }, true],
        [{ origin: 'http://localhost.evil.example' }, true],
        [{ origin: 'http://localhost:5173' }, false],
        [{}, false],
      ] as const) {
        const expectation = EXPECTATIONS[operation.name];
        const body = expectation?.body ?? (operation.method === 'POST' ? {} : undefined);
        const answer = await call(open.url, path + (expectation?.query ?? ''), {
          method: operation.method,
          headers,
          ...(body === undefined ? {} : { body }),
        });
        cases += 1;
        if ((answer.status === 403) !== shut)
          wrong.push(`${operation.name} ${JSON.stringify(headers)}: ${answer.code}`);
      }
    }
    await open.stop();
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });
});
