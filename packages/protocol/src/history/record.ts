import type { Fact } from '../events.js';
import type { Job, Output } from '../job.js';
import { blankFact, reduce } from '../reduce.js';
import type { HistoryLog, LogEntry } from './observations.js';

/** One job of the log, folded after each of its facts. */
export interface JobRecord {
  id: string;
  owner: string | null;
  clientId: string | null;
  /** In number order. */
  entries: LogEntry[];
  /** `states[i]` is the job after `entries[i]`; null where the log is too broken to fold. */
  states: (Job | null)[];
  /** What was removed: artifact ids, and null for the whole job. */
  removals: ReadonlySet<string | null>;
}

/** An entry of the log with its job. */
export interface LogEntryOf {
  record: JobRecord;
  entry: LogEntry;
}

/** A log made ready for questions. */
export interface LogRecord {
  epoch: string;
  horizon: number;
  /** The newest cursor. */
  head: number;
  pruned: ReadonlySet<string>;
  entries: readonly LogEntry[];
  jobs: ReadonlyMap<string, JobRecord>;
}

/** Groups and folds a log. Entries are sorted, so that a log in disorder can still be judged by. */
export function indexLog(log: HistoryLog): LogRecord {
  const entries = [...log.entries].sort((left, right) => left.cursor - right.cursor);
  const grouped = new Map<string, LogEntry[]>();
  for (const entry of entries) {
    const group = grouped.get(entry.fact.jobId);
    if (group === undefined) grouped.set(entry.fact.jobId, [entry]);
    else group.push(entry);
  }
  const jobs = new Map<string, JobRecord>();
  for (const [id, group] of grouped) jobs.set(id, recordJob(id, group));
  return {
    epoch: log.epoch,
    horizon: log.horizon ?? 0,
    head: entries.at(-1)?.cursor ?? 0,
    pruned: new Set(log.pruned ?? []),
    entries,
    jobs,
  };
}

function recordJob(id: string, group: LogEntry[]): JobRecord {
  const entries = group.sort((left, right) => left.fact.seq - right.fact.seq);
  const states: (Job | null)[] = [];
  const removals = new Set<string | null>();
  let job: Job | null = null;
  for (const { fact } of entries) {
    if (job !== null || fact.type === 'queued') job = reduce(job, fact);
    if (fact.type === 'removed') removals.add(fact.artifactId);
    states.push(job);
  }
  const first = entries.find((entry) => entry.fact.type === 'queued')?.fact;
  const queued = first?.type === 'queued' ? first : null;
  return { id, owner: queued?.owner ?? null, clientId: queued?.clientId ?? null, entries, states, removals };
}

/** The entry of a number, if the log has it. */
export function entryOf(record: JobRecord, seq: number): LogEntry | undefined {
  const direct = record.entries[seq - 1];
  return direct?.fact.seq === seq ? direct : record.entries.find((entry) => entry.fact.seq === seq);
}

/** The job after its fact of this number; null before the first. */
export function stateAt(record: JobRecord, seq: number): Job | null {
  for (let index = Math.min(seq, record.entries.length) - 1; index >= 0; index -= 1) {
    const entry = record.entries[index];
    if (entry !== undefined && entry.fact.seq <= seq) return record.states[index] ?? null;
  }
  return null;
}

/** Number of the job's last fact at or before a cursor; 0: none. */
export function seqAtCursor(record: JobRecord, cursor: number): number {
  let seq = 0;
  for (const entry of record.entries) {
    if (entry.cursor > cursor) break;
    seq = entry.fact.seq;
  }
  return seq;
}

/**
 * Whether a fact is the log's. Of what was removed only number and form count: log and reader may each hold the original
 * or the blanked form. Addresses of files are added on the way out and differ from reader to reader.
 */
export function isSameFact(record: JobRecord, seen: Fact, logged: Fact): boolean {
  if (isSameJson(plainFact(seen), plainFact(logged))) return true;
  if (record.removals.size === 0) return false;
  return isSameJson(blankAll(record, seen), blankAll(record, logged));
}

/** Whether a shown job is the fold of the log up to a number, by the same measure as {@link isSameFact}. */
export function isSameJob(record: JobRecord, seen: Job, folded: Job): boolean {
  return isSameJson(withoutRemoved(record, seen), withoutRemoved(record, folded));
}

function plainFact(fact: Fact): Fact {
  if (fact.type !== 'output' || fact.artifact === null) return fact;
  const { url: _url, thumbnailUrl: _thumbnailUrl, ...artifact } = fact.artifact;
  return { ...fact, artifact };
}

function blankAll(record: JobRecord, fact: Fact): Fact {
  let blank = plainFact(fact);
  for (const artifactId of record.removals) blank = blankFact(blank, artifactId);
  return blank;
}

function withoutRemoved(record: JobRecord, job: Job): Job {
  const outputs: Output[] = [];
  for (const output of job.outputs) {
    if (record.removals.has(output.artifact.id)) continue;
    const { url: _url, thumbnailUrl: _thumbnailUrl, ...artifact } = output.artifact;
    outputs.push({ ...output, artifact });
  }
  if (!record.removals.has(null)) return { ...job, outputs };
  return { ...job, request: { prompt: '' }, tags: [], clientId: null, outputs: [] };
}

/** Equality of what JSON would carry: the order of keys does not count, an undefined member is an absent one. */
export function isSameJson(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftEntries = Object.entries(left).filter(([, value]) => value !== undefined);
  const rightEntries = new Map(Object.entries(right).filter(([, value]) => value !== undefined));
  if (leftEntries.length !== rightEntries.size) return false;
  return leftEntries.every(([key, value]) => rightEntries.has(key) && isSameJson(value, rightEntries.get(key)));
}
