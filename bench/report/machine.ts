import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { VERSION } from '@rendercast/server';
import { PINNED } from '../processes/child.js';

const require = createRequire(import.meta.url);

/** Where the figures come from: machine, versions, and how busy it was. */
export function describeMachine(redis: string, postgres: string): string[] {
  const versions = ['ws', 'socket.io', '@socket.io/redis-adapter', 'bullmq', 'ioredis'].map(
    (name) => `${name} ${versionOf(name)}`,
  );
  return [
    `machine   ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    `versions  Rendercast ${VERSION}, Node ${process.versions.node}, ${versions.join(', ')}, Redis ${redis}, PostgreSQL ${postgres}`,
    `cores     ${PINNED ? 'server on core 0, load generator on core 1; houses of many processes on any' : 'not bound to cores'}`,
    `load      ${describeLoad()} at the start`,
  ];
}

/** Processes that wanted a core over the last 1, 5 and 15 minutes. */
export function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

function versionOf(name: string): string {
  let folder = require.resolve(name).replaceAll('\\', '/');
  for (;;) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
    if (folder === '') return 'unknown';
    try {
      const found = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { name?: string; version?: string };
      if (found.name === name && found.version !== undefined) return found.version;
    } catch {
      // one folder up
    }
  }
}
