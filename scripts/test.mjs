/**
 * `npm test`: finds or installs what the tests need, builds, runs them all, and says aloud what was skipped and why.
 * The last line is `N passed, N failed, N skipped`. Arguments go on to vitest: `npm test -- packages/server`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { findServices } from './find-services.mjs';
import { runTool } from './run-tool.mjs';

const services = await findServices((line) => console.log(line));
for (const { name, missing } of services) {
  if (missing !== null) console.log(`\n!! ${name} is missing: ${missing}\n!! Tests that need it will be SKIPPED.\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'rendercast-report-'));
const reportFile = join(folder, 'report.json');
let report = { passed: 0, failed: 1, skipped: [] };
try {
  if (await build({ say: (line) => console.log(line) })) {
    const env = { RENDERCAST_TEST_REPORT: reportFile };
    for (const { variable, value } of services) if (value !== null) env[variable] = value;
    const reporters = ['--reporter=default', '--reporter=./scripts/skip-reporter.mjs'];
    const ok = await runTool('vitest', ['run', ...reporters, ...process.argv.slice(2)], { env, to: 'stdout' });
    report = readReport() ?? report;
    // An error outside of any test fails the run as well.
    if (!ok && report.failed === 0) report.failed = 1;
  } else {
    console.log('The build failed: no test was run.');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (report.skipped.length > 0) {
  console.log(`\n!! SKIPPED, ${report.skipped.length} in all:`);
  for (const { name, reason } of report.skipped) console.log(`!!   ${name}: ${reason}`);
}
for (const { name, missing } of services) if (missing !== null) console.log(`!! ${name} is missing: ${missing}`);
console.log(`\n${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`);
process.exitCode = report.failed === 0 ? 0 : 1;

function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    return null; // vitest itself did not get that far
  }
}
