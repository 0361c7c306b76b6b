import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of a Chromium: the environment's, else the first in PATH; null: there is none. */
export const CHROMIUM: string | null =
  process.env.RENDERCAST_TEST_CHROMIUM ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path)) ??
  null;

/** Why browser tests are skipped. */
export const NO_CHROMIUM = 'there is no Chromium (RENDERCAST_TEST_CHROMIUM names one)';

/** The built studio. */
export const STUDIO_DIR = fileURLToPath(new URL('../../apps/studio/dist', import.meta.url));

/**
 * Opens a browser that talks to nobody but the page's server. `keepsPages`: a page that is left is put aside and comes back as
 * it was, as in browsers of people.
 */
export function openBrowser({ keepsPages = false }: { keepsPages?: boolean } = {}): Promise<Browser> {
  if (CHROMIUM === null) throw new Error(NO_CHROMIUM);
  return chromium.launch({
    executablePath: CHROMIUM,
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Where a screenshot goes: `output/`, or with RENDERCAST_UPDATE_IMAGES=1 the docs. */
export async function pictureFile(name: string): Promise<string> {
  const folder = fileURLToPath(
    new URL(process.env.RENDERCAST_UPDATE_IMAGES === '1' ? '../../docs/images' : '../../output', import.meta.url),
  );
  await mkdir(folder, { recursive: true });
  return join(folder, name);
}
