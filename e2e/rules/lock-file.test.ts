import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLockFaults } from './lock-file.js';
import { ROOT } from './source-tree.js';

const faultsOf = (packages: object): string[] => findLockFaults(JSON.stringify({ packages }));

test('the lock file holds every platform’s packages and no host', () => {
  expect(findLockFaults(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))).toEqual([]);
});

test('an optional package without an entry is caught, one above or beside is not', () => {
  const tool = { version: '1.0.0', optionalDependencies: { '@tool/linux': '1.0.0', '@tool/mac': '1.0.0' } };
  const linux = { version: '1.0.0' };
  expect(faultsOf({ 'node_modules/tool': tool, 'node_modules/@tool/linux': linux })).toEqual([
    'node_modules/tool: the optional @tool/mac has no entry',
  ]);
  const whole = { 'node_modules/tool': tool, 'node_modules/@tool/linux': linux };
  expect(faultsOf({ ...whole, 'node_modules/tool/node_modules/@tool/mac': linux })).toEqual([]);
  expect(faultsOf({ ...whole, 'node_modules/a/node_modules/@tool/mac': linux })).toHaveLength(1);
});

test('an address with a host and an entry without a version are caught', () => {
  const host = `https${'://'}registry.example/a.tgz`;
  expect(faultsOf({ 'node_modules/a': { version: '1.0.0', resolved: host } })).toEqual([
    'node_modules/a: resolved from a host',
  ]);
  expect(faultsOf({ 'node_modules/a': {} })).toEqual(['node_modules/a: has no version']);
  expect(faultsOf({ 'node_modules/@rendercast/a': { resolved: 'packages/a', link: true } })).toEqual([]);
});
