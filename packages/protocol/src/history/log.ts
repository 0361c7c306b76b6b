import type { Fact } from '../events.js';
import type { Job } from '../job.js';
import { isEnded, isTerminal } from '../reduce.js';
import type { HistoryLog } from './observations.js';
import type { JobRecord, LogRecord } from './record.js';
import type { Violation, ViolationCode } from './violations.js';

/** Judges the log itself: numbering, order, one end, attempts, cancels. */
export function checkLog(log: HistoryLog, record: LogRecord): Violation[] {
  const violations: Violation[] = [];
  const add = (code: ViolationCode, fact: Pick<Fact, 'jobId' | 'seq'>, message: string) =>
    violations.push({ code, reader: null, index: null, jobId: fact.jobId, seq: fact.seq, message });

  let cursor = Number.NEGATIVE_INFINITY;
  for (const entry of log.entries) {
    if (entry.cursor <= cursor) add('RC-LOG-ORDER', entry.fact, `cursor ${entry.cursor} follows ${cursor}`);
    cursor = entry.cursor;
  }
  for (const job of record.jobs.values()) {
    checkJob(job, add);
    const last = job.entries.at(-1)?.fact;
    if (log.settled === true && last !== undefined && !job.entries.some(({ fact }) => isTerminal(fact)))
      add('RC-END-MISSING', last, `job ${job.id} has no end; its last fact is "${last.type}"`);
  }
  return violations;
}

type Add = (code: ViolationCode, fact: Fact, message: string) => void;

function checkJob(record: JobRecord, add: Add): void {
  let seq = 0;
  let cursor = 0;
  let before: Job | null = null;
  for (const [index, entry] of record.entries.entries()) {
    const { fact } = entry;
    if (fact.seq !== seq + 1) add('RC-LOG-NUMBERS', fact, `fact ${fact.seq} follows ${seq}`);
    if (entry.cursor < cursor) add('RC-LOG-ORDER', fact, `fact ${fact.seq} lies before fact ${seq} in the feed`);
    if ((index === 0) !== (fact.type === 'queued')) add('RC-LOG-FIRST', fact, `fact ${fact.seq} is "${fact.type}"`);
    if (before !== null) checkStep(before, fact, add);
    seq = fact.seq;
    cursor = entry.cursor;
    before = record.states[index] ?? null;
  }
}

/** Whether this fact may follow the job as it stood. */
function checkStep(job: Job, fact: Fact, add: Add): void {
  if (isEnded(job)) {
    if (isTerminal(fact)) add('RC-END-TWICE', fact, `"${fact.type}" follows the end "${job.state}"`);
    else if (fact.type !== 'edited' && fact.type !== 'removed')
      add('RC-LOG-AFTER-END', fact, `"${fact.type}" follows the end "${job.state}"`);
    return;
  }
  const wrong = (why: string) => add('RC-LOG-ATTEMPT', fact, `"${fact.type}" ${why}`);
  switch (fact.type) {
    case 'started':
      if (fact.attempt <= job.attempt || job.state !== 'queued')
        wrong(`of attempt ${fact.attempt} follows attempt ${job.attempt}, ${job.state}`);
      if (job.canceling) add('RC-LOG-CANCEL', fact, 'the job was started again after its cancel');
      break;
    case 'retrying':
    case 'stage':
    case 'output':
    case 'succeeded':
      if (fact.attempt !== job.attempt || job.state !== 'running')
        wrong(`of attempt ${fact.attempt} during attempt ${job.attempt}, ${job.state}`);
      if (fact.type === 'retrying' && job.canceling) add('RC-LOG-CANCEL', fact, 'the job went back to the queue');
      break;
    case 'failed':
    case 'canceled':
      if (fact.attempt !== job.attempt) wrong(`of attempt ${fact.attempt} during attempt ${job.attempt}`);
      break;
    default:
  }
}
