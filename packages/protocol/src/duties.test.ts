import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/**
 * Duties of PROTOCOL.md that no test names, with the reason. The list may only shrink: a duty that has its test must leave
 * it, and a new duty comes with its test.
 */
const WITHOUT_A_TEST: Record<string, string> = {};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DUTY = /RC-[A-Z]+-\d+/g;
const TEST_FILE = /\.(test|contract)\.tsx?$/;
/** The whole-system stories are tests to the last file; elsewhere only files named so. */
const WHOLLY_TESTS = ['e2e', 'examples'];

/** Duties that PROTOCOL.md lays down: ids at the head of a list item, each once. */
function dutiesOf(markdown: string): string[] {
  return [...markdown.matchAll(/^- `(RC-[A-Z]+-\d+)` \((?:server|client|both)\) \S/gm)].map((match) => match[1] ?? '');
}

/** Ids that a test names where it counts: in a string (a title), not in a comment. */
function namedIn(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
  return code.split('\n').flatMap((line) => (/['"`]/.test(line) ? [...line.matchAll(DUTY)].map(([id]) => id) : []));
}

function testFiles(folder: string, all: boolean): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', '.git'].includes(entry.name) ? [] : testFiles(path, all);
    return TEST_FILE.test(entry.name) || (all && /\.tsx?$/.test(entry.name)) ? [path] : [];
  });
}

/** What is wrong between duties and tests; empty when all is well. */
function faults(markdown: string, tests: readonly string[], without: Record<string, string>): string[] {
  const duties = dutiesOf(markdown);
  const named = new Set(tests.flatMap(namedIn));
  const mentioned = new Set([...markdown.matchAll(DUTY)].map(([id]) => id));
  return [
    ...duties.filter((id, index) => duties.indexOf(id) !== index).map((id) => `${id} is laid down twice`),
    ...[...mentioned].filter((id) => !duties.includes(id)).map((id) => `${id} is mentioned and not laid down`),
    ...duties.filter((id) => !named.has(id) && !(id in without)).map((id) => `${id} has no test`),
    ...[...named].filter((id) => !duties.includes(id)).map((id) => `${id} is tested and not laid down`),
    ...Object.keys(without)
      .filter((id) => named.has(id))
      .map((id) => `${id} has a test now: take it off the list`),
    ...Object.keys(without)
      .filter((id) => !duties.includes(id))
      .map((id) => `${id} is on the list and not laid down`),
    ...Object.entries(without)
      .filter(([, reason]) => reason.length < 10)
      .map(([id]) => `${id} is on the list without a reason`),
  ];
}

const markdown = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

describe('the duties of PROTOCOL.md', () => {
  test('each has a test that names it, or stands on the shrinking list', () => {
    const own = fileURLToPath(import.meta.url);
    const files = ['packages', 'apps', 'e2e', 'examples'].flatMap((name) => {
      try {
        return testFiles(join(ROOT, name), WHOLLY_TESTS.includes(name));
      } catch (error) {
        if ((error as { code?: string }).code === 'ENOENT') return []; // this folder has not been built yet
        throw error;
      }
    });
    const tests = files.filter((path) => path !== own).map((path) => readFileSync(path, 'utf8'));
    expect(dutiesOf(markdown).length).toBeGreaterThan(50);
    expect(faults(markdown, tests, WITHOUT_A_TEST)).toEqual([]);
  });

  test('this rule bites', () => {
    const page = '- `RC-PLANTED-1` (server) Does it.\n- `RC-PLANTED-2` (client) Does it too.';
    const one = "test('RC-PLANTED-1: it is done', () => {});";
    const two = "test('RC-PLANTED-2: it is done', () => {});";
    const waits = { 'RC-PLANTED-2': 'it needs a second server' };
    expect(faults(page, [one, two], {})).toEqual([]);
    expect(faults(page, [one], waits)).toEqual([]);
    expect(faults(page, [one], {})).toEqual(['RC-PLANTED-2 has no test']);
    expect(faults(page, [one, '// RC-PLANTED-2\n/* "RC-PLANTED-2" */'], {})).toEqual(['RC-PLANTED-2 has no test']);
    expect(faults(page, [one, two], waits)).toEqual(['RC-PLANTED-2 has a test now: take it off the list']);
    expect(faults(page, [one], { 'RC-PLANTED-2': 'later' })).toEqual(['RC-PLANTED-2 is on the list without a reason']);
    expect(faults(page, [one, two, two.replace('2', '3')], {})).toEqual(['RC-PLANTED-3 is tested and not laid down']);
    expect(faults(`${page}\n${page}`, [one, two], {})).toEqual([
      'RC-PLANTED-1 is laid down twice',
      'RC-PLANTED-2 is laid down twice',
    ]);
    expect(faults(`${page}\nSee RC-PLANTED-4.`, [one, two], {})).toEqual([
      'RC-PLANTED-4 is mentioned and not laid down',
    ]);
  });
});
