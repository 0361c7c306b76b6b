import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', '.git', 'coverage']);

/**
 * One string for the state of some files and folders: their names, sizes and times, without reading them. Tests are left
 * out, they are not built. A path that is missing counts as such.
 *
 * @param {string} root folder that the paths start from
 * @param {readonly string[]} paths files and folders
 * @returns {string}
 */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) visit(join(root, path), hash);
  return hash.digest('hex');
}

function visit(path, hash) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    hash.update(`${path} missing\n`);
  } else if (stat.isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      if (!skipped.has(name)) visit(join(path, name), hash);
    }
  } else if (!/\.(test|contract)\.tsx?$|\.tsbuildinfo$/.test(path)) {
    hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  }
}
