import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { BackendFinding } from '@rendercast/server';
import { EXIT } from '../exit-codes.js';
import { printable } from '../terminal/printable.js';
import type { Finding } from './finding.js';

const LEAST_NODE = [20, 19] as const;

/** Whether this Node.js is new enough. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return {
    name: 'Node.js',
    ok,
    message: `this is ${version}`,
    advice: ok ? null : `Install Node.js ${LEAST_NODE.join('.')} or newer.`,
    exitCode: ok ? EXIT.ok : EXIT.failed,
  };
}

/** Whether a server started here could keep its data. Looks only, makes nothing. */
export async function checkDataFolder(folder: string): Promise<Finding> {
  const name = 'data folder';
  const nearest = await nearestExisting(resolve(folder));
  try {
    if (!nearest.isFolder) throw new Error('not a folder');
    await access(nearest.path, constants.W_OK | constants.X_OK);
  } catch {
    const message = nearest.isFolder ? `${nearest.path} cannot be written to` : `${nearest.path} is not a folder`;
    const advice = 'Choose another with --data-dir or RENDERCAST_DATA_DIR, or change its permissions.';
    return { name, ok: false, message, advice, exitCode: EXIT.failed };
  }
  const message = nearest.path === resolve(folder) ? `${folder} can be written to` : `${folder} can be made`;
  return { name, ok: true, message, advice: null, exitCode: EXIT.ok };
}

async function nearestExisting(path: string): Promise<{ path: string; isFolder: boolean }> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found !== null) return { path: at, isFolder: found.isDirectory() };
    if (dirname(at) === at) return { path: at, isFolder: false };
  }
}

/** Whether a server could listen here, or one does already. `ours` says whether that is Rendercast. */
export async function checkPort(host: string, port: number, ours: boolean): Promise<Finding> {
  const name = 'port';
  if (ours) return { name, ok: true, message: `${port} is in use by Rendercast`, advice: null, exitCode: EXIT.ok };
  const problem = await tryListening(host, port);
  if (problem === null) return { name, ok: true, message: `${port} is free`, advice: null, exitCode: EXIT.ok };
  return {
    name,
    ok: false,
    message:
      problem === 'EADDRINUSE'
        ? `${port} is in use by another program`
        : `cannot listen on ${host}, port ${port} (${problem})`,
    advice: 'Choose another with --port or RENDERCAST_PORT.',
    exitCode: EXIT.failed,
  };
}

function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', (error) => settle('code' in error ? String(error.code) : error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => settle(null)));
  });
}

/** Whether the web page that the server shows at `/` is there. */
export function checkStudio(folder: string | null): Finding {
  return folder === null
    ? {
        name: 'studio',
        ok: false,
        message: 'the web page is not built; the server answers / with a greeting in JSON',
        advice: 'Run: npm run build',
        exitCode: EXIT.failed,
      }
    : { name: 'studio', ok: true, message: 'the web page is built', advice: null, exitCode: EXIT.ok };
}

/** How a backend of the configuration here answered. */
export function checkBackend({ backend, engine, ok, message, advice }: BackendFinding): Finding {
  const called = `${printable(engine)} (${printable(backend)})`;
  return {
    name: 'backend',
    ok,
    message: `${called}: ${printable(message)}`,
    advice,
    exitCode: ok ? EXIT.ok : EXIT.failed,
  };
}
