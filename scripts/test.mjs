/**
 * `npm test`: finds or installs what the tests need, builds, runs them all, and says aloud what was skipped and why.
 * The last line is `N passed, N failed, N skipped`. Arguments go on to vitest: `npm test -- packages/server`.
 *
 * Where a few files fail, each runs once more, alone: what fails again has failed; what passes then is unsteady, does not
 * fail the run, and is named aloud with every run until somebody has found out why (docs/decisions/009-second-look.md).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { findServices } from './find-services.mjs';
import { runTool } from './run-tool.mjs';

/** More failed files than these are no accident of a busy machine. */
const MOST_FILES_FOR_A_SECOND_LOOK = 5;

const services = await findServices((line) => console.log(line));
const env = {};
for (const { name, missing, variable, value } of services) {
  if (missing !== null) console.log(`\n!! ${name} is missing: ${missing}\n!! Tests that need it will be SKIPPED.\n`);
  if (value !== null) env[variable] = value;
}

const { files, errors, unsteady } = await testWhatIsBuilt();
const skipped = files.flatMap((file) => file.skipped);
if (skipped.length > 0) {
  console.log(`\n!! SKIPPED, ${skipped.length} in all:`);
  for (const { name, reason } of skipped) console.log(`!!   ${name}: ${reason}`);
}
if (unsteady.length > 0) {
  console.log(
    `\n!! UNSTEADY, ${unsteady.length} in all: failed among the others, passed alone. Each is a bug of a test or worse:`,
  );
  for (const name of unsteady) console.log(`!!   ${name}`);
}
for (const { name, missing } of services) if (missing !== null) console.log(`!! ${name} is missing: ${missing}`);
const passed = files.reduce((sum, file) => sum + file.passed, 0);
const failed = files.reduce((sum, file) => sum + file.failed.length, errors);
console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

async function testWhatIsBuilt() {
  if (!(await build({ say: (line) => console.log(line) }))) {
    console.log('The build failed: no test was run.');
    return { files: [], errors: 1, unsteady: [] };
  }
  const first = await runTests(process.argv.slice(2));
  const suspects = first.files.filter((file) => file.failed.length > 0);
  if (suspects.length === 0 || suspects.length > MOST_FILES_FOR_A_SECOND_LOOK || first.errors > 0)
    return { ...first, unsteady: [] };

  console.log(`\n!! A second look, alone, at: ${suspects.map((file) => file.id).join(', ')}\n`);
  const second = await runTests([...suspects.map((file) => file.id), '--maxWorkers=1']);
  const again = new Map(second.files.map((file) => [file.id, file]));
  const stillFailing = new Set(second.files.flatMap((file) => file.failed));
  return {
    files: first.files.map((file) => again.get(file.id) ?? file),
    errors: second.errors,
    unsteady: suspects
      .filter(({ id }) => again.has(id))
      .flatMap((file) => file.failed)
      .filter((name) => !stillFailing.has(name)),
  };
}

/** Runs vitest, and says what came of each file. An error outside of any test counts as well. */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'rendercast-report-'));
  const reportFile = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/test-report.mjs'];
    const ok = await runTool('vitest', ['run', ...reporters, ...args], {
      env: { ...env, RENDERCAST_TEST_REPORT: reportFile },
      to: 'stdout',
    });
    const report = readReport(reportFile) ?? { files: [], errors: 1 };
    const blamed = report.errors > 0 || report.files.some((file) => file.failed.length > 0);
    return ok || blamed ? report : { ...report, errors: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // vitest itself did not get that far
  }
}
