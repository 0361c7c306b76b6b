import type { Filter } from '../commands.js';
import type { Job } from '../job.js';
import type { LogEntry, ReaderHistory } from './observations.js';
import { entryOf, type JobRecord, type LogRecord, seqAtCursor, stateAt } from './record.js';

/** The part of the log that one reader is to see, each fact at its place: number of a job's fact, cursor on a feed. */
export interface Line {
  /** Places of the facts that must be seen, rising. */
  musts: readonly { place: number; jobId: string; seq: number }[];
  /** The last place there is. */
  head: number;
  /** Place of the end, for a job that ended. */
  end: number | null;
  place(entry: LogEntry): number;
  /** Whether a fact may be shown at all. */
  scopeOf(record: JobRecord, seq: number): 'in' | 'foreign' | 'out';
  /** Number of the last fact of a job that a reader at this place has passed. */
  passed(record: JobRecord, at: number): number;
  /** Like `passed`, but beyond facts that the reader need not see: what levels may refer to. */
  reach(record: JobRecord, at: number): number;
}

/** Works out what a reader is to see. */
export function lineOf(log: LogRecord, reader: ReaderHistory): Line {
  return 'job' in reader.target
    ? jobLine(findJob(log, reader, reader.target.job), reader.owner)
    : feedLine(log, reader.target.feed, reader.owner);
}

/** A job by either id. Where a client id passed from job to job, the one that the reader was first shown. */
function findJob(log: LogRecord, reader: ReaderHistory, id: string): JobRecord | null {
  const byServerId = log.jobs.get(id);
  if (byServerId !== undefined) return byServerId;
  const holders = [...log.jobs.values()].filter(
    (record) => record.clientId === id && (reader.owner === null || record.owner === reader.owner),
  );
  if (holders.length < 2) return holders[0] ?? null;
  for (const observation of reader.observations) {
    const shown =
      observation.saw === 'fact'
        ? observation.fact.jobId
        : observation.saw === 'snapshot' || observation.saw === 'reset'
          ? observation.jobs[0]?.id
          : undefined;
    const holder = holders.find((record) => record.id === shown);
    if (holder !== undefined) return holder;
  }
  return holders[0] ?? null;
}

function jobLine(job: JobRecord | null, owner: string | null): Line {
  const entries = job?.entries ?? [];
  const end = entries.find(({ fact }) => isEnd(fact.type));
  return {
    musts: entries.map(({ fact }) => ({ place: fact.seq, jobId: fact.jobId, seq: fact.seq })),
    head: entries.at(-1)?.fact.seq ?? 0,
    end: end?.fact.seq ?? null,
    place: (entry) => entry.fact.seq,
    scopeOf(record) {
      if (owner !== null && record.owner !== owner) return 'foreign';
      return record === job ? 'in' : 'out';
    },
    passed: (_record, at) => at,
    reach: (_record, at) => at,
  };
}

function feedLine(log: LogRecord, filter: Filter, owner: string | null): Line {
  const mustSee = (record: JobRecord, entry: LogEntry): boolean => {
    const job = stateAt(record, entry.fact.seq);
    return (owner === null || record.owner === owner) && job !== null && fits(filter, job, record.id);
  };
  const musts: { place: number; jobId: string; seq: number }[] = [];
  for (const entry of log.entries) {
    const record = log.jobs.get(entry.fact.jobId);
    if (record !== undefined && mustSee(record, entry))
      musts.push({ place: entry.cursor, jobId: record.id, seq: entry.fact.seq });
  }
  return {
    musts,
    head: log.head,
    end: null,
    place: (entry) => entry.cursor,
    scopeOf(record, seq) {
      if (owner !== null && record.owner !== owner) return 'foreign';
      return mayFit(filter, record, seq) ? 'in' : 'out';
    },
    passed: seqAtCursor,
    reach(record, at) {
      let seq = seqAtCursor(record, at);
      for (let next = entryOf(record, seq + 1); next !== undefined; next = entryOf(record, seq + 1)) {
        if (mustSee(record, next)) break;
        seq = next.fact.seq;
      }
      return seq;
    },
  };
}

/** Whether a job fits a filter as it was after a fact: then that fact must be shown. */
function fits(filter: Filter, job: Job, id: string): boolean {
  return (
    (filter.kind === undefined || filter.kind === job.kind) &&
    (filter.state === undefined || filter.state.includes(job.state)) &&
    (filter.batch === undefined || filter.batch === job.batch) &&
    (filter.tag === undefined || job.tags.includes(filter.tag)) &&
    (filter.favorite === undefined || filter.favorite === job.favorite) &&
    (filter.jobs === undefined || filter.jobs.includes(id) || filter.jobs.includes(job.clientId ?? id)) &&
    (filter.engine === undefined || filter.engine === job.engine || filter.engine === job.ranOn?.engine)
  );
}

/**
 * Whether a fact may be shown. The fact that takes a job out of the filter may be sent or not; what a removal blanked
 * cannot be judged.
 */
function mayFit(filter: Filter, record: JobRecord, seq: number): boolean {
  return [stateAt(record, seq), stateAt(record, seq - 1)].some((job) => {
    if (job === null) return false;
    const lenient: Filter = { ...filter };
    if (record.removals.has(null)) {
      delete lenient.tag;
      delete lenient.jobs;
    }
    return fits(lenient, job, record.id);
  });
}

function isEnd(type: string): boolean {
  return type === 'succeeded' || type === 'failed' || type === 'canceled';
}
