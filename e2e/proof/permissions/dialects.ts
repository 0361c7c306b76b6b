import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Dialect } from '@rendercast/protocol';

const FOLDER = fileURLToPath(new URL('../../../packages/protocol/src/dialects', import.meta.url));

/** Every dialect that there is, wherever it is wired in. */
export async function dialects(): Promise<Dialect[]> {
  const found: Dialect[] = [];
  for (const name of readdirSync(FOLDER).sort()) {
    if (!existsSync(`${FOLDER}/${name}/index.ts`)) continue;
    const module = (await import(`${FOLDER}/${name}/index.ts`)) as Record<string, unknown>;
    found.push(...Object.values(module).filter(isDialect));
  }
  return found;
}

function isDialect(value: unknown): value is Dialect {
  return typeof value === 'object' && value !== null && 'routes' in value && 'sockets' in value && 'name' in value;
}
