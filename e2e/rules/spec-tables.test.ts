import { describe, expect, it } from 'vitest';
import { readFiles } from './source-tree.js';
import { faultsOfTable, namesOfTests, readSpecTable } from './spec-tables.js';

const files = readFiles((path) =>
  /\.(?:test|contract)\.tsx?$|dialects\/[^/]+\/README\.md$|docs\/engines\/specification\.md$/.test(path),
);
const PROTOCOL = 'packages/protocol/src';
/** Where tests of dialects lie, beside their own folder. */
const NEAR = [PROTOCOL, `${PROTOCOL}/dialect-exam`, 'packages/server/src', 'e2e', 'e2e/dialects', 'e2e/browser'];
const pages = ['image-task', 'artist-session', 'progress-feed', 'music-render'].map((name) => ({
  name,
  folder: `${PROTOCOL}/dialects/${name}`,
  page: files.get(`${PROTOCOL}/dialects/${name}/README.md`) ?? '',
}));

describe.each(pages)('the specification of $name', ({ folder, page }) => {
  it('has a test behind every line, which is there under its name', () => {
    expect(readSpecTable(page).length).toBeGreaterThan(20);
    expect(faultsOfTable(page, [folder, ...NEAR], files)).toEqual([]);
  });
});

it('of backends has a test behind every line, which is there under its name', () => {
  const engines = 'packages/server/src/engines';
  const page = files.get('docs/engines/specification.md') ?? '';
  expect(readSpecTable(page).length).toBeGreaterThan(60);
  expect(faultsOfTable(page, [engines, 'packages/server/src', 'e2e'], files)).toEqual([]);
});

describe('a table', () => {
  const page = (cell: string) =>
    `| line | test |\n|---|---|\n| it works | ${cell} |\n\n| other | table |\n|---|---|\n| x | y |\n`;
  const tests = new Map([
    ['a/b.test.ts', "it.each([1])('works with %i', () => 1);\ntest(`goes ${on}`, () => 2);\nexpect('nothing');"],
  ]);

  it.each(['`b.test.ts` works with', '`a/b.test.ts` works; `b.test.ts` goes'])('is well with %s', (cell) => {
    expect(faultsOfTable(page(cell), ['a'], tests)).toEqual([]);
  });
  it.each(['', 'e2e: works', '`c.test.ts` works', '`b.test.ts` nothing', '`b.test.ts` works; `b.test.ts` stands'])(
    'is found out with "%s"',
    (cell) => expect(faultsOfTable(page(cell), ['a'], tests)).toHaveLength(1),
  );
  it('names tests however they are written', () => {
    expect(namesOfTests('b.test.ts', tests.get('a/b.test.ts') ?? '')).toEqual(['works with %i', 'goes ${on}']);
  });
});
