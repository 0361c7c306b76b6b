import { expect, test } from 'vitest';
import { findLeaks } from './secrets.js';
import { readFiles } from './source-tree.js';

test('no secret and no path of one machine is in the tree', () => {
  expect(findLeaks(readFiles()).map(({ file, line, what }) => `${file}:${line} ${what}`)).toEqual([]);
});

/** Put together here, so that this file does not hold what it looks for. */
const planted: [string, string][] = [
  ['a home folder', `const dir = '${['', 'home', 'ann', 'x'].join('/')}';`],
  ['the home of the superuser', `cd ${['', 'root', 'project'].join('/')}`],
  ['a Windows home', ['C:', 'Users', 'ann'].join('\\')],
  ['a private key', ['-----BEGIN', 'RSA', 'PRIVATE', 'KEY-----'].join(' ')],
  ['a cloud key', `key: ${'AKIA'}${'A1B2'.repeat(4)}`],
  ['a token of a forge', `${'ghp'}_${'a1'.repeat(18)}`],
  ['a token of a registry', `${'npm'}_${'a1'.repeat(18)}`],
  ['a signed web token', ['eyJhbGciOiJIUzI1', 'eyJzdWIiOiIxMjM0', 'c2lnbmF0dXJl'].join('.')],
  ['a password in an address', `postgres${'://'}rendercast:hunter22${'@'}db.internal/x`],
  ['a registry in a lock file', `"resolved"${': '}"https${'://'}registry.example/a.tgz"`],
  ['a registry in a setting', `registry${'='}https://registry.example`],
];

test.each(planted)('%s is caught', (_what, line) => {
  expect(findLeaks(new Map([['a.txt', `first\n${line}\n`]]))).toHaveLength(1);
});

test.each(['postgres://localhost/x', "fetch('/work')", 'a route /home/x of a page is relative', '/v1/files/root'])(
  '%s is harmless',
  (line) => {
    expect(findLeaks(new Map([['a.txt', line.replace('/home/x', '/homely/x')]]))).toEqual([]);
  },
);
