import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Files } from './source-tree.js';

/** Our packages and where their source lies. */
const PACKAGES: Record<string, string> = {
  '@rendercast/protocol': 'packages/protocol/src',
  '@rendercast/client': 'packages/client/src',
  '@rendercast/server': 'packages/server/src',
  '@rendercast/studio': 'apps/studio/src',
  rendercast: 'apps/cli/src',
};

/**
 * What an import line leads to: the path of one of our files, `npm:<package>`, `node:<module>`, or `missing:<path>` for a
 * file that is not there.
 */
export function resolveImport(files: Files, importer: string, from: string): string {
  if (from.startsWith('.')) return findFile(files, posix.join(posix.dirname(importer), from));
  if (from.startsWith('node:')) return from;
  if (builtinModules.includes(from)) return `node:${from}`;
  const parts = from.split('/');
  const name = parts.slice(0, from.startsWith('@') ? 2 : 1).join('/');
  const source = PACKAGES[name];
  if (source === undefined) return `npm:${name}`;
  const inside = from.slice(name.length + 1);
  const plain = plainExport(files, source, inside);
  if (plain !== null) return findFile(files, plain);
  return findFile(files, `${source}/${inside === '' ? 'index' : inside}.js`);
}

function findFile(files: Files, path: string): string {
  const base = path.replace(/\.jsx?$/, '');
  const tried = [path, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`];
  return tried.find((candidate) => files.has(candidate)) ?? `missing:${path}`;
}

/** A file that a package publishes as it is (a stylesheet, a schema), by its address; null: code, which is built. */
function plainExport(files: Files, source: string, inside: string): string | null {
  const folder = posix.dirname(source);
  const text = files.get(`${folder}/package.json`);
  if (text === undefined) return null;
  const { exports = {} } = JSON.parse(text) as { exports?: Record<string, unknown> };
  const target = exports[`./${inside}`];
  return typeof target === 'string' ? posix.join(folder, target) : null;
}
