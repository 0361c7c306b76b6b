import { describe, test } from 'vitest';
import type { Check, DialectExam } from './dialect-exam/exam.contract.js';
import { routeChecks } from './dialect-exam/route-checks.contract.js';
import { sessionChecks } from './dialect-exam/session-checks.contract.js';
import { viewChecks } from './dialect-exam/view-checks.contract.js';

/** All checks, so that a test can show that each of them bites. */
export const dialectChecks: readonly Check[] = [...routeChecks, ...viewChecks, ...sessionChecks];

/** Runs the whole exam on a dialect. */
export function describeDialect(exam: DialectExam): void {
  describe(`the dialect "${exam.dialect.name}" keeps the contract of dialects`, () => {
    for (const check of dialectChecks) test(check.title, () => check.run(exam));
  });
}

export type { CallExam, Check, DialectExam, FrameMeaning, SocketExam } from './dialect-exam/exam.contract.js';
