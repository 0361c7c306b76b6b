import { writeFileSync } from 'node:fs';

/** A vitest reporter: writes how many tests passed and failed, and which were skipped why, to RENDERCAST_TEST_REPORT. */
export default class SkipReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      const before = report.failed;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') report.passed += 1;
        else if (state === 'failed') report.failed += 1;
        else
          report.skipped.push({
            name: `${module.relativeModuleId} > ${test.fullName}`,
            reason: note ?? reasonIn(test.fullName) ?? 'no reason given',
          });
      }
      // A file that could not be loaded has no tests to count.
      if (!module.ok() && report.failed === before) report.failed += 1;
    }
    const file = process.env.RENDERCAST_TEST_REPORT;
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }
}

/** Tests and suites that are skipped as a whole tell why in brackets behind their name. */
function reasonIn(name) {
  return /\(([^()]+)\)/.exec(name)?.[1];
}
