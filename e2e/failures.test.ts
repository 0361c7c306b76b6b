import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Line {
  case: string;
  file: string;
  title: string;
}

/** The lines of the tables of a page like docs/failures.md: the last cell names a test file and part of the title of a test. */
function linesOf(page: string): Line[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| case') && !line.startsWith('|---'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const [, file = '', title = ''] = /^`([^`]+)` (.+)$/.exec(cells.at(-2) ?? '') ?? [];
      return { case: cells[1] ?? '', file: file.includes('/') ? file : `e2e/${file}`, title };
    });
}

/** What is wrong with the tests that the lines name. */
function faultsOf(lines: readonly Line[]): string[] {
  return lines.flatMap(({ case: name, file, title }) => {
    const path = `${ROOT}${file}.test.ts`;
    if (!existsSync(path)) return [`"${name}": there is no ${file}.test.ts`];
    if (title === '') return [`"${name}": names no test`];
    const titles =
      readFileSync(path, 'utf8').match(/\bit(?:\.each\((?:\w+|[\s\S]*?\])\))?\(\s*(['"`])(?:(?!\1).)+/g) ?? [];
    return titles.some((one) => one.includes(title)) ? [] : [`"${name}": no test in ${file}.test.ts says "${title}"`];
  });
}

it('docs/failures.md: each line names a test that is there', () => {
  const lines = linesOf(readFileSync(`${ROOT}docs/failures.md`, 'utf8'));
  expect(lines.length).toBeGreaterThan(35);
  expect(faultsOf(lines)).toEqual([]);
});

it('a line without a test, with one that is gone, or with another file is caught', () => {
  const planted = [
    '| case | what happens | code | kept | test |',
    '|---|---|---|---|---|',
    '| a | b | c | d | |',
    '| e | f | g | h | `owners` no such test at all |',
    '| i | j | k | l | `nowhere` starting |',
  ].join('\n');
  expect(faultsOf(linesOf(planted))).toHaveLength(3);
});
