import type { Dialect } from '@rendercast/protocol';
import type { FastifyInstance } from 'fastify';
import { readAddress } from './address.js';
import { compilePath } from './path-pattern.js';

/** What there is at an address, by whatever method it was called. */
export interface KnownAddress {
  /** Whose address it is: refusals there are written in its form. */
  dialect: Dialect;
  /** Methods that are answered, in alphabetical order; none where only a socket lives. */
  methods: readonly string[];
}

/** Everything that is answered anywhere, for telling a wrong method from a wrong address. */
export interface Addresses {
  /** Null: there is nothing. */
  at(url: string | undefined): KnownAddress | null;
}

interface Entry {
  pattern: RegExp;
  dialect: Dialect;
  methods: readonly string[];
}

/** Writes down every route that is registered from now on; those of no dialect are the house's. */
export function watchAddresses(app: FastifyInstance, dialects: readonly [Dialect, ...Dialect[]]): Addresses {
  const [house] = dialects;
  const entries = new Map<string, Entry>();

  function note(path: string, dialect: Dialect, methods: readonly string[]): void {
    const before = entries.get(path);
    if (before === undefined) entries.set(path, { pattern: compilePath(path).pattern, dialect, methods });
    else entries.set(path, { ...before, methods: [...before.methods, ...methods] });
  }

  for (const dialect of dialects) for (const { path } of dialect.sockets) note(path, dialect, []);
  app.addHook('onRoute', ({ url, method, config }) => note(url, config?.dialect ?? house, [method].flat()));

  return {
    at(url) {
      const { path } = readAddress(url);
      const found = [...entries.values()].filter(({ pattern }) => pattern.test(path));
      const [first] = found;
      if (first === undefined) return null;
      return { dialect: first.dialect, methods: [...new Set(found.flatMap(({ methods }) => methods))].sort() };
    },
  };
}
