import { expect } from 'vitest';
import * as z from 'zod';
import type { Reply, Route } from '../dialect.js';
import { ERRORS, type ErrorCode, RendercastError } from '../errors.js';
import type { CallExam, Check, DialectExam } from './exam.contract.js';
import { endOf, FULL_PLAN, historyOf } from './histories.contract.js';
import { createScriptedHouse, examFileUrl } from './house.contract.js';

/** Addresses of the house; dialects may add fields to their answers, not take them. */
const HOUSE_PATHS = ['/', '/docs', '/health', '/ready', '/alive', '/metrics'];
/** Two strokes in a row are lawful: a client may have put a prefix before a whole path. */
const PATH = /^(\/{1,2}(:[a-z][A-Za-z0-9]*|[A-Za-z0-9._~-]+))+$/;
/** Words that no answer may hold: what a careless mapping would let out. */
const SECRET = '/srv/secret/place:9999';

const shape = (path: string) => path.replaceAll(/:[^/]+/g, ':');
const paramsOf = (path: string) => [...path.matchAll(/:([A-Za-z0-9]+)/g)].map((match) => match[1] ?? '');

export const routeChecks: readonly Check[] = [
  {
    title: 'every route and socket has an address and a name of its own, and takes none of the house',
    run({ dialect }) {
      const addresses = dialect.routes.map((route) => `${route.method} ${shape(route.path)}`);
      const sockets = dialect.sockets.map((socket) => shape(socket.path));
      const names = dialect.routes.map((route) => route.name);
      for (const list of [addresses, sockets, names]) expect(list).toEqual([...new Set(list)]);
      for (const { path } of [...dialect.routes, ...dialect.sockets]) {
        expect(path).toMatch(PATH);
        expect(HOUSE_PATHS).not.toContain(path);
      }
    },
  },
  {
    title: 'every route says what it takes and answers',
    run({ dialect }) {
      for (const route of dialect.routes) {
        expect(route.summary, route.name).not.toBe('');
        expect(route.name).toMatch(/^[a-z][A-Za-z0-9]*$/);
        const statuses = Object.keys(route.answers).map(Number);
        expect(
          statuses.some((status) => status >= 200 && status < 300),
          `${route.name} documents a success`,
        ).toBe(true);
        if (route.method === 'GET') expect(route.body, `${route.name} is asked without a body`).toBeUndefined();
        const declared = route.params instanceof z.ZodObject ? Object.keys(route.params.shape) : [];
        expect(declared.sort(), `${route.name} declares the parameters of its path`).toEqual(
          paramsOf(route.path).sort(),
        );
      }
    },
  },
  {
    title: 'every route answers its examples as it documents',
    async run(exam) {
      const uncalled = exam.dialect.routes.filter((route) => !exam.calls.some((call) => call.route === route.name));
      expect(
        uncalled.map((route) => route.name),
        'routes without an example',
      ).toEqual([]);
      for (const call of exam.calls) await answersAsDocumented(exam, call);
    },
  },
  {
    title: 'every route passes on the refusals of the house',
    async run(exam) {
      for (const call of exam.calls) {
        const { route, house } = atTheEnd(exam, call);
        await house.liveTo(house.end);
        house.verbs.refuseAll(new RendercastError('storage_unavailable'));
        const reply = await handle(route, call, house).catch((thrown: unknown) => thrown);
        const asked = house.verbs.calls.length > 0;
        if (asked && !statusIs(reply, (status) => status >= 400))
          expect(reply, `${call.route} with a refusal`).toMatchObject({ code: 'storage_unavailable' });
      }
    },
  },
  {
    title: 'every error of the table has a status and a body, and lets nothing internal out',
    run({ dialect }) {
      for (const code of Object.keys(ERRORS) as ErrorCode[]) {
        const error = new RendercastError(code, undefined, { field: 'request.steps', cause: new Error(SECRET) });
        const { status, body } = dialect.error(error, 'request-1');
        expect(status, code).toBeGreaterThanOrEqual(400);
        expect(status, code).toBeLessThan(600);
        const text = JSON.stringify(body);
        expect(text.length, code).toBeGreaterThan(2);
        expect(text, code).not.toContain(SECRET);
      }
      const internal = dialect.error(new RendercastError('internal', `cannot open ${SECRET}`), 'request-1');
      expect(JSON.stringify(internal.body)).not.toContain(SECRET);
    },
  },
];

function atTheEnd(exam: DialectExam, call: CallExam) {
  const route = exam.dialect.routes.find(({ name }) => name === call.route);
  if (route === undefined) throw new Error(`there is no route "${call.route}"`);
  const history = historyOf({ ...FULL_PLAN, kind: exam.kinds?.[0] ?? FULL_PLAN.kind });
  return { route, house: { ...createScriptedHouse(history), end: endOf(history) + 1 } };
}

async function answersAsDocumented(exam: DialectExam, call: CallExam): Promise<void> {
  const { route, house } = atTheEnd(exam, call);
  await house.liveTo(1);
  const answering = handle(route, call, house);
  await house.liveTo(house.end);
  const reply = await answering;
  const status = statusOf(reply);
  const documented = route.answers[status];
  expect(status, call.route).toBe(call.status);
  expect(documented, `${call.route} documents ${status}`).toBeDefined();
  if ('json' in reply && documented?.schema !== undefined) {
    const seen: unknown = JSON.parse(JSON.stringify(reply.json));
    expect(documented.schema.safeParse(seen).error?.issues ?? [], `${call.route} answers as documented`).toEqual([]);
  }
  if ('bytes' in reply) expect(reply.headers['content-type'], call.route).toBeDefined();
}

async function handle(
  route: Route,
  call: CallExam,
  house: Pick<ReturnType<typeof createScriptedHouse>, 'verbs'>,
): Promise<Reply> {
  const file = call.file;
  return await route.handle(
    {
      params: route.params?.parse(call.params),
      query: route.query?.parse(call.query ?? {}),
      body: route.body === undefined || route.body === 'file' ? undefined : route.body.parse(call.body),
      headers: call.headers ?? {},
      file:
        file === undefined
          ? null
          : (async function* () {
              yield file;
            })(),
      requestId: 'request-1',
      fileUrl: examFileUrl,
      origin: 'http://localhost:8000',
      engine: 'auto',
      signal: house.verbs.signal,
    },
    house.verbs,
  );
}

function statusOf(reply: Reply): number {
  return 'status' in reply ? reply.status : 200;
}

function statusIs(reply: unknown, holds: (status: number) => boolean): boolean {
  return (
    typeof reply === 'object' &&
    reply !== null &&
    'status' in reply &&
    !(reply instanceof Error) &&
    holds(Number(reply.status))
  );
}
