import type { Fact } from '../events.js';
import { parsePosition } from '../position.js';
import { isTerminal } from '../reduce.js';
import { lineOf } from './line.js';
import type { Observation, ReaderHistory } from './observations.js';
import {
  admit,
  blame,
  judgeJobs,
  judgeLevel,
  type Logs,
  lose,
  missReset,
  moveTo,
  type Reading,
  startReading,
} from './reading.js';
import { entryOf, isSameFact, type JobRecord, type LogEntryOf } from './record.js';
import { isResetCalledFor, needsReset } from './reset.js';
import type { Violation } from './violations.js';

type Seen<S extends Observation['saw']> = Extract<Observation, { saw: S }>;

/** Judges what one reader saw, observation by observation. */
export function checkReader(logs: Logs, reader: ReaderHistory): Violation[] {
  const reading = startReading(logs, reader);
  for (const [index, seen] of reader.observations.entries()) {
    reading.report.at(index);
    judge(reading, seen);
  }
  return reading.report.done();
}

function judge(reading: Reading, seen: Observation): void {
  switch (seen.saw) {
    case 'connected':
      return onConnected(reading, seen.position);
    case 'snapshot':
      return onSnapshot(reading, seen);
    case 'fact':
      return onFact(reading, seen);
    case 'level':
      return judgeLevel(reading, seen.jobId, seen.level);
    case 'reset':
      return onReset(reading, seen);
    case 'finished':
      return onFinished(reading, seen.upTo);
    case 'cut':
      reading.resetDue = false; // cut before the answer came
  }
}

function onConnected(reading: Reading, asked: string | null): void {
  reading.asked = asked;
  if (reading.reader.wire === true) reading.levels.forget();
  const position = asked === null ? null : parsePosition(asked);
  reading.resetDue = asked !== null && needsReset(reading.logs, reading.log, reading.line, position);
  if (position === null || reading.resetDue) return;
  moveTo(reading, position.epoch);
  if (reading.at !== null) lose(reading, position.n, 'the reader resumed beyond it');
  reading.at = Math.max(reading.at ?? 0, position.n);
}

function onSnapshot(reading: Reading, seen: Seen<'snapshot'>): void {
  const { report, at, isFeed } = reading;
  const position = parsePosition(seen.position);
  if (position === null) return report.add('RC-POSITION', null, null, `"${seen.position}" is no position`);
  const { n, epoch } = position;
  if (epoch !== reading.log.epoch && at !== null) reading.resetDue = true;
  const isLate = reading.resetDue; // the snapshot stands in for the reset that should have come
  missReset(reading, `a snapshot at ${seen.position}`);
  moveTo(reading, epoch);
  const { head } = reading.line;
  if (n > head && !isFeed) report.add('RC-POSITION', null, n, `the snapshot is at ${n}, the log ends at ${head}`);
  if (at !== null && n < at) report.add('RC-SNAPSHOT-OLD', null, n, `the snapshot is at ${n}, the reader was at ${at}`);
  if (isLate) report.settle();
  else if (reading.asked !== null) lose(reading, n, 'a snapshot that was not asked for passed over it');
  else if (!isFeed && seen.jobs.length === 0 && n > 0)
    report.add('RC-SNAPSHOT-MISSING', null, n, `the stream starts at ${n} without a snapshot`);
  reading.at = Math.max(at ?? 0, n);
  judgeJobs(reading, seen.jobs, n, seen.levels);
}

function onReset(reading: Reading, seen: Seen<'reset'>): void {
  const { report, at } = reading;
  const position = parsePosition(seen.position);
  if (position === null) return report.add('RC-POSITION', null, null, `"${seen.position}" is no position`);
  const before = reading.asked ?? (at === null ? null : `${reading.log.epoch}:${at}`);
  const target = reading.logs.find((one) => one.epoch === position.epoch) ?? reading.log;
  if (!isResetCalledFor(seen.reason, before, at, target, lineOf(target, reading.reader), position))
    report.add('RC-RESET-UNCALLED', null, position.n, `reset "${seen.reason}" for position ${before ?? 'null'}`);
  reading.resetDue = false;
  reading.asked = seen.position;
  moveTo(reading, position.epoch);
  report.settle();
  reading.at = position.n;
  judgeJobs(reading, seen.jobs, position.n, seen.levels);
}

function onFact(reading: Reading, { fact, position: text }: Seen<'fact'>): void {
  const { report, isFeed } = reading;
  const position = text === null ? null : parsePosition(text);
  if (position !== null && position.epoch !== reading.log.epoch) {
    reading.resetDue = reading.at !== null;
    moveTo(reading, position.epoch);
  }
  missReset(reading, `fact ${fact.seq}`);
  const known = findFact(reading, fact);
  if (known === null) return;
  const place = reading.line.place(known.entry);
  if (text !== null && position?.n !== place)
    report.add('RC-POSITION', fact.jobId, fact.seq, `"${text}" came with the fact at ${place}`);
  if (isTerminal(fact)) reading.ended.add(fact.jobId);
  reading.at ??= isFeed ? place - 1 : 0;
  if (place <= reading.at) return report.repeated(place, fact);
  lose(reading, place - 1, `fact ${fact.seq} of ${fact.jobId} came without it`);
  reading.at = place;
  blame(reading, fact.jobId, fact.seq, reading.levels.fact(fact));
}

/** The log's entry for a shown fact, if the reader may see it; blames it otherwise, and where the content differs. */
function findFact(reading: Reading, fact: Fact): LogEntryOf | null {
  const { report } = reading;
  const record: JobRecord | undefined = reading.log.jobs.get(fact.jobId);
  const entry = record === undefined ? undefined : entryOf(record, fact.seq);
  if (isTerminal(fact) && reading.ended.has(fact.jobId) && (entry === undefined || !isTerminal(entry.fact)))
    report.add('RC-END-TWICE', fact.jobId, fact.seq, `"${fact.type}" was shown after another end`);
  if (record === undefined || entry === undefined) {
    report.add('RC-FACT-UNKNOWN', fact.jobId, fact.seq, `the log has no fact ${fact.seq} of ${fact.jobId}`);
    return null;
  }
  if (!admit(reading, 'a fact', record, fact.jobId, fact.seq)) return null;
  if (!isSameFact(record, fact, entry.fact))
    report.add('RC-FACT-CONTENT', fact.jobId, fact.seq, `shown as "${fact.type}", stored as "${entry.fact.type}"`);
  return { record, entry };
}

function onFinished(reading: Reading, upTo: string | undefined): void {
  const { report, line } = reading;
  if (reading.isFeed) {
    const last = upTo === undefined ? line.head : parsePosition(upTo)?.n;
    if (last === undefined) return report.add('RC-POSITION', null, null, `"${upTo}" is no position`);
    return lose(reading, last, 'the reader watched to the end');
  }
  lose(reading, line.end ?? line.head, 'the reader watched to the end');
  if (reading.ended.size === 0)
    report.add('RC-END-MISSING', null, line.end, 'the reader watched to the end and saw none');
}
