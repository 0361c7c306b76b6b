import { describe, expect, test } from 'vitest';
import { findMisnomers, ROOT_ENTRIES } from './names.js';
import { listFiles } from './source-tree.js';

const lines = (paths: readonly string[]): string[] =>
  findMisnomers(paths).map(({ path, message }) => `${path} ${message}`);

describe('names', () => {
  test('of all files and folders say what they are for, in kebab-case', () => {
    expect(lines(listFiles())).toEqual([]);
  });

  test.each([
    'packages/server/src/utils/a.ts',
    'packages/server/src/queue/helpers.ts',
    'packages/client/src/common.test.ts',
    'packages/shared/src/a.ts',
    'apps/studio/src/lib/a.tsx',
    'packages/server/src/core/index.ts',
    'e2e/misc/a.ts',
    'packages/server/src/gateway/httpRoute.ts',
    'packages/server/src/Gateway/a.ts',
    'apps/studio/src/job_list.tsx',
  ])('%s is caught', (path) => {
    expect(lines([path])).toHaveLength(1);
  });

  test('a root that cannot be taken in at a glance is caught', () => {
    const paths = Array.from({ length: ROOT_ENTRIES + 1 }, (_, index) => `folder-${index}/a.ts`);
    expect(lines(paths)).toEqual([`. the root holds ${ROOT_ENTRIES + 1} entries`]);
  });

  test('dot folders, documents and tool files keep their own ways', () => {
    expect(
      lines(['README.md', '.ci/run', 'docs/decisions/0001-x.md', 'vitest.config.ts', 'a/b.contract.test.ts']),
    ).toEqual([]);
  });
});
