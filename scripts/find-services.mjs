import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { captureTool } from './run-tool.mjs';

/**
 * What the tests use and cannot bring along. `variable` tells the tests where it is (or a person tells this script);
 * `version` is how it is asked for its version, `--version` by default, or for whatever else the tests need of it.
 */
const wanted = [
  {
    name: 'Chromium',
    variable: 'RENDERCAST_TEST_CHROMIUM',
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    packages: ['chromium', 'fonts-dejavu-core'],
  },
  {
    name: 'nginx',
    variable: 'RENDERCAST_TEST_NGINX',
    commands: ['nginx'],
    packages: ['nginx-light'],
    version: ['-v'],
  },
  {
    name: 'Python with websockets',
    variable: 'RENDERCAST_TEST_PYTHON',
    commands: ['python3'],
    packages: ['python3-websockets'],
    version: ['-c', 'import websockets'],
  },
  {
    name: 'PostgreSQL',
    variable: 'RENDERCAST_TEST_POSTGRES',
    commands: ['postgres'],
    // Debian keeps the server's programs out of PATH, a folder for each version: the newest first.
    folders: () => versionsIn('/usr/lib/postgresql'),
    packages: ['postgresql'],
  },
  {
    name: 'Redis',
    variable: 'RENDERCAST_TEST_REDIS',
    commands: ['redis-server', 'valkey-server'],
    packages: ['redis-server'],
  },
  {
    name: 'ffmpeg',
    variable: 'RENDERCAST_TEST_FFMPEG',
    commands: ['ffmpeg'],
    packages: ['ffmpeg'],
    version: ['-version'],
  },
];

/**
 * Finds each service by its variable, then in PATH; as root on Debian and Ubuntu installs what is missing.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<{ name: string, variable: string, value: string | null, missing: string | null }[]>}
 *   `value` is the path of the program; `missing` says why there is none, and what to do
 */
export async function findServices(say) {
  const found = [];
  for (const service of wanted) {
    const { name, variable } = service;
    const named = process.env[variable];
    if (named !== undefined && named !== '') {
      const works = await runs(named, service.version);
      found.push({
        name,
        variable,
        value: works ? named : null,
        missing: works ? null : `${variable} names ${named}, which does not run`,
      });
      continue;
    }
    const value = (await firstThatRuns(service)) ?? (await install(service, say));
    found.push({ name, variable, value, missing: value === null ? whyMissing(service) : null });
  }
  return found;
}

async function install(service, say) {
  const { name, packages } = service;
  if (!mayInstall()) return null;
  say(`installing ${name} with apt-get …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['-qq', '-y', '--no-install-recommends', 'install', ...packages];
  let result = await captureTool('apt-get', ['-qq', 'update'], { env });
  if (result.code === 0) result = await captureTool('apt-get', args, { env });
  if (result.code !== 0) say(`apt-get failed:\n${result.output.trim()}`);
  return firstThatRuns(service);
}

const mayInstall = () => process.getuid?.() === 0 && existsSync('/etc/debian_version');

function whyMissing({ commands, packages, variable }) {
  const how = `install ${packages[0]} (apt-get install ${packages.join(' ')}) or set ${variable} to its path`;
  return mayInstall()
    ? `apt-get brought no program that runs (looked for ${commands.join(', ')}); ${how}`
    : `none of ${commands.join(', ')} is in PATH, and only root on Debian or Ubuntu can install it here; ${how}`;
}

async function firstThatRuns({ commands, version, folders = () => [] }) {
  for (const command of commands) {
    for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...folders()]) {
      const path = join(folder, command);
      if (folder !== '' && existsSync(path) && (await runs(path, version))) return path;
    }
  }
  return null;
}

/** A program that cannot even say its version (Ubuntu's stub without snap) is none; nor is a Python without the package. */
async function runs(path, version = ['--version']) {
  return (await captureTool(path, version)).code === 0;
}

function versionsIn(folder) {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).sort((left, right) => Number(right) - Number(left));
  return versions.map((version) => join(folder, version, 'bin'));
}
