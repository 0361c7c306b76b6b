import { expect, test } from 'vitest';
import { readFiles } from './source-tree.js';
import { describeStyle, LIMITS, measureStyle } from './style.js';

test('the median file is short, and nine in ten are under 320 lines', () => {
  const report = measureStyle(readFiles((path) => /\.tsx?$/.test(path)));
  if (report.longFiles.length + report.longFunctions.length > 0) console.info(describeStyle(report));
  expect(report.files).toBeGreaterThan(50);
  expect(report.medianLines).toBeLessThanOrEqual(LIMITS.medianLines);
  expect(report.shortFiles).toBeGreaterThanOrEqual(0.9);
});

test('a long file and a long function are named, a long factory and a long test are not', () => {
  const body = 'x();\n'.repeat(70);
  const report = measureStyle(
    new Map([
      ['packages/server/src/a.ts', `function tooLong() {\n${body}}\n`],
      ['packages/server/src/b.ts', 'x();\n'.repeat(400)],
      ['packages/server/src/c.ts', `export function createThing() {\n${body}}\n`],
      ['packages/server/src/d.test.ts', 'x();\n'.repeat(900)],
    ]),
  );
  expect(report.longFunctions).toEqual([{ path: 'packages/server/src/a.ts', name: 'tooLong', line: 1, lines: 72 }]);
  expect(report.longFiles).toEqual([{ path: 'packages/server/src/b.ts', lines: 400 }]);
});
