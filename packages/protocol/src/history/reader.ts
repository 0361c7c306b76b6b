import type { Fact, Level, Levels } from '../events.js';
import type { Job } from '../job.js';
import { parsePosition } from '../position.js';
import { isEnded, isTerminal } from '../reduce.js';
import { createLevelJudge, type LevelFault } from './levels.js';
import { type Line, lineOf } from './line.js';
import type { Observation, ReaderHistory } from './observations.js';
import { entryOf, isSameFact, isSameJob, type JobRecord, type LogRecord, stateAt } from './record.js';
import { createReport } from './report.js';
import { isResetCalledFor, needsReset } from './reset.js';
import type { Violation, ViolationCode } from './violations.js';

type Seen<S extends Observation['saw']> = Extract<Observation, { saw: S }>;

/** Judges what one reader saw. `logs`: the present epoch first, then former ones. */
export function checkReader(logs: readonly [LogRecord, ...LogRecord[]], reader: ReaderHistory): Violation[] {
  const isFeed = 'feed' in reader.target;
  const report = createReport(reader.name);
  const levels = createLevelJudge();
  const endsSeen = new Set<string>();
  let log: LogRecord = firstLog(logs, reader);
  let line: Line = lineOf(log, reader);
  /** Where the reader stands; null: nowhere yet. */
  let at: number | null = null;
  let asked: string | null = null;
  /** A reset is due and has not come. */
  let resetDue = false;

  const moveTo = (epoch: string): void => {
    const next = logs.find((one) => one.epoch === epoch);
    if (next === undefined || next === log) return;
    log = next;
    line = lineOf(log, reader);
    levels.forget();
  };

  /** Facts between here and there were passed over. */
  const lose = (to: number, why: string): void => {
    report.lose(line, at ?? 0, to, why);
  };

  const admit = (what: string, record: JobRecord | undefined, jobId: string, seq: number): record is JobRecord => {
    const scope = record === undefined ? 'out' : line.scopeOf(record, seq);
    if (record !== undefined && scope === 'in') return true;
    const code: ViolationCode = scope === 'foreign' ? 'RC-OWNER-FOREIGN' : 'RC-SCOPE';
    report.add(code, jobId, seq, `${what} of job ${jobId} was shown to ${reader.owner ?? 'an operator'}`);
    return false;
  };

  const missReset = (why: string): void => {
    if (resetDue) report.add('RC-RESET-MISSING', null, null, why);
    resetDue = false;
  };

  const judgeJobs = (jobs: readonly Job[], n: number): void => {
    for (const job of jobs) {
      const record = log.jobs.get(job.id);
      const seq = record === undefined ? job.seq : line.passed(record, n);
      if (!admit('a snapshot', record, job.id, seq)) continue;
      const folded = stateAt(record, seq);
      if (folded === null || !isSameJob(record, job, folded))
        report.add('RC-SNAPSHOT-CONTENT', job.id, seq, `the snapshot at ${n} is not the fold of facts 1 to ${seq}`);
      if (isEnded(job)) endsSeen.add(job.id);
    }
  };

  const judgeLevels = (jobs: readonly Job[], shown: Levels | undefined): void => {
    const jobId = jobs[0]?.id;
    if (jobId === undefined || shown === undefined) return;
    for (const level of Object.values(shown)) judgeLevel(jobId, level);
  };

  const judgeLevel = (jobId: string, level: Level): void => {
    const record = log.jobs.get(jobId);
    if (!admit('a level', record, jobId, level.after) || at === null) return;
    const known = stateAt(record, line.passed(record, at));
    blame(jobId, level.after, levels.level(jobId, level, known, line.reach(record, at)));
  };

  const blame = (jobId: string, seq: number, fault: LevelFault | null): void => {
    if (fault !== null) report.add(fault.code, jobId, seq, fault.message);
  };

  const onConnected = (position: string | null): void => {
    asked = position;
    if (reader.wire === true) levels.forget();
    const stands = position === null ? null : parsePosition(position);
    resetDue = position !== null && needsReset(logs, log, line, stands);
    if (stands === null || resetDue) return;
    moveTo(stands.epoch);
    if (at !== null) lose(stands.n, 'the reader resumed beyond it');
    at = Math.max(at ?? 0, stands.n);
  };

  const onSnapshot = (seen: Seen<'snapshot'>): void => {
    const position = parsePosition(seen.position);
    if (position === null) return report.add('RC-POSITION', null, null, `"${seen.position}" is no position`);
    if (position.epoch !== log.epoch && at !== null) resetDue = true;
    missReset(`position ${asked ?? 'null'} was answered with a snapshot at ${seen.position}`);
    moveTo(position.epoch);
    if (position.n > line.head && !isFeed)
      report.add('RC-POSITION', null, position.n, `the snapshot is at ${position.n}, the log ends at ${line.head}`);
    if (at !== null && position.n < at)
      report.add('RC-SNAPSHOT-OLD', null, position.n, `the snapshot is at ${position.n}, the reader was at ${at}`);
    if (asked !== null) lose(position.n, 'a snapshot that was not asked for passed over it');
    else if (!isFeed && seen.jobs.length === 0 && position.n > 0)
      report.add('RC-SNAPSHOT-MISSING', null, position.n, `the stream starts at ${position.n} without a snapshot`);
    at = Math.max(at ?? 0, position.n);
    judgeJobs(seen.jobs, position.n);
    judgeLevels(seen.jobs, seen.levels);
  };

  const onReset = (seen: Seen<'reset'>): void => {
    const position = parsePosition(seen.position);
    if (position === null) return report.add('RC-POSITION', null, null, `"${seen.position}" is no position`);
    const before = asked ?? (at === null ? null : `${log.epoch}:${at}`);
    const target = logs.find((one) => one.epoch === position.epoch) ?? log;
    if (!isResetCalledFor(seen.reason, before, at, target, lineOf(target, reader), position))
      report.add('RC-RESET-UNCALLED', null, position.n, `reset "${seen.reason}" for position ${before ?? 'null'}`);
    resetDue = false;
    moveTo(position.epoch);
    report.settle();
    at = position.n;
    judgeJobs(seen.jobs, position.n);
    judgeLevels(seen.jobs, seen.levels);
  };

  const onFact = (fact: Fact, shownPosition: string | null): void => {
    const position = shownPosition === null ? null : parsePosition(shownPosition);
    if (position !== null && position.epoch !== log.epoch) {
      resetDue = at !== null;
      moveTo(position.epoch);
    }
    missReset(`position ${asked ?? 'null'} was answered with fact ${fact.seq}`);
    const record = log.jobs.get(fact.jobId);
    const entry = record === undefined ? undefined : entryOf(record, fact.seq);
    if (isTerminal(fact) && endsSeen.has(fact.jobId) && (entry === undefined || !isTerminal(entry.fact)))
      report.add('RC-END-TWICE', fact.jobId, fact.seq, `"${fact.type}" was shown after another end`);
    if (record === undefined || entry === undefined)
      return report.add('RC-FACT-UNKNOWN', fact.jobId, fact.seq, `the log has no fact ${fact.seq} of ${fact.jobId}`);
    if (!admit('a fact', record, fact.jobId, fact.seq)) return;
    if (!isSameFact(record, fact, entry.fact))
      report.add('RC-FACT-CONTENT', fact.jobId, fact.seq, `shown as "${fact.type}", stored as "${entry.fact.type}"`);
    const place = line.place(entry);
    if (shownPosition !== null && position?.n !== place)
      report.add('RC-POSITION', fact.jobId, fact.seq, `"${shownPosition}" came with the fact at ${place}`);
    if (isTerminal(fact)) endsSeen.add(fact.jobId);
    at ??= isFeed ? place - 1 : 0;
    if (place <= at) return report.repeated(place, fact);
    lose(place - 1, `fact ${fact.seq} of ${fact.jobId} came without it`);
    at = place;
    blame(fact.jobId, fact.seq, levels.fact(fact));
  };

  const onFinished = (upTo: string | undefined): void => {
    if (isFeed) {
      const last = upTo === undefined ? line.head : parsePosition(upTo)?.n;
      if (last === undefined) return report.add('RC-POSITION', null, null, `"${upTo}" is no position`);
      return lose(last, 'the reader watched to the end');
    }
    lose(line.end ?? line.head, 'the reader watched to the end');
    if (endsSeen.size === 0) report.add('RC-END-MISSING', null, line.end, 'the reader watched to the end and saw none');
  };

  for (const [index, seen] of reader.observations.entries()) {
    report.at(index);
    if (seen.saw === 'connected') onConnected(seen.position);
    else if (seen.saw === 'snapshot') onSnapshot(seen);
    else if (seen.saw === 'fact') onFact(seen.fact, seen.position);
    else if (seen.saw === 'level') judgeLevel(seen.jobId, seen.level);
    else if (seen.saw === 'reset') onReset(seen);
    else if (seen.saw === 'finished') onFinished(seen.upTo);
    else resetDue = false;
  }
  return report.done();
}

/** The log under which a reader begins: that of the first position it names. */
function firstLog(logs: readonly [LogRecord, ...LogRecord[]], reader: ReaderHistory): LogRecord {
  for (const seen of reader.observations) {
    const text = 'position' in seen ? seen.position : null;
    const epoch = text === null ? undefined : parsePosition(text)?.epoch;
    const log = logs.find((one) => one.epoch === epoch);
    if (log !== undefined) return log;
  }
  return logs[0];
}
