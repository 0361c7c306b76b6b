import * as table from './import-table.js';
import { type Import, type Parsed, parseSource } from './parse-source.js';
import { resolveImport } from './resolve-import.js';
import { type Files, isForTests, isSource } from './source-tree.js';

/** A rule that a file breaks. */
export interface Breach {
  rule:
    | 'zone'
    | 'driver'
    | 'dialect'
    | 'zod-free'
    | 'listen'
    | 'environment'
    | 'pure'
    | 'cycle'
    | 'name'
    | 'missing'
    | 'zod-form';
  file: string;
  line: number;
  message: string;
}

/** A file with what its imports lead to. */
interface Module {
  path: string;
  parsed: Parsed;
  imports: (Import & { to: string })[];
}

/** Holds all source files against the table. */
export function findBreaches(files: Files): Breach[] {
  const modules = new Map<string, Module>();
  for (const [path, text] of files) {
    if (!isSource(path)) continue;
    const parsed = parseSource(path, text);
    const imports = parsed.imports.map((one) => ({ ...one, to: resolveImport(files, path, one.from) }));
    modules.set(path, { path, parsed, imports });
  }
  const breaches: Breach[] = [];
  for (const module of modules.values()) {
    for (const one of module.imports)
      if (one.to.startsWith('missing:'))
        breaches.push({ rule: 'missing', file: module.path, line: one.line, message: `${one.from} leads nowhere` });
    if (isForTests(module.path)) continue;
    breaches.push(
      ...checkZone(module),
      ...checkDrivers(module),
      ...checkListening(module),
      ...checkEnvironment(module),
      ...checkPurity(module),
      ...checkNames(module),
      ...checkZodForm(module),
    );
  }
  return [...breaches, ...checkZodFree(modules), ...findCycles(modules)];
}

/** Whether a path fits a pattern; answers what its stars matched, or null. */
export function fits(pattern: string, path: string): string[] | null {
  const source = pattern
    .replaceAll(/[.+^$()|[\]\\]/g, '\\$&')
    .replaceAll(/\*\*|\*/g, (star) => (star === '**' || /^(?:npm|node):/.test(pattern) ? '(.+)' : '([^/]+)'));
  const match = new RegExp(`^${source}$`).exec(path);
  return match === null ? null : match.slice(1);
}

const fitsAny = (patterns: readonly string[], path: string): boolean =>
  patterns.some((pattern) => fits(pattern, path) !== null);

function checkZone({ path, imports }: Module): Breach[] {
  for (const zone of table.ZONES) {
    const stars = fits(zone.files, path);
    if (stars === null) continue;
    return imports
      .filter(({ to, isTypeOnly }) => {
        if (to.startsWith('missing:')) return false;
        return !zone.may.some((allowed) => {
          const forTypes = allowed.startsWith('type ');
          const pattern = (forTypes ? allowed.slice(5) : allowed).replace('{1}', stars[0] ?? '');
          return (isTypeOnly || !forTypes) && fits(pattern, to) !== null;
        });
      })
      .map(({ line, to }) => ({ rule: 'zone', file: path, line, message: `${zone.name} may not import ${to}` }));
  }
  return [{ rule: 'zone', file: path, line: 1, message: 'belongs to no zone of the table' }];
}

/** The driver, engine or dialect that a file belongs to. */
function ownerOf(path: string): { name: string; readers: readonly string[]; rule: 'driver' | 'dialect' } | null {
  for (const { port, names, readers } of table.DRIVERS) {
    for (const name of names) {
      const base = `packages/server/src/${port}/${name}`;
      if (path.startsWith(`${base}/`) || path.startsWith(`${base}.`) || path.startsWith(`${base}-`))
        return { name, readers, rule: 'driver' };
    }
  }
  const dialect = fits('packages/protocol/src/dialects/*/**', path)?.[0];
  return dialect === undefined ? null : { name: dialect, readers: table.DIALECT_READERS, rule: 'dialect' };
}

function checkDrivers({ path, imports }: Module): Breach[] {
  const own = ownerOf(path);
  const breaches: Breach[] = [];
  for (const { to, line } of imports) {
    const owner = ownerOf(to);
    if (owner === null || owner.name === own?.name || owner.readers.includes(path)) continue;
    if (owner.name === 'native' && path.startsWith('packages/client/src/')) continue;
    breaches.push({ rule: owner.rule, file: path, line, message: `only the wiring may import ${to}` });
  }
  const libraries = new Set(imports.map(({ to }) => to).filter((to) => to.startsWith('npm:')));
  if (own?.rule === 'driver' && !path.startsWith('packages/server/src/engines/') && libraries.size > 1)
    breaches.push({
      rule: 'driver',
      file: path,
      line: 1,
      message: `more than its one library: ${[...libraries].join(', ')}`,
    });
  return breaches;
}

