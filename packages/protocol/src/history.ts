import { checkLog } from './history/log.js';
import type { HistoryLog, ReaderHistory } from './history/observations.js';
import { checkReader } from './history/reader.js';
import type { Logs } from './history/reading.js';
import { indexLog } from './history/record.js';
import type { Violation } from './history/violations.js';

/**
 * The history checker. Readers write down everything they saw; this compares it with the log and says what broke a promise.
 * It knows nothing of transports, so the same check serves unit tests, whole-system stories and chaos runs.
 *
 * @param log all facts that were stored, of all jobs, in cursor order.
 * @param readers what each reader saw, across all its connections.
 * @returns every violation; an empty list is a good history.
 */
export function checkHistory(history: { log: HistoryLog; readers: readonly ReaderHistory[] }): Violation[] {
  const present = indexLog(history.log);
  const former = history.log.former ?? [];
  const logs: Logs = [present, ...former.map(indexLog)];
  return [
    ...checkLog(history.log, present),
    ...former.flatMap((log, index) => checkLog(log, logs[index + 1] ?? present)),
    ...history.readers.flatMap((reader) => checkReader(logs, reader)),
  ];
}

/** Violations as lines for people: what a failing test prints. */
export function describeViolations(violations: readonly Violation[]): string {
  return violations
    .map(({ code, reader, index, message }) => {
      const where = reader === null ? 'log' : `${reader}${index === null ? '' : ` #${index}`}`;
      return `${code} [${where}] ${message}`;
    })
    .join('\n');
}

export type { HistoryLog, LogEntry, Observation, ReaderHistory } from './history/observations.js';
export { VIOLATIONS, type Violation, type ViolationCode } from './history/violations.js';
