import { type Fact, isTerminal } from '@rendercast/protocol';
import { checkHistory, describeViolations, type HistoryLog, type Violation } from '@rendercast/protocol/history';
import { expect } from 'vitest';
import { factsByJob, foldAll, readJob, readJobFacts, readLog, withoutAddresses } from './log-over-http.js';
import type { Watcher } from './watchers.js';

/**
 * Judges everything that was seen by what the server holds at rest: no violation of any history, exactly one end per job, both
 * ways to the log agree, a job shown anywhere is the fold of its facts up to its number. Without watchers, all jobs are judged.
 * Answers with the log. `found` is told of the violations first.
 */
export async function judge(
  url: string,
  watchers: readonly Watcher[],
  found: (violations: readonly Violation[]) => void = () => undefined,
): Promise<HistoryLog> {
  const log = await readLog(url, true);
  const readers = watchers.map(({ history }) => history);
  const violations = checkHistory({ log, readers });
  found(violations);
  expect(describeViolations(violations)).toBe('');
  const facts = factsByJob(log);
  const shown = new Set(watchers.flatMap((watcher) => watcher.shown.map(({ id }) => id)));
  for (const [id, own] of facts) if (watchers.length === 0 || shown.has(id)) await judgeJob(url, log.epoch, id, own);
  for (const { history, shown } of watchers) {
    for (const job of new Map(shown.map((one) => [`${one.id} ${one.seq}`, one])).values()) {
      const folded = foldAll((facts.get(job.id) ?? []).slice(0, job.seq));
      expect(withoutAddresses(job), `what ${history.name} was shown`).toEqual(withoutAddresses(folded));
    }
  }
  return log;
}

/** It has one end, and its facts, read by itself and through the feed, make what the server shows. */
async function judgeJob(url: string, epoch: string, id: string, facts: readonly Fact[]): Promise<void> {
  expect(facts.filter(isTerminal), `ends of ${id}`).toHaveLength(1);
  expect(await readJobFacts(url, epoch, id)).toEqual(facts);
  expect(withoutAddresses(await readJob(url, id))).toEqual(withoutAddresses(foldAll(facts)));
}
