import type { Dialect } from '@rendercast/protocol';
import { readAddress } from './address.js';

/** `/ws/tasks/:id` → a pattern and the names of its parts; `*` stands for whatever follows. */
export function compilePath(path: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const source = path.replace(/:(\w+)|[.*+?^${}()|[\]\\]/g, (part, name: string | undefined) => {
    if (part === '*') return '.*';
    if (name === undefined) return `\\${part}`;
    names.push(name);
    return '([^/]+)';
  });
  return { pattern: new RegExp(`^${source}/?$`), names };
}

/** Tells the addresses of dialects, by whatever method they are called, from all others. */
export function createOwnPaths(dialects: readonly Dialect[]): (url: string | undefined) => boolean {
  const paths = dialects.flatMap(({ routes, sockets }) => [...routes, ...sockets].map(({ path }) => path));
  const patterns = [...new Set(paths)].map((path) => compilePath(path).pattern);
  return (url) => {
    const { path } = readAddress(url);
    return patterns.some((pattern) => pattern.test(path));
  };
}
