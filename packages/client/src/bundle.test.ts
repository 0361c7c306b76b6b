import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const MAX_BYTES = 12 * 1024;
const MAX_HOOKS_BYTES = 2.5 * 1024;
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Bundle {
  code: string;
  gzipBytes: number;
  modules: string[];
}

async function bundle(entry: string): Promise<Bundle> {
  const outDir = await mkdtemp(join(tmpdir(), 'rendercast-bundle-'));
  try {
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
        rolldownOptions: { input: source(entry), external: ['react'], preserveEntrySignatures: 'strict' },
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

  it('grows by less than 2.5 KB with the hooks for React, without React itself', async () => {
    const [client, hooks] = await Promise.all([bundle('index.ts'), bundle('react/index.ts')]);
    expect(hooks.modules.some((id) => id.includes('use-generate'))).toBe(true);
    expect(hooks.gzipBytes - client.gzipBytes).toBeLessThan(MAX_HOOKS_BYTES);
  });

  it('holds no validation library, no built-in of Node and nothing of the server', async () => {
    const { code, modules } = await bundle('index.ts');
    const foreign = modules.filter((id) => /node_modules/.test(id) && !/eventsource-parser/.test(id));
    expect(foreign).toEqual([]);
    expect(modules.filter((id) => /packages\/server|messages\.ts|commands\.ts/.test(id))).toEqual([]);
    expect(code).not.toMatch(/from\s*["']node:|require\(/);
  });
});
