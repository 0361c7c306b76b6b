import { expect, test } from 'vitest';
import { findBrokenExports } from './package-exports.js';
import { readFiles } from './source-tree.js';

const conditions = (path: string) => ({ types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` });
const house = (manifest: object, source: Record<string, string> = { 'packages/a/src/index.ts': '' }) =>
  findBrokenExports(
    new Map(Object.entries({ 'packages/a/package.json': JSON.stringify({ files: ['dist'], ...manifest }), ...source })),
  );

test('every address that our packages export has a source, and every command is a program', () => {
  expect(findBrokenExports(readFiles((path) => /^(?:packages|apps)\//.test(path)))).toEqual([]);
});

test('a sound package has no faults', () => {
  expect(house({ exports: { '.': conditions('index'), './*': conditions('*') } })).toEqual([]);
});

test.each<[string, object]>([
  ['an address without a source', { exports: { './react': conditions('react/index') } }],
  ['a pattern that nothing fits', { exports: { './dialects/*': conditions('dialects/*') } }],
  [
    'an address into the source itself',
    { exports: { '.': { types: './dist/index.d.ts', default: './src/index.ts' } } },
  ],
  ['a plain file that is not there', { exports: { './schema/*.json': './schema/*.json' } }],
  ['a command that is not there', { bin: { a: './bin/a.js' } }],
])('%s is caught', (_what, manifest) => {
  expect(house(manifest).length).toBeGreaterThan(0);
});

test('types that do not come first, and a package that does not say what it publishes, are caught', () => {
  const { types, default: file } = conditions('index');
  expect(house({ exports: { '.': { default: file, types } } })).toEqual([
    'packages/a/package.json: "." must name its types first',
  ]);
  expect(house({ files: undefined })).toHaveLength(1);
});
