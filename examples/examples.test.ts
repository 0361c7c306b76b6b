import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

/** Every program here that claims something; `claim` itself is what they say it with. */
const examples = readdirSync(here).filter((name) => /\.m?ts$/.test(name) && !/^claim\.|\.test\./.test(name));

it('there are examples', () => {
  expect(examples).toEqual(expect.arrayContaining(['embed.ts', 'follow.ts']));
});

it.each(examples)(
  '%s proves its claim',
  async (name) => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', `${here}${name}`], {
      cwd: root,
      timeout: 90_000,
    });
    expect(stdout).toMatch(/^ok {3}/m);
    expect(stdout).not.toContain('FAIL');
  },
  100_000,
);
