import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Files by their path from the root, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

/** Made by tools, or by others. */
const IGNORED = new Set(['node_modules', 'dist', 'coverage', 'output', '.git', '.rendercast-test', 'test-results']);
const TEXT =
  /\.(?:tsx?|mjs|cjs|js|json|jsonc|md|css|html|sql|sh|ya?ml|svg|txt)$|(?:^|\/)(?:LICENSE|NOTICE|\.gitignore|run)$/;

/** Paths of all files below a folder of the repository, sorted. */
export function listFiles(folder = ''): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    if (IGNORED.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...listFiles(path));
    else if (entry.isFile() && !entry.name.endsWith('.tsbuildinfo')) paths.push(path);
  }
  return paths.sort();
}

/** The text files of the repository, read. `wanted` chooses by path. */
export function readFiles(wanted: (path: string) => boolean = () => true): Files {
  const files = new Map<string, string>();
  for (const path of listFiles()) {
    if (!wanted(path) || !TEXT.test(path) || statSync(join(ROOT, path)).size > 2_000_000) continue;
    files.set(path, readFileSync(join(ROOT, path), 'utf8'));
  }
  return files;
}

/** Whether a path is source of a package or an app. */
export function isSource(path: string): boolean {
  return /^(?:packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(path);
}

/** Whether a path is there for tests only: those may reach further than the code that they judge. */
export function isForTests(path: string): boolean {
  return /\.(?:test|contract)\.tsx?$|\/(?:fixtures|testing|dialect-exam)\//.test(path);
}
