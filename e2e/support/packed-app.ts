import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the app and the packages need beside themselves; at hand already, so that no network is needed. */
const AT_HAND = [
  'eventsource-parser',
  'zod',
  'react',
  'react-dom',
  'scheduler',
  '@types/react',
  '@types/react-dom',
  'csstype',
];

/** An example, installed from packed tarballs of our packages as from a registry, and built. */
export interface PackedApp {
  /** The built page. */
  dist: string;
  /** Files that the tarball of the client holds. */
  packed: string[];
  remove(): Promise<void>;
}

/**
 * Packs protocol and client, installs them into a copy of an example by `npm install`, checks its types against what was
 * published and builds it. Other packages are linked from here at the versions of the lock file.
 */
export async function buildPackedApp(example: string): Promise<PackedApp> {
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-app-'));
  const npm = (...args: string[]) =>
    run('npm', args, { cwd: folder, env: { ...process.env, npm_config_update_notifier: 'false' } });
  await cp(join(ROOT, example), folder, { recursive: true });
  const names = ['protocol', 'client'].map((name) => join(ROOT, 'packages', name));
  const { stdout } = await npm('pack', ...names, '--json', '--ignore-scripts', '--pack-destination', folder);
  const tarballs = JSON.parse(stdout) as { name: string; filename: string; files: { path: string }[] }[];

  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const dependencies = {
    ...Object.fromEntries(tarballs.map(({ name, filename }) => [name, `file:${filename}`])),
    ...Object.fromEntries(AT_HAND.map((name) => [name, `file:${join(ROOT, 'node_modules', name)}`])),
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies, devDependencies: {} }));
  await npm(
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--no-package-lock',
    '--legacy-peer-deps',
  );
  await symlink(join(ROOT, 'node_modules', 'vite'), join(folder, 'node_modules', 'vite'));

  const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);
  await Promise.all([
    run(bin('tsc'), ['--preserveSymlinks'], { cwd: folder }),
    run(bin('vite'), ['build', '--logLevel', 'warn'], { cwd: folder }),
  ]);
  return {
    dist: join(folder, 'dist'),
    packed: tarballs.find(({ name }) => name.endsWith('/client'))?.files.map(({ path }) => path) ?? [],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
