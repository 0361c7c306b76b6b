import { isTerminal } from '@rendercast/protocol';
import { clientMessageSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from './proof/permissions/dialects.js';
import { MESSAGE_EXPECTATIONS, secretJob } from './proof/permissions/expectations.js';
import { FOREIGN_SOCKETS } from './proof/permissions/foreign-expectations.js';
import { type ForeignSocket, openForeign } from './proof/permissions/foreign-sockets.js';
import { createObjects, type Objects } from './proof/permissions/objects.js';
import { KEYS, leakFor, type Owner, PRINCIPALS, type Principal } from './proof/permissions/principals.js';
import { recordProof } from './proof/record.js';
import { type House, startHouse, until } from './support/house.js';
import { openWire, type Wire } from './support/socket.js';
import { openWorkerWire } from './support/worker-wire.js';

let house: House;
let objects: Objects;
/** Has every preview drawn. */
let onlooker: Wire;
let cases = 0;
const leaks: string[] = [];
beforeAll(async () => {
  const apiKeys = `ada:${KEYS.ada},eve:${KEYS.eve},boss:${KEYS.boss}:operator,rig:${KEYS.rig}:worker`;
  const dialectEngines = (await dialects()).map(({ name }) => `${name}=rehearsal`).join(',');
  house = await startHouse({ apiKeys, dialectEngines });
  objects = createObjects(house);
  onlooker = await openWire(house.url, { token: KEYS.boss });
  onlooker.send({ type: 'subscribe', feed: {}, previews: 'binary' });
  await onlooker.next('subscribed');
});
afterAll(async () => {
  onlooker.close();
  await house.stop();
  recordProof({ name: 'permissions on sockets', count: cases, wrong: leaks.length });
});

describe('the permission matrix of the sockets', { timeout: 60_000 }, () => {
  it('has a row for every message and socket there is, and none that is gone', async () => {
    const types = clientMessageSchema.options.map((option) => option.shape.type.value as string).sort();
    expect(types).toEqual(Object.keys(MESSAGE_EXPECTATIONS).sort());
    const sockets = (await dialects()).flatMap((dialect) => dialect.sockets.map(({ path }) => path)).sort();
    const known = [...Object.keys(FOREIGN_SOCKETS), '/v1/stream', '/v1/worker/stream'].sort();
    expect(sockets, 'sockets and foreign-expectations.ts').toEqual(known);
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

  it('RC-WORKER-3 RC-WORKER-16: on the socket of workers: only the role worker is let in, and no word reaches a job that was not handed to it', async () => {
    const wrong: string[] = [];
    const job = await objects.make("ada's", { about: 'job', state: 'running', within: 200 });
    const about = { worker: 'matrix-2', engine: 'matrix-2' };
    for (const who of PRINCIPALS) {
      const wire = await openWorkerWire(house.url, { about, ...(who.key === null ? {} : { token: who.key }) });
      cases += 1;
      if (!(who.roles as readonly string[]).includes('worker')) {
        const { code } = await wire.untilClosed();
        if (code !== (who.owner === null ? 4401 : 4403)) wrong.push(`${who.name} was closed with ${code}`);
        continue;
      }
      for (const type of ['report', 'handle', 'succeed', 'fail', 'handBack'] as const) {
        cases += 1;
        wire.send({ type, ref: type, jobId: job, lease: '1.guessed', handle: null, message: 'no' });
        const { error } = await wire.next('error', ({ ref }) => ref === type);
        if (error.code !== 'not_found') wrong.push(`${who.name}: ${type} was ${error.code}`);
      }
      const leak = leakFor(who, JSON.stringify(wire.messages));
      if (leak !== null) wrong.push(`on the socket of workers, ${leak}`);
      wire.close();
    }
    await house.call(`/v1/jobs/${job}/cancel`, { key: KEYS.ada, method: 'POST' });
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });

  it('RC-AUTH-2: on the sockets of the other languages: who has no key is not let in, and nobody hears or touches what is not theirs', async () => {
    const wrong: string[] = [];
    const id = await objects.make("ada's", { about: 'job', state: 'running', within: 200 });
    const opened: { who: Principal; foreign: ForeignSocket }[] = [];
    for (const path of Object.keys(FOREIGN_SOCKETS)) {
      for (const who of PRINCIPALS) {
        const foreign = await openForeign(house.url, path, who.key, id);
        cases += 1;
        if (typeof foreign === 'number') {
          if (who.owner !== null || foreign !== 401) wrong.push(`${path} by ${who.name}: ${foreign}`);
        } else if (who.owner === null) wrong.push(`${path} let ${who.name} in`);
        else if (who.owner !== 'ada' && who.owner !== 'boss') opened.push({ who, foreign });
        else foreign.socket.terminate();
      }
    }
    for (const { foreign } of opened) foreign.sayAll(id);
    // What they said is dealt with when what they say after it is.
    const made = await objects.make("ada's", { about: 'job', within: 200 });
    expect((await house.call(`/v1/jobs/${id}`, { key: KEYS.ada })).as(snapshotAnswerSchema).job.state).toBe('running');
    await house.call(`/v1/jobs/${id}/cancel`, { key: KEYS.ada, method: 'POST' });
    await until(async () => {
      const { job } = (await house.call(`/v1/jobs/${id}`, { key: KEYS.ada })).as(snapshotAnswerSchema);
      return job.state === 'canceled';
    }, 'the end');
    const all = await house.call('/v1/jobs?limit=200', { key: KEYS.boss });
    cases += 1;
    if (all.text.includes('"owner":"rig"')) wrong.push('a worker submitted a job on a socket');
    for (const { who, foreign } of opened) {
      const heard = foreign.heard.join('\n');
      // Their own words about the id may come back once each; what happened to it may not.
      const told = foreign.heard.filter(
        (text) => /progress|preview|cancell?ed|completed?/i.test(text) && text.includes(id),
      );
      if (leakFor(who, heard) !== null || heard.includes(made) || told.length > 1)
        wrong.push(`${foreign.path}, ${who.name}: ${heard.slice(0, 300)}`);
      foreign.socket.terminate();
    }
    leaks.push(...wrong);
    expect(wrong).toEqual([]);
  });
});
