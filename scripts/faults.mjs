/**
 * `npm run faults`: the bad days of every kind of backend, and one table of what became of a job on each and how long that
 * took. Ends with 1 when a verdict is not the one of docs/engines/faults.md, or a day was not seen.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultTable } from '../e2e/engines/fault-table.mjs';
import { build } from './build.mjs';
import { captureTool } from './run-tool.mjs';

const FILES = [
  'packages/server/src/engines/sdapi/faults.test.ts',
  'packages/server/src/engines/comfyui/bad-days.test.ts',
  'e2e/engines/comfyui-races.test.ts',
  'e2e/engines/elevenlabs-faults.test.ts',
  'e2e/engines/elevenlabs-kill.test.ts',
  'e2e/engines/worker-faults.test.ts',
  'e2e/worker-socket.test.ts',
  'e2e/engines/fault-page.test.ts',
];

if (!(await build({ say: (line) => console.error(line) }))) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), 'rendercast-faults-'));
try {
  const report = join(folder, 'faults.jsonl');
  const { code, output } = await captureTool('vitest', ['run', ...FILES], { env: { RENDERCAST_FAULT_REPORT: report } });
  const seen = readFileSync(report, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  const cells = new Map(seen.map((cell) => [`${cell.on} ${cell.fault}`, cell]));
  for (const cell of seen) {
    // Some days are lived through more than once: the longest counts.
    const kept = cells.get(`${cell.on} ${cell.fault}`);
    if (kept.tookMs < cell.tookMs) cells.set(`${cell.on} ${cell.fault}`, cell);
  }
  console.log(
    faultTable(
      [...cells.values()].map(({ on, fault, verdict, tookMs }) => ({
        on,
        fault,
        text: `${verdict} (${(tookMs / 1_000).toFixed(2)} s)`,
      })),
    ),
  );
  if (code !== 0) console.error(output.trim());
  const page = readFileSync(new URL('../docs/engines/faults.md', import.meta.url), 'utf8');
  const due = [...page.matchAll(/\(\d+(?:\.\d+)? s\)/g)].length;
  console.log(`${cells.size} of ${due} cells, ${seen.length} runs`);
  process.exitCode = code === 0 && cells.size === due ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
