import { isTerminal } from '@rendercast/protocol';
import { clientMessageSchema, nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EXPECTATIONS,
  type Expectation,
  HOUSE_EXPECTATIONS,
  MESSAGE_EXPECTATIONS,
  SOCKET_EXPECTATIONS,
  secretJob,
} from './proof/permissions/expectations.js';
import { createObjects, type Objects } from './proof/permissions/objects.js';
import {
  HOLDERS,
  KEYS,
  leakFor,
  OBJECTS,
  type ObjectName,
  type Owner,
  PRINCIPALS,
  type Principal,
} from './proof/permissions/principals.js';
import { recordProof } from './proof/record.js';
import { type Answer, call, type House, startHouse, until } from './support/house.js';
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
  house = await startHouse({ apiKeys, maxWaitingPerOwner: 1_000 });
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
  const path = operation.path.replace(/\{\w+\}/g, encodeURIComponent(id)) + (expectation.query ?? '');
  const { file } = expectation;
  return house.call(path, {
    method: operation.method,
    ...(who.key === null ? {} : { key: who.key }),
    ...(file === undefined ? {} : { body: new TextEncoder().encode('a file'), headers: { 'content-type': file } }),
    ...(expectation.body === undefined ? {} : { body: expectation.body }),
  });
}

/** What must come of it, from the role of the route and who holds the object. */
function outcome(operation: Operation, expectation: Expectation, who: Principal, object: ObjectName): string {
  const roles: readonly string[] = who.roles;
  if (operation.role !== 'public' && who.owner === null) return 'unauthorized';
  if (operation.role !== 'public' && !roles.includes(operation.role)) return 'forbidden';
  if (expectation.about === 'nothing') return String(expectation.within);
  const holder = HOLDERS[object];
  const reaches = holder !== null && (holder === who.owner || roles.includes('operator'));
  // An id of one's own is one's own: the operator does not know ada's ids unless they are looked up for everybody.
  if (reaches) return String(expectation.within);
  return expectation.outside === 'unborn' ? '200 unborn' : 'not_found';
}

function outcomeOf(answer: Answer, expectation: Expectation): string {
  if (answer.status >= 400) return answer.code;
  if (expectation.outside === 'unborn' && /"snapshot":null/.test(answer.text) && /"messages":\[\]/.test(answer.text))
    return '200 unborn';
  return String(answer.status);
}

