import { isErrorCode, type LoggedFact } from '@rendercast/protocol';
import { Counter, Histogram, type Registry } from 'prom-client';
import { createRecent, type RecentFigures } from './recent.js';

/** What became of jobs since the start, told by their facts. */
export interface JobMetrics {
  /** Takes facts that were stored by this process. */
  stored(logged: readonly LoggedFact[]): void;
  figures(): JobFigures;
}

/** The same in short, for `/v1/stats`. */
export interface JobFigures {
  submitted: number;
  retries: number;
  ended: { succeeded: number; failed: number; canceled: number };
  /** Failed jobs by the code of their error. */
  failures: Record<string, number>;
  /** From submission to the first start. */
  waits: RecentFigures;
  /** The last attempt of jobs that ended. */
  runs: RecentFigures;
}

/** From a free slot to a night in the queue, in seconds. */
const WAIT_BUCKETS_S = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
/** From a toy picture to the longest song, in seconds. */
const RUN_BUCKETS_S = [0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1_800];

/**
 * Counts jobs by their facts. Labels are names that the house or its operator gave: what a caller asked for (`engine` of
 * the request, say) would let callers make up time series.
 */
export function createJobMetrics(registry: Registry): JobMetrics {
  const prom = declare(registry);
  const waits = createRecent();
  const runs = createRecent();
  const ended = { succeeded: 0, failed: 0, canceled: 0 };
  const failures: Record<string, number> = {};
  let submitted = 0;
  let retries = 0;

  function end(entry: LoggedFact, state: keyof typeof ended, runMs: number): void {
    const { kind, ranOn } = entry.job;
    ended[state] += 1;
    prom.ended.inc({ kind, state });
    if (ranOn === null) return; // it never ran
    runs.add(runMs);
    prom.runs.observe({ engine: ranOn.engine, kind, state }, runMs / 1000);
  }

  function count(entry: LoggedFact): void {
    const { fact, job } = entry;
    switch (fact.type) {
      case 'queued':
        submitted += 1;
        prom.submitted.inc({ kind: fact.kind, via: fact.via });
        return;
      case 'started': {
        if (job.attempt !== 1) return; // a wait between tries is meant
        const waitMs = Math.max(0, Date.parse(fact.at) - Date.parse(job.createdAt));
        waits.add(waitMs);
        prom.waits.observe({ engine: fact.engine, kind: job.kind }, waitMs / 1000);
        return;
      }
      case 'retrying':
        retries += 1;
        prom.retries.inc({ code: knownCode(fact.error.code) });
        return;
      case 'failed': {
        const code = knownCode(fact.error.code);
        failures[code] = (failures[code] ?? 0) + 1;
        prom.failures.inc({ code });
        return end(entry, 'failed', fact.timings.runMs);
      }
      case 'succeeded':
      case 'canceled':
        return end(entry, fact.type, fact.timings.runMs);
      default:
    }
  }

  return {
    stored: (logged) => logged.forEach(count),
    figures: () => ({
      submitted,
      retries,
      ended: { ...ended },
      failures: { ...failures },
      waits: waits.figures(),
      runs: runs.figures(),
    }),
  };
}

/** Engines may say any code; only those of the table become labels. */
function knownCode(code: string): string {
  return isErrorCode(code) ? code : 'other';
}

function declare(registry: Registry) {
  const registers = [registry];
  return {
    submitted: new Counter({
      name: 'rendercast_jobs_submitted_total',
      help: 'Jobs taken, by kind and by the dialect they came through.',
      labelNames: ['kind', 'via'],
      registers,
    }),
    waits: new Histogram({
      name: 'rendercast_job_wait_seconds',
      help: 'From submission to the first start.',
      labelNames: ['engine', 'kind'],
      buckets: WAIT_BUCKETS_S,
      registers,
    }),
    runs: new Histogram({
      name: 'rendercast_job_run_seconds',
      help: 'Run of the last attempt of jobs that ended.',
      labelNames: ['engine', 'kind', 'state'],
      buckets: RUN_BUCKETS_S,
      registers,
    }),
    ended: new Counter({
      name: 'rendercast_jobs_ended_total',
      help: 'Jobs that ended, also those that never ran.',
      labelNames: ['kind', 'state'],
      registers,
    }),
    failures: new Counter({
      name: 'rendercast_job_failures_total',
      help: 'Jobs that failed for good, by the code of their error.',
      labelNames: ['code'],
      registers,
    }),
    retries: new Counter({
      name: 'rendercast_job_retries_total',
      help: 'Attempts after which a job went back to the queue, by the code of what ended them.',
      labelNames: ['code'],
      registers,
    }),
  };
}
