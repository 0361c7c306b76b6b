/**
 * `npm run bench`: builds what is stale, then measures everything of RULES.md and prints one table.
 *
 *   npm run bench                     all of it, about twenty minutes
 *   npm run bench -- --quick          fewer and shorter runs, about five minutes
 *   npm run bench -- delay submit     only these figures
 *   npm run bench -- --help           what there is
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.mjs';
import { runTool } from '../scripts/run-tool.mjs';

const built = (await build({ say: (line) => console.error(line) })) && (await runTool('tsc', ['-p', 'bench']));
if (built) {
  const program = fileURLToPath(new URL('./dist/run.js', import.meta.url));
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} else process.exitCode = 1;
