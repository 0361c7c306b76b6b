/** A path that is not named as the house names things. */
export interface Misnomer {
  path: string;
  message: string;
}

/** Names that say nothing about what is inside. */
const FORBIDDEN = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'core',
  'shared',
  'lib',
  'libs',
  'misc',
  'interfaces',
]);
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const CODE = /\.(?:tsx?|mjs|js|css)$/;

/** Most entries that a root may hold and still be taken in at a glance. */
export const ROOT_ENTRIES = 24;

/** Looks at the names of files and folders, and at the size of roots. */
export function findMisnomers(paths: readonly string[]): Misnomer[] {
  const misnomers: Misnomer[] = [];
  const told = new Set<string>();
  const tell = (path: string, message: string): void => {
    if (!told.has(path)) misnomers.push({ path, message });
    told.add(path);
  };
  for (const path of paths) {
    const parts = path.split('/');
    for (const [index, part] of parts.entries()) {
      const here = parts.slice(0, index + 1).join('/');
      const isFile = index === parts.length - 1;
      const stem = (isFile ? part.split('.')[0] : part) ?? '';
      if (FORBIDDEN.has(stem.toLowerCase())) tell(here, `"${stem}" does not say what it is for`);
      const isOurs = isFile ? CODE.test(part) : !part.startsWith('.');
      if (isOurs && !KEBAB.test(stem)) tell(here, 'is not in kebab-case');
    }
  }
  const roots = ['', ...new Set(paths.flatMap((path) => /^(?:packages|apps)\/[^/]+\/src\//.exec(path)?.[0] ?? []))];
  for (const root of roots) {
    const inside = paths.filter((path) => path.startsWith(root) && !/\.(?:test|contract)\.tsx?$/.test(path));
    const entries = new Set(inside.map((path) => path.slice(root.length).split('/')[0]));
    if (root === '' && entries.size > ROOT_ENTRIES) tell('.', `the root holds ${entries.size} entries`);
  }
  return misnomers;
}
