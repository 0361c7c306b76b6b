import type { Filter, Job } from '@rendercast/protocol';
import type { StoreListQuery, StorePage } from '../store.js';
import { plainText, type Sql, type Value } from './connection.js';
import { HEAD } from './read-facts.js';
import { searchWords } from './search-words.js';

/** Jobs looked at in one go: a search through a long history holds no statement for long. */
const SLICE_JOBS = 2_000;

interface Slice {
  jobs: Job[];
  /** Where the next slice goes on; null: there is no more to look at. */
  scannedTo: string | null;
  head: number;
}

/**
 * Looks through slices until the page is full or there are no more jobs. The head is that of the first slice: what
 * changes meanwhile is read once more by whoever follows the feed from there, and nothing is missed.
 */
export async function listJobs(sql: Sql, query: StoreListQuery): Promise<StorePage> {
  const words = searchWords(query.search);
  const jobs: Job[] = [];
  let before = query.before;
  let head: number | null = null;
  for (;;) {
    const slice = await readSlice(sql, { ...query, before, limit: query.limit + 1 - jobs.length }, words);
    jobs.push(...slice.jobs);
    head ??= slice.head;
    if (jobs.length > query.limit || slice.scannedTo === null) {
      const more = jobs.length > query.limit;
      return { jobs: jobs.slice(0, query.limit), more, head };
    }
    before = slice.scannedTo;
  }
}

/** The next jobs, newest first: one statement, so that they and the head are of one moment. */
async function readSlice(sql: Sql, query: StoreListQuery, words: readonly string[]): Promise<Slice> {
  const values: Value[] = [];
  const add = (value: Value): string => `$${values.push(value)}`;
  const range = rangeOf(query, add);
  const further = furtherOf(query.filter, words, add);
  const limit = add(query.limit);
  const where = (conditions: readonly string[]) => (conditions.length === 0 ? 'true' : conditions.join(' AND '));
  const slice =
    further.length === 0
      ? `SELECT n, id FROM jobs WHERE ${where(range)} ORDER BY id DESC LIMIT ${limit}::int`
      : `WITH slice AS MATERIALIZED (
           SELECT n, id FROM jobs WHERE ${where(range)} ORDER BY id DESC LIMIT ${SLICE_JOBS})
         SELECT jobs.n, jobs.id FROM slice JOIN jobs ON jobs.n = slice.n
           ${words.length > 0 ? 'JOIN search ON search.job = jobs.n' : ''}
         WHERE ${where(further)} ORDER BY jobs.id DESC LIMIT ${limit}::int`;
  const scannedTo =
    further.length === 0
      ? 'NULL'
      : `(SELECT id FROM jobs WHERE ${where(range)} ORDER BY id DESC LIMIT 1 OFFSET ${SLICE_JOBS - 1})`;
  const [read] = await sql.once<{ jobs: string; scannedTo: string | null; head: number }>(
    `SELECT coalesce((SELECT string_agg(jobs.job, ',' ORDER BY jobs.id DESC) FROM (${slice}) AS found
         JOIN jobs ON jobs.n = found.n), '') AS jobs,
       ${scannedTo} AS "scannedTo", ${HEAD} AS head`,
    ...values,
  );
  if (read === undefined) throw new Error('the database has lost its counter');
  return { ...read, jobs: JSON.parse(`[${read.jobs}]`) as Job[] };
}

/** The conditions that an index answers. */
function rangeOf({ owner, filter, before }: StoreListQuery, add: (value: Value) => string): string[] {
  const range: string[] = [];
  if (filter.jobs !== undefined) {
    const ids = add(filter.jobs.map((id) => plainText(id)));
    range.push(`n = ANY (ARRAY(SELECT n FROM jobs WHERE id = ANY (${ids}::text[])
      UNION SELECT n FROM jobs WHERE client_id = ANY (${ids}::text[])))`);
  }
  if (filter.batch !== undefined) range.push(`batch = ${add(plainText(filter.batch))}`);
  if (isActive(filter))
    range.push(`state IN ('queued', 'running') AND state = ANY (${add(filter.state ?? [])}::text[])`);
  if (filter.favorite === true) range.push('favorite');
  if (owner !== null) range.push(`owner = ${add(plainText(owner))}`);
  if (before !== null) range.push(`id < ${add(plainText(before))}`);
  return range;
}

/** Whether only jobs are asked for that have not ended: there are never many of them. */
function isActive({ state }: Filter): boolean {
  return state !== undefined && state.length > 0 && state.every((each) => each === 'queued' || each === 'running');
}

/** The conditions that each job is looked at for. */
function furtherOf(filter: Filter, words: readonly string[], add: (value: Value) => string): string[] {
  const further: string[] = [];
  if (filter.kind !== undefined) further.push(`jobs.kind = ${add(filter.kind)}`);
  if (filter.state !== undefined && !isActive(filter)) further.push(`jobs.state = ANY (${add(filter.state)}::text[])`);
  if (filter.favorite === false) further.push('NOT jobs.favorite');
  if (filter.tag !== undefined) further.push(`${add(plainText(filter.tag))} = ANY (jobs.tags)`);
  if (filter.engine !== undefined) {
    const engine = add(plainText(filter.engine));
    further.push(`(jobs.engine = ${engine} OR jobs.ran_on = ${engine})`);
  }
  for (const word of [...words].sort((left, right) => right.length - left.length))
    further.push(`strpos(search.words, ${add(word)}) > 0`);
  return further;
}
