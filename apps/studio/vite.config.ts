import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

export default defineConfig({
  plugins: [react()],
  // Built from the sources, so that one `vite build` is enough and only what is used is bundled.
  resolve: {
    alias: [
      { find: /^@rendercast\/protocol\/(.+)$/, replacement: `${packages}/protocol/src/$1.ts` },
      { find: /^@rendercast\/client\/react$/, replacement: `${packages}/client/src/react/index.ts` },
      { find: /^@rendercast\/client\/inspect$/, replacement: `${packages}/client/src/inspect.ts` },
      { find: /^@rendercast\/client\/tabs$/, replacement: `${packages}/client/src/tabs/index.ts` },
      { find: /^@rendercast\/client$/, replacement: `${packages}/client/src/index.ts` },
    ],
  },
  build: {
    outDir: 'dist',
    sourcemap: false,
    target: 'es2022',
    // The themes are `light-dark()` pairs; older targets would have them spelled out twice.
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/v1': { target: 'http://localhost:8000', ws: true } } },
});
