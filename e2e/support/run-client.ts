import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a client as its author would. Rejects when its claim does not hold. */
export async function runClient(command: string, args: string[], env: Record<string, string>): Promise<void> {
  const options = { cwd: root, env: { ...process.env, ...env }, timeout: 100_000 };
  const { stdout } = await promisify(execFile)(command, args, options);
  expect(stdout).toMatch(/^ok {3}/m);
  expect(stdout).not.toContain('FAIL');
}
