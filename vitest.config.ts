import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** More than any healthy test needs where many share two cores; properties that are tried more often get a minute each. */
const patienceMs = process.env.RENDERCAST_TEST_RUNS === undefined ? 60_000 : 300_000;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@rendercast\/protocol$/, replacement: source('packages/protocol/src/index.ts') },
      { find: /^@rendercast\/protocol\/(.+)$/, replacement: `${source('packages/protocol/src')}/$1.ts` },
      { find: /^@rendercast\/client$/, replacement: source('packages/client/src/index.ts') },
      { find: /^@rendercast\/client\/react$/, replacement: source('packages/client/src/react/index.ts') },
      { find: /^@rendercast\/client\/inspect$/, replacement: source('packages/client/src/inspect.ts') },
      { find: /^@rendercast\/server$/, replacement: source('packages/server/src/index.ts') },
    ],
  },
  test: {
    include: ['{packages,apps}/*/src/**/*.test.{ts,tsx}', 'e2e/**/*.test.ts', 'examples/**/*.test.ts'],
    setupFiles: ['e2e/support/property-seed.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // The runner alone would leave one core of two idle; tests wait for conditions, so sharing the cores does no harm.
    maxWorkers: 2,
  },
});