function checkListening({ path, parsed, imports }: Module): Breach[] {
  if (fitsAny(table.LISTENERS, path)) return [];
  const breaches: Breach[] = [];
  for (const { to, names, isTypeOnly, line } of imports) {
    const opening = names.filter((name) => table.LISTENING[to]?.includes(name));
    if (!isTypeOnly && opening.length > 0)
      breaches.push({
        rule: 'listen',
        file: path,
        line,
        message: `only the gateway listens; takes ${opening.join(', ')}`,
      });
  }
  for (const { text, argument, line } of parsed.calls) {
    const opens =
      text === 'createServer' ||
      text.endsWith('.createServer') ||
      (text.endsWith('.listen') && /^(?:\d+|port\b|\{\s*(?:host|port|path)\b)/.test(argument));
    if (opens) breaches.push({ rule: 'listen', file: path, line, message: `only the gateway listens; calls ${text}` });
  }
  return breaches;
}

function checkEnvironment({ path, parsed, imports }: Module): Breach[] {
  if (fitsAny(table.ENVIRONMENT_READERS, path)) return [];
  const reads = parsed.members.filter(({ text }) =>
    /^(?:globalThis\.)?process\??\.env$|^import\.meta\.env$/.test(text),
  );
  const taken = imports.filter(({ to, names }) => to === 'node:process' && names.some((name) => name !== 'default'));
  return [...reads, ...taken].map(({ line }) => ({
    rule: 'environment',
    file: path,
    line,
    message: 'only the configuration reads the environment',
  }));
}

function checkPurity({ path, parsed, imports }: Module): Breach[] {
  if (!path.startsWith('packages/protocol/src/')) return [];
  const calls = parsed.calls.filter(
    ({ text, argument }) => table.IMPURE_CALLS.includes(text) && (text !== 'new Date' || argument === ''),
  );
  const modules = imports.filter(({ to }) => to.startsWith('node:')).map(({ to, line }) => ({ text: to, line }));
  return [...calls, ...modules].map(({ text, line }) => ({
    rule: 'pure',
    file: path,
    line,
    message: `the treaty has no I/O, timers or clock: ${text}`,
  }));
}

/** Names that are also everyday words count only as whole literals. */
const EVERYDAY = new Set(['memory', 'disk', 'native', 's3', 'rehearsal']);

function checkNames({ path, parsed }: Module): Breach[] {
  if (table.NAME_PLACES.includes(path)) return [];
  const inStudio = path.startsWith('apps/studio/');
  const drivers: string[] = table.DRIVERS.flatMap(({ names }) => [...names]);
  const names = [...drivers, ...(inStudio || path.startsWith('packages/client/') ? [] : table.DIALECTS)];
  const own = ownerOf(path)?.name;
  const breaches: Breach[] = [];
  for (const name of names) {
    if (name === own) continue;
    const joined = name.replaceAll('-', '');
    const found = [
      ...parsed.strings.filter(({ text }) => text === name),
      ...(EVERYDAY.has(name) ? [] : parsed.identifiers.filter(({ text }) => text.toLowerCase().includes(joined))),
    ];
    for (const { text, line } of found)
      breaches.push({ rule: 'name', file: path, line, message: `"${text}" names ${name}; ask for capabilities` });
  }
  return breaches;
}

/** `import * as z from 'zod'` and nothing else: the named `z` is one object, so bundlers keep every locale of it. */
function checkZodForm({ path, imports }: Module): Breach[] {
  return imports
    .filter(({ to, names, from }) => to === 'npm:zod' && (from !== 'zod' || names.join() !== '*'))
    .map(({ line }) => ({ rule: 'zod-form', file: path, line, message: "write `import * as z from 'zod'`" }));
}

/** What loads the validation library though it must not: the files of the table, and all that the client loads. */
function checkZodFree(modules: ReadonlyMap<string, Module>): Breach[] {
  const starts = [...modules.keys()].filter(
    (path) => table.ZOD_FREE.includes(path) || (path.startsWith('packages/client/src/') && !isForTests(path)),
  );
  return starts.flatMap((start): Breach[] => {
    const way = wayTo('npm:zod', start, modules);
    if (way === null) return [];
    const line = modules.get(start)?.imports.find(({ to }) => to === way[1])?.line ?? 1;
    return [{ rule: 'zod-free', file: start, line, message: `loads zod: ${way.join(' → ')}` }];
  });
}

/** The shortest chain of loaded modules from one to another. */
function wayTo(goal: string, start: string, modules: ReadonlyMap<string, Module>): string[] | null {
  const ways: string[][] = [[start]];
  const seen = new Set([start]);
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const { to, isTypeOnly } of modules.get(way.at(-1) ?? '')?.imports ?? []) {
      if (isTypeOnly || seen.has(to)) continue;
      if (to === goal) return [...way, to];
      seen.add(to);
      ways.push([...way, to]);
    }
  }
  return null;
}

/** Rings of imports, types included: each is told once, from its first file by name. */
function findCycles(modules: ReadonlyMap<string, Module>): Breach[] {
  const breaches: Breach[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const ring = trail.slice(start);
      const line = modules.get(ring.at(-1) ?? '')?.imports.find(({ to }) => to === path)?.line ?? 1;
      breaches.push({
        rule: 'cycle',
        file: ring.at(-1) ?? path,
        line,
        message: `a ring: ${[...ring, path].join(' → ')}`,
      });
      return;
    }
    if (done.has(path)) return;
    for (const { to } of modules.get(path)?.imports ?? []) if (modules.has(to)) walk(to, [...trail, path]);
    done.add(path);
  };
  for (const path of [...modules.keys()].sort()) walk(path, []);
  return breaches;
}

/** Breaches as lines for people. */
export function describeBreaches(breaches: readonly Breach[]): string {
  return breaches.map(({ rule, file, line, message }) => `${rule}  ${file}:${line}  ${message}`).join('\n');
}
