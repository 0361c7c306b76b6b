import type { Filter } from '@rendercast/protocol';
import { atOneMoment, type Connection, type Value } from './connection.js';
import { readHead } from './read-facts.js';

/** Jobs looked at in one go: a search through a long history lets other reads pass in between. */
const SLICE_JOBS = 2_000;

export interface SliceAsked {
  owner: string | null;
  filter: Filter;
  /** Folded words, all of which must occur. */
  words: readonly string[];
  before: string | null;
  limit: number;
}

export interface ListSlice {
  /** Newest first, at most `limit`. */
  jobs: string[];
  /** Where the next slice goes on; null: there is no more to look at. */
  scannedTo: string | null;
  head: number;
}

interface Conditions {
  sql: string[];
  values: Value[];
}

/** Looks through the next jobs, newest first. */
export function listSlice(connection: Connection, asked: SliceAsked): ListSlice {
  return atOneMoment(connection, () => {
    const range = rangeOf(asked);
    const further = furtherOf(asked);
    const scannedTo = further.sql.length === 0 ? null : endOfSlice(connection, range);
    if (scannedTo !== null) {
      range.sql.push('id >= ?');
      range.values.push(scannedTo);
    }
    // The inner query sorts and filters without the rows' large last column.
    const rows = connection.all<{ job: string }>(
      `SELECT job FROM jobs WHERE n IN (
         SELECT jobs.n FROM jobs ${asked.words.length > 0 ? 'JOIN search ON search.job = jobs.n' : ''}
         WHERE ${[...range.sql, ...further.sql].join(' AND ')} ORDER BY id DESC LIMIT ?
       ) ORDER BY id DESC`,
      ...range.values,
      ...further.values,
      asked.limit,
    );
    return { jobs: rows.map(({ job }) => job), scannedTo, head: readHead(connection) };
  });
}

/** Id of the last job of the slice; null when the slice is not full, and so the last. */
function endOfSlice(connection: Connection, range: Conditions): string | null {
  const row = connection.get<{ id: string }>(
    `SELECT id FROM jobs WHERE ${range.sql.join(' AND ')} ORDER BY id DESC LIMIT 1 OFFSET ${SLICE_JOBS - 1}`,
    ...range.values,
  );
  return row?.id ?? null;
}

/**
 * The conditions that one index answers: by what narrows most, else by owner. A unary plus keeps SQLite, which has
 * no statistics here, from choosing another.
 */
function rangeOf({ owner, filter, before }: SliceAsked): Conditions {
  const sql: string[] = [];
  const values: Value[] = [];
  const active = isActive(filter);
  const narrow = filter.jobs !== undefined || filter.batch !== undefined || active;
  if (filter.jobs !== undefined) {
    const ids = JSON.stringify(filter.jobs);
    sql.push(`jobs.n IN (SELECT n FROM jobs WHERE id IN (SELECT value FROM json_each(?))
      UNION SELECT n FROM jobs WHERE client_id IN (SELECT value FROM json_each(?)))`);
    values.push(ids, ids);
  }
  if (filter.batch !== undefined) {
    sql.push(filter.jobs === undefined ? 'batch = ?' : '+batch = ?');
    values.push(filter.batch);
  }
  if (active) {
    // As the index says it, and then the one state, which is what the index is walked by.
    sql.push("state IN ('queued', 'running')");
    const [state, ...others] = new Set(filter.state);
    if (state !== undefined && others.length === 0) {
      sql.push('state = ?');
      values.push(state);
    }
  }
  if (filter.favorite === true) sql.push(narrow ? '+favorite = 1' : 'favorite = 1');
  if (owner !== null) {
    sql.push(narrow ? '+owner = ?' : 'owner = ?');
    values.push(owner);
  }
  const sorted = filter.jobs !== undefined || (active && new Set(filter.state).size > 1);
  sql.push(sorted ? '+id < ?' : 'id < ?');
  values.push(before ?? '\u{10ffff}');
  return { sql, values };
}

/** Whether only jobs are asked for that have not ended: there are never many of them. */
function isActive({ state }: Filter): boolean {
  return state !== undefined && state.length > 0 && state.every((each) => each === 'queued' || each === 'running');
}

/** The conditions that each job is looked at for. */
function furtherOf({ filter, words }: SliceAsked): Conditions {
  const sql: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...more: Value[]) => {
    sql.push(condition);
    values.push(...more);
  };
  if (filter.kind !== undefined) add('+kind = ?', filter.kind);
  if (filter.state !== undefined && !isActive(filter))
    add('+state IN (SELECT value FROM json_each(?))', JSON.stringify(filter.state));
  if (filter.favorite === false) add('+favorite = 0');
  if (filter.tag !== undefined) add('EXISTS (SELECT 1 FROM json_each(jobs.tags) WHERE value = ?)', filter.tag);
  if (filter.engine !== undefined) add('(+engine = ? OR ran_on = ?)', filter.engine, filter.engine);
  const [first, ...others] = [...words].sort((left, right) => right.length - left.length);
  if (first !== undefined) add('instr(search.words, ?) > 0', first);
  if (others.length > 0)
    add('NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(search.words, value) = 0)', JSON.stringify(others));
  return { sql, values };
}
