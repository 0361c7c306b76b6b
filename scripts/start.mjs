/**
 * `npm start`: builds what is missing, then serves in this very process, so that SIGTERM and SIGINT reach the server.
 * Arguments go on: `npm start -- --port 9000`.
 *
 * package.json says `exec node …`: npm hands SIGTERM to the shell that it starts, and a shell that stays in between would
 * die of it and leave the server running. (Where there is no `exec`: node scripts/start.mjs.)
 */
import { build } from './build.mjs';

if (await build({ say: (line) => console.error(line) })) {
  process.argv.splice(2, 0, 'serve');
  await import('../apps/cli/dist/main.js');
} else {
  console.error('\nThe build failed; see above. Are the dependencies installed? (npm ci)');
  process.exitCode = 1;
}
