import type { Files } from './source-tree.js';

interface Manifest {
  name?: string;
  /** Conditions for code; a plain path for files that are published as they are. */
  exports?: Record<string, string | Record<string, string>>;
  bin?: Record<string, string>;
  files?: string[];
  private?: boolean;
}

/**
 * What a package promises to its importers and does not hold: every address under `exports` must have a source file that is
 * built to it, with types, and every `bin` must be a file.
 */
export function findBrokenExports(files: Files): string[] {
  const faults: string[] = [];
  for (const [path, text] of files) {
    const folder = /^((?:packages|apps)\/[^/]+)\/package\.json$/.exec(path)?.[1];
    if (folder === undefined) continue;
    const manifest = JSON.parse(text) as Manifest;
    for (const [address, conditions] of Object.entries(manifest.exports ?? {})) {
      if (typeof conditions === 'string') {
        if (!isThere(files, folder, conditions))
          faults.push(`${path}: "${address}" leads to ${conditions}, which is not there`);
        continue;
      }
      if (Object.keys(conditions)[0] !== 'types') faults.push(`${path}: "${address}" must name its types first`);
      for (const [condition, target] of Object.entries(conditions))
        if (!isBuilt(files, folder, target))
          faults.push(`${path}: "${address}" (${condition}) leads to ${target}, which has no source`);
    }
    for (const [name, target] of Object.entries(manifest.bin ?? {})) {
      const file = `${folder}/${target.replace(/^\.\//, '')}`;
      if (files.get(file)?.startsWith('#!/usr/bin/env node') !== true)
        faults.push(`${path}: the command ${name} leads to ${target}, which is no program`);
    }
    if (manifest.private !== true && manifest.files === undefined)
      faults.push(`${path}: says not which files are published`);
  }
  return faults;
}

/** Whether a file of the tree is published under this target. A pattern must have at least one. */
function isThere(files: Files, folder: string, target: string): boolean {
  const [before = '', after] = `${folder}/${target.replace(/^\.\//, '')}`.split('*');
  if (after === undefined) return files.has(before);
  return [...files.keys()].some((path) => path.startsWith(before) && path.endsWith(after));
}

/** Whether a file of `dist` has a source that it is built from. A pattern must have at least one. */
function isBuilt(files: Files, folder: string, target: string): boolean {
  const match = /^\.\/dist\/(.+?)(?:\.d\.ts|\.js)$/.exec(target);
  if (match?.[1] === undefined) return false;
  const [before = '', after] = `${folder}/src/${match[1]}`.split('*');
  if (after !== undefined)
    return [...files.keys()].some((path) => path.startsWith(before ?? '') && path.endsWith('.ts'));
  return files.has(`${before}.ts`) || files.has(`${before}.tsx`);
}
