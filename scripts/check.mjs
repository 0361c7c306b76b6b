/**
 * `npm run check`: everything that can be known without running the product. Runs all checks even if one fails, prints a
 * line for each, the output of those that failed, and a table; ends with 1 if any failed.
 *
 *   npm run check -- types format     only the checks whose name starts so
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { captureTool, root } from './run-tool.mjs';

/** What is published; `imported` by programs, or only run as a command, which has no types to resolve. */
const published = [
  { path: 'packages/protocol', imported: true },
  // A stylesheet has no types to resolve.
  { path: 'packages/client', imported: true, plain: ['react/styles.css'] },
  { path: 'packages/server', imported: true },
  { path: 'apps/cli', imported: false },
];

/** Each check is one or more tools that must all end with 0. */
const checks = [
  { name: 'types', tools: [['tsc', '-b']] },
  { name: 'types-of-tests', tools: [['tsc', '-p', 'tsconfig.tests.json']] },
  {
    name: 'types-of-studio',
    when: () => existsSync(join(root, 'apps/studio/tsconfig.json')),
    tools: [['tsc', '-p', 'apps/studio', '--noEmit']],
  },
  { name: 'format', tools: [['biome', 'format', '.']] },
  { name: 'lint', tools: [['oxlint', '--type-aware', '--deny-warnings']] },
  { name: 'dead-code', tools: [['knip', '--no-progress']] },
  { name: 'boundaries', tools: [['vitest', 'run', 'e2e/rules']] },
  ...published.map(({ path, imported, plain = [] }) => ({
    name: `package-${path.split('/').at(-1)}`,
    tools: [
      ['publint', path, '--strict'],
      ...(imported
        ? [
            [
              'attw',
              '--pack',
              path,
              '--profile',
              'esm-only',
              '--no-emoji',
              ...plain.flatMap((entry) => ['--exclude-entrypoints', entry]),
            ],
          ]
        : []),
    ],
  })),
];

const wanted = process.argv.slice(2);
const results = [];
for (const { name, tools, when = () => true } of checks) {
  if (wanted.length > 0 && !wanted.some((start) => name.startsWith(start))) continue;
  if (when()) results.push(await runCheck(name, tools));
}

for (const { name, ok, output } of results) {
  if (!ok) console.log(`\n──── ${name} ────\n${output.trim()}`);
}
const width = Math.max(0, ...results.map(({ name }) => name.length));
console.log('');
for (const { name, ok, seconds } of results) {
  console.log(`| ${name.padEnd(width)} | ${ok ? 'ok    ' : 'FAILED'} | ${seconds.padStart(6)} s |`);
}
const failed = results.filter(({ ok }) => !ok).length;
console.log(`\n${results.length - failed} of ${results.length} checks are clean`);
process.exitCode = failed === 0 && results.length > 0 ? 0 : 1;

async function runCheck(name, tools) {
  const startedMs = performance.now();
  const outputs = [];
  let ok = true;
  for (const [tool, ...args] of tools) {
    const { code, output } = await captureTool(tool, args);
    ok &&= code === 0;
    if (code !== 0) outputs.push(`$ ${tool} ${args.join(' ')}\n${output}`);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)`);
  return { name, ok, seconds, output: outputs.join('\n') };
}
