/**
 * Builds what is missing or stale, and nothing else: with nothing to do it only compares file times.
 *
 *   node scripts/build.mjs            build
 *   node scripts/build.mjs --force    build although nothing changed
 *
 * What was built from which files is remembered in node_modules/.cache, so `npm ci` forgets it and a checkout of older
 * files is noticed as well as an edit.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint } from './fingerprint.mjs';
import { root, runTool } from './run-tool.mjs';

const stampFile = join(root, 'node_modules/.cache/rendercast/build.json');
const projects = ['packages/protocol', 'packages/client', 'packages/server', 'apps/cli'];

const typescript = {
  name: 'packages',
  inputs: [
    'tsconfig.json',
    'tsconfig.base.json',
    ...projects.flatMap((path) => [`${path}/src`, `${path}/tsconfig.json`, `${path}/package.json`]),
  ],
  outputs: [
    'packages/protocol/dist/index.js',
    'packages/client/dist/index.js',
    'packages/server/dist/index.js',
    'apps/cli/dist/main.js',
  ],
  build() {
    // A build info without its outputs makes tsc believe that all is well.
    for (const path of projects) {
      if (!existsSync(join(root, path, 'dist'))) rmSync(join(root, path, 'tsconfig.tsbuildinfo'), { force: true });
    }
    return runTool('tsc', ['-b']);
  },
};

const studio = {
  name: 'studio',
  when: () => existsSync(join(root, 'apps/studio/vite.config.ts')),
  inputs: ['apps/studio', 'packages/protocol/src', 'packages/client/src'],
  outputs: ['apps/studio/dist/index.html', 'apps/cli/dist/studio/index.html'],
  async build() {
    if (!(await runTool('vite', ['build', '--logLevel', 'warn'], { cwd: 'apps/studio' }))) return false;
    // The published command brings the page along.
    const copy = join(root, 'apps/cli/dist/studio');
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(root, 'apps/studio/dist'), copy, { recursive: true });
    return true;
  },
};

/**
 * Brings the build up to date.
 *
 * @param {{ force?: boolean, say?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} whether everything is built now; what went wrong has been printed
 */
export async function build({ force = false, say = () => {} } = {}) {
  const stamps = readStamps();
  for (const unit of [typescript, studio]) {
    if (unit.when !== undefined && !unit.when()) continue;
    const now = fingerprint(root, unit.inputs);
    const built = unit.outputs.every((path) => existsSync(join(root, path)));
    if (!force && built && stamps[unit.name] === now) continue;
    const startedMs = performance.now();
    say(`building ${unit.name} …`);
    if (!(await unit.build())) return false;
    const missing = unit.outputs.filter((path) => !existsSync(join(root, path)));
    if (missing.length > 0) {
      say(`the build of ${unit.name} ended well but left out ${missing.join(', ')}`);
      return false;
    }
    say(`built ${unit.name} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    stamps[unit.name] = now;
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify(stamps));
  }
  return true;
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {}; // not built yet, or torn by a crash: build again
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const ok = await build({ force: process.argv.includes('--force'), say: (line) => console.error(line) });
  process.exitCode = ok ? 0 : 1;
}
