import type { Filter } from '@rendercast/protocol/commands';
import type { Fact, FactBody, Level, Levels } from '@rendercast/protocol/events';
import type { Job, Snapshot } from '@rendercast/protocol/job';
import { currentLevels, reduce, withLevel } from '@rendercast/protocol/reduce';

/** A fact with its places in both orders. */
export interface Entry {
  fact: Fact;
  cursor: number;
}

/** What the test peer remembers: facts in order, by job and in all, and the newest levels. */
export interface PeerLog {
  epoch: string;
  readonly head: number;
  append(jobId: string, body: FactBody): Entry;
  setLevel(jobId: string, level: Level): void;
  /** By either id. */
  find(id: string): Job | null;
  snapshot(id: string): Snapshot | null;
  jobs(): Job[];
  factsOf(jobId: string, after: number): Entry[];
  all(after: number): Entry[];
}

export function createPeerLog(): PeerLog {
  const entries: Entry[] = [];
  const jobs = new Map<string, { job: Job; levels: Levels }>();
  const log: PeerLog = {
    epoch: 'e1',
    get head() {
      return entries.length;
    },
    append(jobId, body) {
      const before = jobs.get(jobId);
      const fact = { jobId, seq: (before?.job.seq ?? 0) + 1, at: new Date().toISOString(), ...body } as Fact;
      const job = reduce(before?.job ?? null, fact);
      jobs.set(jobId, { job, levels: currentLevels(before?.levels ?? {}, job) });
      const entry = { fact, cursor: entries.length + 1 };
      entries.push(entry);
      return entry;
    },
    setLevel(jobId, level) {
      const kept = jobs.get(jobId);
      if (kept !== undefined) jobs.set(jobId, { ...kept, levels: withLevel(kept.levels, level) });
    },
    find: (id) => jobs.get(id)?.job ?? log.jobs().find(({ clientId }) => clientId === id) ?? null,
    snapshot(id) {
      const job = log.find(id);
      if (job === null) return null;
      return { job, levels: jobs.get(job.id)?.levels ?? {}, position: `${log.epoch}:${job.seq}` };
    },
    jobs: () => [...jobs.values()].map(({ job }) => job),
    factsOf: (jobId, after) => entries.filter(({ fact }) => fact.jobId === jobId && fact.seq > after),
    all: (after) => entries.slice(after),
  };
  return log;
}

/** The first fact of a job. */
export function queued(overrides: Partial<Extract<FactBody, { type: 'queued' }>> = {}): FactBody {
  return {
    type: 'queued',
    kind: 'image',
    engine: 'auto',
    request: { prompt: 'a red fox' },
    seed: 7,
    owner: 'local',
    clientId: null,
    via: 'native',
    priority: 0,
    tags: [],
    batch: null,
    retryOf: null,
    startBy: null,
    ...overrides,
  };
}

const PROGRESS = { fraction: 1, stage: null, step: 3, steps: 3, etaMs: 0, elapsedMs: 30 };
const TIMINGS = { queuedMs: 1, runMs: 30, totalMs: 31 };

export const started: FactBody = { type: 'started', attempt: 1, engine: 'rehearsal', backend: 'rehearsal' };
export const succeeded: FactBody = { type: 'succeeded', attempt: 1, progress: PROGRESS, timings: TIMINGS };
export const canceled: FactBody = {
  type: 'canceled',
  attempt: 1,
  reason: null,
  progress: PROGRESS,
  timings: TIMINGS,
};
export const failed: FactBody = {
  type: 'failed',
  attempt: 1,
  error: { code: 'out_of_memory', message: 'too big', retryable: true },
  progress: null,
  timings: TIMINGS,
};
export const note = (n: number): FactBody => ({ type: 'note', data: { n } });

/** A progress level that follows a fact. */
export function progress(after: number, tick: number, attempt = 1): Level {
  return { kind: 'progress', attempt, after, tick, ...PROGRESS, fraction: tick / 100, step: tick };
}

/** Whether a job fits what the tests filter by. */
export function fits(job: Job, filter: Filter): boolean {
  return (
    (filter.kind === undefined || job.kind === filter.kind) &&
    (filter.tag === undefined || job.tags.includes(filter.tag)) &&
    (filter.state === undefined || filter.state.includes(job.state))
  );
}
