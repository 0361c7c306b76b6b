import type { Level, Levels } from '../events.js';
import type { Job } from '../job.js';
import { parsePosition } from '../position.js';
import { isEnded } from '../reduce.js';
import { createLevelJudge, type LevelFault, type LevelJudge } from './levels.js';
import { type Line, lineOf } from './line.js';
import type { ReaderHistory } from './observations.js';
import { isSameJob, type JobRecord, type LogRecord, stateAt } from './record.js';
import { createReport, type Report } from './report.js';

/** Logs of all epochs, the present one first. */
export type Logs = readonly [LogRecord, ...LogRecord[]];

/** What is known of a reader while its observations are gone through. */
export interface Reading {
  reader: ReaderHistory;
  isFeed: boolean;
  logs: Logs;
  /** The log of the epoch that the reader is in. */
  log: LogRecord;
  line: Line;
  /** Where the reader stands; null: nowhere yet. */
  at: number | null;
  /** The position that the connection was asked to go on from. */
  asked: string | null;
  /** A reset is due and has not come. */
  resetDue: boolean;
  /** Jobs whose end was shown, as a fact or in a snapshot. */
  ended: Set<string>;
  levels: LevelJudge;
  report: Report;
}

/** Starts under the log of the first position that the reader names. */
export function startReading(logs: Logs, reader: ReaderHistory): Reading {
  let log = logs[0];
  for (const seen of reader.observations) {
    const text = 'position' in seen ? seen.position : null;
    const epoch = text === null ? undefined : parsePosition(text)?.epoch;
    const named = logs.find((one) => one.epoch === epoch);
    if (named === undefined) continue;
    log = named;
    break;
  }
  return {
    reader,
    isFeed: 'feed' in reader.target,
    logs,
    log,
    line: lineOf(log, reader),
    at: null,
    asked: null,
    resetDue: false,
    ended: new Set(),
    levels: createLevelJudge(),
    report: createReport(reader.name),
  };
}

/** Goes over to the log of another epoch. */
export function moveTo(reading: Reading, epoch: string): void {
  const next = reading.logs.find((one) => one.epoch === epoch);
  if (next === undefined || next === reading.log) return;
  reading.log = next;
  reading.line = lineOf(next, reading.reader);
  reading.levels.forget();
}

/** Facts between here and there were passed over. */
export function lose(reading: Reading, to: number, why: string): void {
  reading.report.lose(reading.line, reading.at ?? 0, to, why);
}

/** Blames what the reader may not be shown, or did not ask for. */
export function admit(
  reading: Reading,
  what: string,
  record: JobRecord | undefined,
  jobId: string,
  seq: number,
): record is JobRecord {
  const scope = record === undefined ? 'out' : reading.line.scopeOf(record, seq);
  if (record !== undefined && scope === 'in') return true;
  const to = reading.reader.owner ?? 'an operator';
  reading.report.add(scope === 'foreign' ? 'RC-OWNER-FOREIGN' : 'RC-SCOPE', jobId, seq, `${what} was shown to ${to}`);
  return false;
}

/** Blames the silence where a reset was due. */
export function missReset(reading: Reading, answer: string): void {
  if (reading.resetDue)
    reading.report.add('RC-RESET-MISSING', null, null, `position ${reading.asked} was answered with ${answer}`);
  reading.resetDue = false;
}

/** Passes on what a judge of levels found. */
export function blame(reading: Reading, jobId: string, seq: number, fault: LevelFault | null): void {
  if (fault !== null) reading.report.add(fault.code, jobId, seq, fault.message);
}

/** Compares shown jobs with the fold of the log at this place, and their levels with what is known then. */
export function judgeJobs(reading: Reading, jobs: readonly Job[], place: number, levels: Levels | undefined): void {
  for (const job of jobs) {
    const record = reading.log.jobs.get(job.id);
    const seq = record === undefined ? job.seq : reading.line.passed(record, place);
    if (!admit(reading, 'a snapshot', record, job.id, seq)) continue;
    const folded = stateAt(record, seq);
    if (folded === null || !isSameJob(record, job, folded))
      reading.report.add(
        'RC-SNAPSHOT-CONTENT',
        job.id,
        seq,
        `the snapshot at ${place} is not the fold of facts 1 to ${seq}`,
      );
    if (isEnded(job)) reading.ended.add(job.id);
  }
  const jobId = jobs[0]?.id;
  if (jobId === undefined || levels === undefined) return;
  for (const level of Object.values(levels)) judgeLevel(reading, jobId, level);
}

/** Judges one level by what the reader knows from facts. */
export function judgeLevel(reading: Reading, jobId: string, level: Level): void {
  const record = reading.log.jobs.get(jobId);
  // Whether it fits a filter is a question of the newest fact that the reader passed: tags may come after `after`.
  const passed = record === undefined || reading.at === null ? 0 : reading.line.passed(record, reading.at);
  if (!admit(reading, 'a level', record, jobId, Math.max(level.after, passed)) || reading.at === null) return;
  const known = stateAt(record, passed);
  const reach = reading.line.reach(record, reading.at);
  blame(reading, jobId, level.after, reading.levels.level(jobId, level, known, reach));
}
