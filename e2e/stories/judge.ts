import { isTerminal } from '@rendercast/protocol';
import { checkHistory, describeViolations, type HistoryLog } from '@rendercast/protocol/history';
import { expect } from 'vitest';
import { factsByJob, foldAll, readJob, readJobFacts, readLog, withoutAddresses } from './log-over-http.js';
import type { Watcher } from './watchers.js';

/**
 * Judges everything that was seen by what the server holds at rest: no violation of any history, exactly one end per job, both
 * ways to the log agree, a job shown anywhere is the fold of its facts up to its number. Answers with the log.
 */
export async function judge(url: string, watchers: readonly Watcher[]): Promise<HistoryLog> {
  const log = await readLog(url, true);
  const readers = watchers.map(({ history }) => history);
  expect(describeViolations(checkHistory({ log, readers }))).toBe('');
  await judgeJobs(url, log);
  const facts = factsByJob(log);
  for (const { history, shown } of watchers) {
    for (const job of new Map(shown.map((one) => [`${one.id} ${one.seq}`, one])).values()) {
      const folded = foldAll((facts.get(job.id) ?? []).slice(0, job.seq));
      expect(withoutAddresses(job), `what ${history.name} was shown`).toEqual(withoutAddresses(folded));
    }
  }
  return log;
}

/** Each job has one end, and its facts, read by itself and through the feed, make what the server shows. */
async function judgeJobs(url: string, log: HistoryLog): Promise<void> {
  for (const [id, facts] of factsByJob(log)) {
    expect(facts.filter(isTerminal), `ends of ${id}`).toHaveLength(1);
    expect(await readJobFacts(url, log.epoch, id)).toEqual(facts);
    expect(withoutAddresses(await readJob(url, id))).toEqual(withoutAddresses(foldAll(facts)));
  }
}
