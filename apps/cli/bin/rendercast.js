#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
const builder = new URL('../../../scripts/build.mjs', import.meta.url);

// In a fresh clone nothing is built yet. An installed package brings its dist along and has no builder.
if (!existsSync(fileURLToPath(main)) && existsSync(fileURLToPath(builder))) {
  console.error('Not built yet. This happens once:');
  const { build } = await import(builder.href);
  if (!(await build({ say: (line) => console.error(line) }))) {
    console.error('The build failed; see above. Then run: npm run build');
    process.exit(1);
  }
}
await import(main.href);
