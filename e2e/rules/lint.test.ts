import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './source-tree.js';

/** One fault per file: the rule that must find it, where it lies, and its text. */
const planted: [string, string, string][] = [
  ['no-floating-promises', 'packages/server/src/a.ts', 'const later = async () => 1;\nlater();\n'],
  [
    'no-misused-promises',
    'packages/server/src/b.ts',
    'export const all = [1].some(async () => true);\nexport const f = (g: () => void) => g();\nf(async () => undefined);\n',
  ],
  ['no-explicit-any', 'packages/server/src/c.ts', 'export const a = (value: any) => String(value);\n'],
  ['no-unsafe-assignment', 'packages/server/src/d.ts', 'export const a: { b: string } = JSON.parse("{}");\n'],
  ['no-non-null-assertion', 'packages/server/src/e.ts', 'export const a = (list: string[]) => list.at(0)!;\n'],
  ['only-throw-error', 'packages/server/src/f.ts', 'export const a = () => {\n  throw "text";\n};\n'],
  ['no-unused-vars', 'packages/server/src/g.ts', "import { join } from 'node:path';\nexport const a = 1;\n"],
  ['prefer-node-protocol', 'packages/server/src/h.ts', "import { join } from 'path';\nexport const a = join;\n"],
  ['no-default-export', 'packages/server/src/i.ts', 'export default 1;\n'],
  ['no-console', 'packages/server/src/j.ts', "console.log('x');\nexport const a = 1;\n"],
  ['no-restricted-globals', 'packages/client/src/a.ts', 'export const a = () => process.env;\n'],
  ['no-restricted-globals', 'packages/protocol/src/a.ts', 'export const a = () => fetch("/");\n'],
  [
    'rules-of-hooks',
    'apps/studio/src/a.tsx',
    "import { useState } from 'react';\nexport const A = (props: { a: boolean }) => {\n  if (props.a) useState(1);\n  return null;\n};\n",
  ],
  [
    'switch-exhaustiveness-check',
    'packages/server/src/k.ts',
    "export const a = (x: 'a' | 'b') => {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n};\n",
  ],
  ['ban-ts-comment', 'packages/server/src/l.ts', '// @ts-ignore\nexport const a: string = 1;\n'],
];
const innocent =
  "import * as z from 'zod';\nexport const a = z.string();\nexport const wait = async (): Promise<void> => {\n  await Promise.resolve();\n};\nvoid wait();\n";

let folder: string;
let output = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rendercast-lint-'));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const compilerOptions = {
    strict: true,
    module: 'NodeNext',
    target: 'ES2023',
    jsx: 'react-jsx',
    lib: ['ES2023', 'DOM'],
    types: ['node'],
    noUncheckedIndexedAccess: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['packages', 'apps'] }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [, path, text] of [...planted, ['', 'packages/server/src/innocent.ts', innocent] as const]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  output = await new Promise((resolve) => {
    const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
    const args = [oxlint, '--type-aware', '-f', 'unix', 'packages', 'apps'];
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(planted)('the linter finds %s in %s', (rule, path) => {
  const found = output.split('\n').filter((line) => line.startsWith(`${path}:`));
  expect(found.join('\n'), output).toContain(`(${rule})`);
});

test('the linter finds nothing in code without faults', () => {
  expect(output.split('\n').filter((line) => line.includes('innocent'))).toEqual([]);
});
