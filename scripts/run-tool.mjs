import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a tool of node_modules/.bin (or a path, or a command of the system) with its output shown.
 *
 * @param {string} tool
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, to?: 'stdout' | 'stderr' }} [options] `cwd` is relative to the
 *   root; `to` says where its standard output goes, by default stderr: what is built on the way is no result
 * @returns {Promise<boolean>} whether it ended with 0
 */
export async function runTool(tool, args, options = {}) {
  const { code, output } = await run(tool, args, options, options.to === 'stdout' ? 1 : 2);
  if (output !== '') console.error(output);
  return code === 0;
}

/**
 * The same, with its output kept.
 *
 * @returns {Promise<{ code: number, output: string }>}
 */
export function captureTool(tool, args, options = {}) {
  return run(tool, args, options, 'pipe');
}

function run(tool, args, { cwd = '.', env = {} }, stdout) {
  const local = join(root, 'node_modules/.bin', tool);
  return new Promise((resolve) => {
    const child = spawn(existsSync(local) ? local : tool, args, {
      cwd: join(root, cwd),
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout, stdout === 'pipe' ? 'pipe' : 2], // no input: nothing here waits for a terminal
    });
    // A signal to this process alone would leave the tool running on.
    const stop = () => child.kill('SIGTERM');
    process.on('SIGTERM', stop);
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    const settle = (result) => {
      process.removeListener('SIGTERM', stop);
      resolve(result);
    };
    child.on('error', (error) => settle({ code: 127, output: `${tool}: ${error.message}` }));
    child.on('close', (code) => settle({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}
