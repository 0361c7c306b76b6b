import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from './config.js';

const backends = (given: string, env: Record<string, string> = {}) => loadConfig({ backends: given }, env).backends;
const ONE = { name: 'studio-1', engine: 'sdapi', url: 'http://127.0.0.1:7860' };

it('a list in the setting itself is read, with what every backend has by default', () => {
  expect(backends(JSON.stringify([ONE]))).toEqual([
    { name: 'studio-1', engine: 'sdapi', auto: true, slots: null, shared: false, options: { url: ONE.url } },
  ]);
  expect(backends('')).toEqual([]);
});

it('a path of a file is read as the list in it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rendercast-backends-'));
  writeFileSync(join(dir, 'backends.json'), JSON.stringify([{ ...ONE, shared: true, slots: 2 }]));
  expect(backends(join(dir, 'backends.json'))[0]).toMatchObject({ shared: true, slots: 2 });
  rmSync(dir, { recursive: true });
});

it('keys come from the environment where the list says so, however deep', () => {
  const given = JSON.stringify([{ ...ONE, login: { user: 'me', password: '${STUDIO_PASSWORD}' } }]);
  expect(backends(given, { STUDIO_PASSWORD: 'open sesame' })[0]?.options).toMatchObject({
    login: { user: 'me', password: 'open sesame' },
  });
  expect(() => backends(given)).toThrow('STUDIO_PASSWORD is not set');
});

it.each([
  ['no JSON', '[{'],
  ['a file that is not there', '/nowhere/backends.json'],
  ['no name', JSON.stringify([{ engine: 'sdapi' }])],
  ['a name twice', JSON.stringify([ONE, ONE])],
  ['no slots', JSON.stringify([{ ...ONE, slots: 0 }])],
])('%s is refused by the name of the setting', (_what, given) => {
  expect(() => backends(given)).toThrow(/^--backends \(RENDERCAST_BACKENDS\): /);
});
