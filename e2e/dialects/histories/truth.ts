import { type Fact, type ImageRequest, isTerminal, type Job, type MusicRequest, reduce } from '@rendercast/protocol';
import type { HistoryLog, LogEntry } from '@rendercast/protocol/history';

/** One job as the log has it. */
export interface TrueJob {
  job: Job;
  /** Its facts, each with its place in the one order of all. */
  entries: readonly LogEntry[];
  shown: string;
  queuedAtMs: number;
  /** When its first attempt started; null: it never did. */
  startedAtMs: number | null;
  endedAtMs: number | null;
  prompt: string;
  /** Title of its plan. */
  plan: string | null;
}

/** The jobs of the log, in the order in which they were made. */
export interface Truth {
  jobs: readonly TrueJob[];
  /** Those of an owner and kind that clients know by this id, in the order in which they held it. */
  holders(owner: string, kind: Job['kind'], shown: string): readonly TrueJob[];
  /** Whether anybody's job of any kind has this id. */
  knows(shown: string): boolean;
}

export function truthOf(log: HistoryLog): Truth {
  const entries = new Map<string, LogEntry[]>();
  for (const entry of log.entries) {
    const own = entries.get(entry.fact.jobId);
    if (own === undefined) entries.set(entry.fact.jobId, [entry]);
    else own.push(entry);
  }
  const jobs = [...entries.values()].map(trueJob);
  const byName = new Map<string, TrueJob[]>();
  for (const each of jobs) {
    const name = `${each.job.owner} ${each.job.kind} ${each.shown}`;
    byName.set(name, [...(byName.get(name) ?? []), each]);
  }
  const names = new Set(jobs.flatMap(({ job, shown }) => [job.id, shown]));
  return {
    jobs,
    holders: (owner, kind, shown) => byName.get(`${owner} ${kind} ${shown}`) ?? [],
    knows: (shown) => names.has(shown),
  };
}

/** Place of a job's first fact that fits; null where there is none. */
export function cursorOf({ entries }: TrueJob, fits: (fact: Fact) => boolean): number | null {
  return entries.find(({ fact }) => fits(fact))?.cursor ?? null;
}

function trueJob(entries: readonly LogEntry[]): TrueJob {
  const facts = entries.map(({ fact }) => fact);
  let job: Job | null = null;
  let shown = '';
  for (const fact of facts) {
    job = reduce(job, fact);
    if (fact.type === 'queued') shown = fact.clientId ?? fact.jobId;
  }
  if (job === null) throw new Error('a job without facts');
  const atMs = (found: Fact | undefined): number | null => (found === undefined ? null : Date.parse(found.at));
  const { plan } = job.request as MusicRequest;
  return {
    job,
    entries,
    shown,
    queuedAtMs: Date.parse(job.createdAt),
    startedAtMs: atMs(facts.find(({ type }) => type === 'started')),
    endedAtMs: atMs(facts.find(isTerminal)),
    prompt: (job.request as ImageRequest).prompt ?? '',
    plan: plan?.title ?? null,
  };
}
