import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const MAX_BYTES = 12 * 1024;
const MAX_HOOKS_BYTES = 5 * 1024;
const MAX_KIT_BYTES = 11 * 1024;
const MAX_TABS_BYTES = 3 * 1024;
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Bundle {
  code: string;
  gzipBytes: number;
  modules: string[];
}

/** Builds what a page would that imports these names, or a whole entry. */
async function bundle(entry: string, names?: string): Promise<Bundle> {
  const outDir = await mkdtemp(join(tmpdir(), 'rendercast-bundle-'));
  try {
    let input = source(entry);
    if (names !== undefined) {
      input = join(outDir, 'page.ts');
      await writeFile(input, `export { ${names} } from ${JSON.stringify(source(entry))};`);
    }
    const result = await build({
      configFile: false,
      logLevel: 'silent',
      root: source('.'),
      resolve: {
        alias: [{ find: /^@rendercast\/protocol\/(.+)$/, replacement: `${source('../../protocol/src')}/$1.ts` }],
      },
      build: {
        outDir,
        write: false,
        minify: true,
        target: 'es2022',
        // Not `lib`: that keeps white space in ES modules.
        rolldownOptions: { input, external: [/^react/], preserveEntrySignatures: 'strict' },
        modulePreload: false,
      },
    });
    const [output] = Array.isArray(result) ? result : [result];
    if (output === undefined || !('output' in output)) throw new Error('nothing was built');
    const [chunk] = output.output;
    return { code: chunk.code, gzipBytes: gzipSync(chunk.code).length, modules: Object.keys(chunk.modules) };
  } finally {
    await rm(outDir, { recursive: true });
  }
}

describe('what a page loads', () => {
  it('is below 12 KB minified and gzipped, for everything but the hooks', async () => {
    const { gzipBytes } = await bundle('index.ts');
    expect(gzipBytes).toBeGreaterThan(8 * 1024); // half a bundle would prove nothing
    expect(gzipBytes).toBeLessThan(MAX_BYTES);
  });

  it('grows by less than 3 KB with the socket that tabs share', async () => {
    const [client, tabs] = await Promise.all([bundle('index.ts'), bundle('tabs/index.ts')]);
    const own = tabs.modules.filter((id) => id.includes('/tabs/'));
    expect(own.length).toBeGreaterThan(4);
    expect(client.modules.some((id) => id.includes('/tabs/'))).toBe(false);
    expect(tabs.gzipBytes).toBeLessThan(MAX_TABS_BYTES + 2 * 1024); // it shares the decoding with the client
  });

  it('grows by less than 5 KB with the hooks for React and one connection for all tabs, without React itself', async () => {
    const hooks = 'RendercastProvider, useConnection, useFeed, useGenerate, useJob';
    const [client, page] = await Promise.all([bundle('index.ts'), bundle('react/index.ts', hooks)]);
    expect(page.modules.some((id) => id.includes('use-generate'))).toBe(true);
    expect(page.gzipBytes - client.gzipBytes).toBeLessThan(MAX_HOOKS_BYTES);
  });

  it('holds only those parts that are used, and all of them in less than 11 KB', async () => {
    const [client, one, kit] = await Promise.all([
      bundle('index.ts'),
      bundle('react/index.ts', 'ConnectionBadge'),
      bundle('react/index.ts'),
    ]);
    expect(one.modules.filter((id) => id.includes('/parts/')).map((id) => id.split('/').at(-1))).toEqual([
      'connection-badge.tsx',
    ]);
    expect(one.modules.some((id) => id.endsWith('/use-generate.ts'))).toBe(false);
    expect(kit.modules.some((id) => id.endsWith('/image-generation-modal.tsx'))).toBe(true);
    expect(kit.gzipBytes - client.gzipBytes).toBeLessThan(MAX_KIT_BYTES);
  });

  it('holds no validation library, no built-in of Node and nothing of the server', async () => {
    const { code, modules } = await bundle('index.ts');
    const foreign = modules.filter((id) => /node_modules/.test(id) && !/eventsource-parser/.test(id));
    expect(foreign).toEqual([]);
    expect(modules.filter((id) => /packages\/server|messages\.ts|commands\.ts/.test(id))).toEqual([]);
    expect(code).not.toMatch(/from\s*["']node:|require\(/);
  });
});
