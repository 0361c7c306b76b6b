import { ERRORS, RendercastError } from '@rendercast/protocol';
import { expect, it } from 'vitest';
import { FOREIGN_FRONTS, NATIVE_FRONT } from './proof/hostile/fronts.js';
import { leakIn } from './proof/hostile/leaks.js';
import { refusalFault } from './proof/hostile/refusals.js';
import { createRequestMaker } from './proof/hostile/requests.js';
import { createChance } from './stories/chance.js';

const FRONTS = [NATIVE_FRONT, ...FOREIGN_FRONTS];
const each = FRONTS.map((front) => ({ name: front.dialect.name, ...front }));

it.each(each)('the judge of refusals takes those of $name, and catches planted faults', ({ dialect }) => {
  const { status, body } = dialect.error(new RendercastError('not_found', 'there is no fox'), 'r-1');
  const text = JSON.stringify(body);
  expect(refusalFault(dialect, status, text)).toBeNull();
  const internal = dialect.error(new RendercastError('internal', 'secret'), 'r-1');
  const planted: [number, string][] = [
    [418, text],
    [status, JSON.stringify({ ...(body as object), stack: 'at door' })],
    [status, '{}'],
    [status, '<html>'],
    [status, ''],
    [internal.status, JSON.stringify(internal.body)],
  ];
  for (const [code, said] of planted) expect(refusalFault(dialect, code, said), said).not.toBeNull();
  for (const other of FRONTS.filter((front) => front.dialect !== dialect))
    expect(refusalFault(other.dialect, status, text), other.dialect.name).not.toBeNull();
});

it.each(each)('the judge of what the sockets of $name say catches planted faults', ({ fault }) => {
  const planted = ['{"type":"no such type"}', '{}', '[]', `{"type":"error","message":"${ERRORS.internal.means}"}`];
  for (const said of planted) expect(fault(said), said).not.toBeNull();
});

it('the judge of leaks catches traces of the program and of the machine', () => {
  const secret = '/var/lib/somewhere/data';
  const planted = ['x\n    at door (', 'ENOENT: no such file', 'SQLITE_BUSY', 'TypeError: x', `in ${secret}/files`];
  for (const said of planted) expect(leakIn(said, [secret]), said).not.toBeNull();
  expect(leakIn('{"detail":"there is no fox"}', [secret])).toBeNull();
});

it('hostile requests reach every route of every dialect, most of them in one piece', () => {
  const maker = createRequestMaker(
    ['some-id'],
    FRONTS.map(({ dialect }) => dialect),
  );
  const reached = new Map<string, number>();
  let bodies = 0;
  for (let index = 0; index < 6_000; index += 1) {
    const { route, bytes, mayMiss } = maker.make(createChance(index));
    if (!mayMiss) reached.set(route, (reached.get(route) ?? 0) + 1);
    if (/\r\n\r\n./s.test(bytes.toString('latin1'))) bodies += 1;
  }
  const routes = new Set(
    FRONTS.flatMap(({ dialect }) => dialect.routes.map(({ method, path }) => `${method} ${path}`)),
  );
  expect([...routes].filter((route) => !reached.has(route))).toEqual([]);
  expect(bodies).toBeGreaterThan(1_500);
});
