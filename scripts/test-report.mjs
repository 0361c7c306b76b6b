import { writeFileSync } from 'node:fs';

/**
 * A vitest reporter: writes per file how many tests passed and which failed or were skipped, to RENDERCAST_TEST_REPORT,
 * and how many errors belong to no test.
 */
export default class TestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { errors: unhandledErrors.length, files: modules.map(fileOf) };
    const file = process.env.RENDERCAST_TEST_REPORT;
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }
}

function fileOf(module) {
  const file = { id: module.relativeModuleId, passed: 0, failed: [], skipped: [] };
  for (const test of module.children.allTests()) {
    const { state, note } = test.result();
    const name = `${file.id} > ${test.fullName}`;
    if (state === 'passed') file.passed += 1;
    else if (state === 'failed') file.failed.push(name);
    else file.skipped.push({ name, reason: note ?? reasonIn(test.fullName) ?? 'no reason given' });
  }
  // A file that could not be loaded, or whose hooks failed, has no failed test to count.
  if (!module.ok() && file.failed.length === 0) file.failed.push(`${file.id} (the file itself)`);
  return file;
}

/** Tests and suites that are skipped as a whole tell why in brackets behind their name. */
function reasonIn(name) {
  return /\(([^()]+)\)/.exec(name)?.[1];
}
