/** What a lock file says about one package. */
interface LockEntry {
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
  version?: string;
}

/**
 * Faults of a lock file. `npm install` on one platform can leave out the packages of others without a word, and then
 * `npm ci` stops with "Missing … from lock file"; and an address with a host ties every installation to one registry.
 */
export function findLockFaults(text: string): string[] {
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, LockEntry> };
  const faults: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {}))
      if (!isHeld(packages, path, name)) faults.push(`${path}: the optional ${name} has no entry`);
    if (entry.resolved !== undefined && /^[a-z+]+:\/\//.test(entry.resolved))
      faults.push(`${path}: resolved from a host`);
    if (path.includes('node_modules/') && entry.link !== true && entry.version === undefined)
      faults.push(`${path}: has no version`);
  }
  return faults;
}

/** Whether a package would be found from here, in this folder or one above it. */
function isHeld(packages: Record<string, LockEntry>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}
