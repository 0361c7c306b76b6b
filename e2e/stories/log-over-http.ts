import { type Fact, formatPosition, type Job, pageSchema, parsePosition, reduce } from '@rendercast/protocol';
import { pollPageSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { HistoryLog, LogEntry } from '@rendercast/protocol/history';
import { call } from '../support/house.js';

/**
 * Reads every fact of all jobs from the feed's beginning. `settled`: everything has come to rest, each job must have ended.
 * Where there are owners, `key` is an operator's.
 */
export async function readLog(url: string, settled: boolean, key?: string): Promise<HistoryLog> {
  const { feedCursor } = (await call(url, '/v1/jobs?limit=1', key === undefined ? {} : { key })).as(pageSchema);
  const epoch = parsePosition(feedCursor)?.epoch ?? '';
  const entries: LogEntry[] = [];
  for await (const { fact, cursor } of factsAfter(url, '/v1/events', formatPosition({ epoch, n: 0 }), key))
    entries.push({ fact, cursor: parsePosition(cursor)?.n ?? -1 });
  return { epoch, entries, settled };
}

/** Reads the facts of one job from its first. */
export async function readJobFacts(url: string, epoch: string, jobId: string): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const { fact } of factsAfter(url, `/v1/jobs/${jobId}/events`, formatPosition({ epoch, n: 0 })))
    facts.push(fact);
  return facts;
}

/** The job as the server shows it. */
export async function readJob(url: string, id: string): Promise<Job> {
  return (await call(url, `/v1/jobs/${id}`)).as(snapshotAnswerSchema).job;
}

/** The facts of each job in the log, by its id. */
export function factsByJob(log: HistoryLog): Map<string, Fact[]> {
  const jobs = new Map<string, Fact[]>();
  for (const { fact } of log.entries) jobs.set(fact.jobId, [...(jobs.get(fact.jobId) ?? []), fact]);
  return jobs;
}

/** The job after these facts. Throws where there are none. */
export function foldAll(facts: readonly Fact[]): Job {
  let job: Job | null = null;
  for (const fact of facts) job = reduce(job, fact);
  if (job === null) throw new Error('a job without facts');
  return job;
}

/** The feed and a snapshot may name a file's address differently (or not at all); all else must agree. */
export function withoutAddresses(job: Job): Job {
  const outputs = job.outputs.map((output) => {
    const { url: _url, thumbnailUrl: _thumbnailUrl, ...artifact } = output.artifact;
    return { ...output, artifact };
  });
  return { ...job, outputs };
}

async function* factsAfter(
  url: string,
  path: string,
  from: string,
  key?: string,
): AsyncGenerator<{ fact: Fact; cursor: string }> {
  for (let position = from; ; ) {
    const address = `${path}?wait=0&levels=false&position=${position}`;
    const answer = await call(url, address, key === undefined ? {} : { key });
    const page = answer.as(pollPageSchema);
    if (page.reset !== null) throw new Error(`${path} could not be read from ${position}: ${page.reset}`);
    for (const message of page.messages) if (message.type === 'event') yield message;
    if (page.position === position) return;
    position = page.position;
  }
}
