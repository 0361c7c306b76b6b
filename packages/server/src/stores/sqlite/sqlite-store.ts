import type { Artifact, Job, Progress } from '@rendercast/protocol';
import { createFold, parseColumns, parseNumbers } from '../fact-texts.js';
import { createFeedReading } from '../feed-reading.js';
import type { NewestProgress } from '../newest-progress.js';
import type { Store, StoreListQuery, StorePage, WaitingJob } from '../store.js';
import { parseFact } from './fact-text.js';
import type { LeaseBook } from './lease-book.js';
import type { ReadVerbs } from './read-verbs.js';
import { searchWords } from './search-words.js';
import type { SlotBook } from './slot-book.js';
import type { ThreadCalls } from './thread-calls.js';
import type { WriteVerbs } from './write-verbs.js';

/** The parts that one store is made of. */
export interface StoreParts {
  epoch: string;
  writer: ThreadCalls<WriteVerbs>;
  reader: ThreadCalls<ReadVerbs>;
  leases: LeaseBook;
  slots: SlotBook;
  progress: NewestProgress;
}

type Writing = Pick<
  Store,
  | 'create'
  | 'append'
  | 'claim'
  | 'saveHandle'
  | 'saveProgress'
  | 'putArtifact'
  | 'dropArtifact'
  | 'prune'
  | 'pruneUploads'
  | 'setIntake'
>;

/** The verbs that change something. The book of leases follows what is on disk, never what was merely asked. */
export function createWriting({ writer, reader, leases, slots, progress }: StoreParts): Writing {
  return {
    async create(creation) {
      const result = await writer.call('create', creation);
      if (result.outcome === 'replayed') return { outcome: 'replayed', jobs: result.jobs.map(parseJob) };
      if (result.outcome !== 'created') return result;
      const logged = result.facts.map((fact) => createFold({ kind: 'start' })(parseFact(fact)));
      return { outcome: 'created', jobs: logged.map(({ job }) => job), logged };
    },
    async append(append) {
      const result = await writer.call('append', append);
      if (!result.ok) return { ok: false, job: result.job === null ? null : parseJob(result.job) };
      const logged = result.facts.map(parseFact).map(createFold({ kind: 'job', job: result.before }));
      const job = logged.at(-1)?.job ?? parseJob(result.before);
      if (job.state !== 'running') leases.release({ jobId: job.id, attempt: job.attempt });
      return { ok: true, job, logged };
    },
    async claim(request) {
      const claimed = await writer.call('claim', { request, held: slots.held() });
      const offer = request.offers[claimed?.offer ?? -1];
      if (claimed === null || offer === undefined) return null;
      const logged = claimed.facts.map(parseFact).map(createFold({ kind: 'job', job: claimed.before }));
      const job = logged.at(-1)?.job ?? parseJob(claimed.before);
      leases.hold({ jobId: claimed.jobId, attempt: claimed.attempt }, request.leaseMs);
      const { handle } = claimed;
      return {
        job,
        offer,
        logged,
        handle: handle === null ? null : { attempt: handle.attempt, value: JSON.parse(handle.value) as unknown },
      };
    },
    saveHandle: (jobId, attempt, handle) =>
      writer.call('saveHandle', { jobId, attempt, value: JSON.stringify(handle) ?? 'null' }),
    saveProgress: (jobId, attempt, newest) => progress.report({ jobId, attempt, progress: newest }),
    putArtifact: (owner, artifact) => writer.call('putArtifact', { owner, artifact }),
    dropArtifact: (id) => writer.call('dropArtifact', id),
    async prune({ maxBytes, ...asked }) {
      // Weighed by the reader, as that looks at every file: what ends meanwhile is weighed the next time.
      const weight = maxBytes === null ? 0 : await reader.call('weight', asked.favorites);
      return writer.call('prune', { ...asked, freeBytes: maxBytes === null ? 0 : Math.max(0, weight - maxBytes) });
    },
    pruneUploads: (createdBefore, limit) => writer.call('pruneUploads', { createdBefore, limit }),
    setIntake: (backend, intake) => writer.call('setIntake', { backend, intake }),
  };
}

type Reading = Omit<Store, keyof Writing | 'epoch' | 'close'>;

/** The verbs that only look, and those that are about this process alone. */
export function createReading({ reader, leases, slots, progress }: StoreParts): Reading {
  return {
    renew: (held, leaseMs) => Promise.resolve(leases.renew(held, leaseMs)),
    holdSlots: async (holds, leaseMs) => slots.hold(holds, leaseMs),
    freeSlot: async (attempt) => slots.free(attempt),
    expiredLeases: () => Promise.resolve(leases.expired()),
    overdue: async (now) => (await reader.call('overdue', now)).map(parseJob),
    async find(id, owner) {
      const found = await reader.call('find', { id, owner });
      if (found === null) return null;
      const job = parseJob(found.job);
      const unsaved = job.state === 'running' ? progress.of(job.id, job.attempt) : null;
      const saved = found.progress === null ? null : (JSON.parse(found.progress) as Progress);
      return { job, cursor: found.cursor, progress: unsaved ?? saved };
    },
    async facts(jobId, after, limit) {
      const { facts, from } = await reader.call('facts', { jobId, after, limit });
      return parseColumns(facts).map(createFold(from));
    },
    feed: createFeedReading(async ({ held, ...asked }) => {
      const having = [...held].flatMap(([row, { seq }]) => [row, seq]);
      const stretch = await reader.call('feed', { ...asked, held: having });
      return { ...stretch, rows: parseNumbers(stretch.rows) };
    }),
    list: (query) => readList(reader, query),
    async heads(jobIds) {
      const { jobs, feed, horizon } = await reader.call('heads', jobIds);
      return { jobs: new Map(jobs), feed, horizon };
    },
    waiting: async (limit) => JSON.parse(await reader.call('waiting', limit)) as WaitingJob[],
    counts: () => reader.call('counts', undefined),
    intakes: async () => new Map(await reader.call('intakes', undefined)),
    async artifact(id, owner) {
      const text = await reader.call('artifact', { id, owner });
      return text === null ? null : (JSON.parse(text) as Artifact);
    },
    artifactsByDigest: async (start, owner, limit) =>
      (await reader.call('artifactsByDigest', { start, owner, limit })).map((text) => JSON.parse(text) as Artifact),
    knownArtifacts: (ids) => reader.call('knownArtifacts', ids),
  };
}

const parseJob = (text: string): Job => JSON.parse(text) as Job;

/**
 * Looks through slices until the page is full or there are no more jobs. The head is that of the first slice: what
 * changes meanwhile is read once more by whoever follows the feed from there, and nothing is missed.
 */
async function readList(reader: ThreadCalls<ReadVerbs>, query: StoreListQuery): Promise<StorePage> {
  const words = searchWords(query.search);
  const jobs: string[] = [];
  let before = query.before;
  let head: number | null = null;
  for (;;) {
    const limit = query.limit + 1 - jobs.length;
    const slice = await reader.call('list', { owner: query.owner, filter: query.filter, words, before, limit });
    jobs.push(...slice.jobs);
    head ??= slice.head;
    if (jobs.length > query.limit || slice.scannedTo === null) {
      const more = jobs.length > query.limit;
      return { jobs: jobs.slice(0, query.limit).map(parseJob), more, head };
    }
    before = slice.scannedTo;
  }
}