describe('the permission matrix', { timeout: 120_000 }, () => {
  it('has a row for every route, message and socket there is, and none that is gone', async () => {
    const names = (await operations()).map(({ name }) => name).sort();
    expect(names, 'routes and expectations.ts').toEqual(Object.keys(EXPECTATIONS).sort());
    const types = clientMessageSchema.options.map((option) => option.shape.type.value as string).sort();
    expect(types).toEqual(Object.keys(MESSAGE_EXPECTATIONS).sort());
    expect(nativeDialect.sockets.map(({ path }) => path)).toEqual(SOCKET_EXPECTATIONS);
  });

  it('RC-AUTH-2: every route, for everybody, about everything: the outcome is that of the table, and nothing of others is shown', async () => {
    const wrong: string[] = [];
    for (const operation of await operations()) {
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
    for (const operation of await operations()) {
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
    const { job } = (await house.call('/v1/jobs?limit=1', { key: KEYS.ada })).as(
      // The newest job is the one just made.
      { parse: (page: { jobs: { outputs: { artifact: { url: string } }[] }[] }) => ({ job: page.jobs[0] }) } as never,
    ) as { job: { outputs: { artifact: { url: string } }[] } };
    const signed = job.outputs[0]?.artifact.url ?? '';
    const signature = signed.split('?')[1] ?? '';
    expect((await house.call(signed)).status).toBe(200);
    for (const operation of await operations()) {
      if (operation.role === 'public') continue;
      for (const id of [own, await objects.make("eve's", expectation)]) {
        const path = `${operation.path.replace(/\{\w+\}/g, id)}?${signature}`;
        if (path === signed && operation.method === 'GET') continue;
        const answer = await house.call(path, {
          method: operation.method,
          ...(operation.method === 'GET' || operation.method === 'DELETE' ? {} : { body: {} }),
        });
        cases += 1;
        if (answer.code !== 'unauthorized') wrong.push(`${operation.method} ${path}: ${answer.status} ${answer.code}`);
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

  it('RC-AUTH-2 RC-HELLO-1 RC-HELLO-3: on the socket, every message, for everybody, about everything', async () => {
    const wrong: string[] = [];
    const live = { about: 'job', state: 'running', within: 200 } as const;
    const chosen = 'chosen-by-ada-before-it-exists';
    const ids = new Map<string, string>([
      ["ada's", await objects.make("ada's", live)],
      ["ada's, by her own id", await objects.make("ada's, by her own id", live)],
      ["eve's", await objects.make("eve's", live)],
      ['unknown', 'nothing-here'],
      ['an id that ada chose and has not used', chosen],
    ]);
    const wires = new Map<Principal, Wire>();
    for (const who of PRINCIPALS) {
      const wire = await openWire(house.url, { hello: false });
      for (const type of Object.keys(MESSAGE_EXPECTATIONS).filter((one) => one !== 'hello')) {
        wire.send(JSON.stringify({ type, ref: type, job: ids.get("ada's"), topic: `job:${ids.get("ada's")}` }));
        const before = await until(() => wire.messages.find((message) => message.type === 'error'), 'a refusal');
        wire.messages.length = 0;
        cases += 1;
        if (before.type !== 'error' || before.error.code !== 'invalid_request') wrong.push(`${type} before hello`);
      }
      wire.send({ type: 'hello', ...(who.key === null ? {} : { token: who.key }) });
      cases += 1;
      if (who.owner === null) {
        const { code } = await wire.untilClosed();
        if (code !== 4401) wrong.push(`${who.name} was closed with ${code}`);
        continue;
      }
      await wire.next('welcome');
      wires.set(who, wire);
      for (const [object, job] of ids) wire.send({ type: 'subscribe', ref: object, job });
      for (const [index, feed] of [{}, { jobs: [...ids.values()] }, { tag: 'secret-tag-of-ada' }].entries())
        wire.send({ type: 'subscribe', ref: `feed ${index}`, feed });
      const answers = () => wire.messages.filter(({ type }) => type === 'subscribed' || type === 'error');
      await until(() => answers().length >= ids.size + 3, `answers to ${who.name}`);
    }
    // Something happens to everything: ada takes the id that she chose, and cancels what runs.
    const late = secretJob('ada', chosen, {});
    await house.call('/v1/jobs', { key: KEYS.ada, body: late });
    for (const [object, owner] of [
      ["ada's", 'ada'],
      ["eve's", 'eve'],
    ] as const)
      await house.call(`/v1/jobs/${ids.get(object)}/cancel`, { key: KEYS[owner satisfies Owner], method: 'POST' });
    const boss = wires.get(PRINCIPALS[5]);
    if (boss === undefined) throw new Error('the operator was not let in');
    for (const object of ["ada's", "eve's"])
      await boss.next('event', ({ jobId, fact }) => jobId === ids.get(object) && isTerminal(fact));

    for (const [who, wire] of wires) {
      wire.send({ type: 'ping', ref: 'the end' });
      await wire.next('pong', ({ ref }) => ref === 'the end');
      // A topic only says again what was asked for.
      const text = JSON.stringify(wire.messages, (name, value: unknown) => (name === 'topic' ? undefined : value));
      const leak = leakFor(who, text);
      if (leak !== null) wrong.push(`on the socket, ${leak}`);
      const seen = new Set(wire.messages.flatMap((message) => ('jobId' in message ? [message.jobId] : [])));
      const isUser = (who.roles as readonly string[]).includes('user');
      const refused = wire.messages.filter((message) => message.type === 'error');
      cases += 1;
      if (refused.some(({ error }) => error.code !== 'forbidden') || refused.length !== (isUser ? 0 : ids.size + 3))
        wrong.push(`${who.name} was refused ${refused.length} subscriptions`);
      const reaches = (owner: Owner): boolean => isUser && (who.owner === owner || who.owner === 'boss');
      for (const [object, owner] of [
        ["ada's", 'ada'],
        ["eve's", 'eve'],
      ] as const) {
        cases += 1;
        if (seen.has(ids.get(object) ?? '') !== reaches(owner)) wrong.push(`${who.name} about ${object} on the socket`);
      }
      wire.close();
    }
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });
});

describe('without keys', () => {
  it('RC-AUTH-3: the door is shut at every route for strange names and strange pages, and open for this machine', async () => {
    const open = await startHouse();
    const wrong: string[] = [];
    for (const operation of await operations()) {
      const path = operation.path.replace(/\{\w+\}/g, 'nothing');
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
        if ((answer.code === 'forbidden') !== shut)
          wrong.push(`${operation.name} ${JSON.stringify(headers)}: ${answer.code}`);
      }
    }
    await open.stop();
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });
});
