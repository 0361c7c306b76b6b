import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const page = (name: string): Promise<string> => readFile(join(root, 'docs', name), 'utf8');

/** Programs of a page in the order in which they stand, each whole. */
const programsOf = (text: string): string[] =>
  [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = '']) => program);

let scratch: string;
beforeAll(async () => {
  // Inside the tree, so that programs find the packages by name.
  scratch = await mkdtemp(join(root, 'node_modules', '.docs-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs a program as it stands in a folder of its own. */
async function runProgram(text: string): Promise<string[]> {
  const folder = await mkdtemp(join(scratch, 'program-'));
  await writeFile(join(folder, 'program.mts'), text);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', join(folder, 'program.mts')], {
    cwd: folder,
    timeout: 60_000,
  });
  return stdout.trim().split('\n');
}

describe('docs/embed.md', () => {
  const claims: [string, string, (lines: string[]) => void][] = [
    [
      'the first',
      'generation.events()',
      (lines) => {
        expect(lines.length).toBeGreaterThan(1);
        expect(lines.at(-1)).toMatch(/^\S+\.png \d+$/);
      },
    ],
    ['settings', 'createLogger', (lines) => expect(lines).toEqual(['true'])],
    ['a door of yours', 'attach(server)', (lines) => expect(lines).toEqual(['mine', '200'])],
    ['an engine of your own', 'defineEngine', (lines) => expect(lines).toEqual(['stripes.svg'])],
  ];

  it.each(claims)(
    '%s program does what it says',
    async (_name, holds, judge) => {
      const program = programsOf(await page('embed.md')).find((text) => text.includes(holds));
      if (program === undefined) throw new Error(`the page has no program with ${holds}`);
      // A port that another test may use is the only thing that is changed.
      judge(await runProgram(program.replaceAll('3000', '34517')));
    },
    70_000,
  );

  it('has no program that is not run', async () => {
    const programs = programsOf(await page('embed.md'));
    expect(programs.every((program) => claims.some(([, holds]) => program.includes(holds)))).toBe(true);
    expect(programs).toHaveLength(claims.length);
  });
});

it.each(['embed.md', 'backup.md', 'dialects.md'])('%s names only files that are there', async (name) => {
  for (const [, target = ''] of (await page(name)).matchAll(/\]\((?!https?:)([^)#]+)/g))
    expect((await stat(join(root, 'docs', target))).size, target).toBeGreaterThan(0);
});
