import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// From dist/commands: the clone's own build, then the copy that an installed package brings along.
const places = ['../../../studio/dist/', '../studio/'];

/** The folder of the built studio; null when it was not built. */
export function findStudio(): string | null {
  for (const place of places) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(join(folder, 'index.html'))) return folder;
  }
  return null;
}
