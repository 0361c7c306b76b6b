import * as fc from 'fast-check';
import type { Fact, JobKind, Level, Progress } from '../events.js';
import { legalHistory } from '../fixtures/legal-histories.js';
import type { Job } from '../job.js';
import { reduce } from '../reduce.js';
import type { History, Step } from './histories.contract.js';

const JOB_ID = 'job_0000000000000000000001';

/** What an engine tells between two facts: parts that may fall, as those of a careless engine do. */
const told = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });

/**
 * The whole life of one job, drawn from everything that a server may write, retries and cancels at any point among it, on
 * an engine that counts steps (always as many) or does not.
 */
export function drawnLife(kind: JobKind): fc.Arbitrary<History> {
  const facts = legalHistory({ jobId: JOB_ID, toEnd: true, maxFacts: 40 });
  const steps = fc.option(fc.integer({ min: 1, max: 50 }), { nil: null });
  const drawn = fc.tuple(facts, steps, fc.infiniteStream(told));
  return drawn.map(([life, count, levels]) =>
    lived(
      life.map((fact) => fitted(fact, kind, count)),
      count,
      levels,
    ),
  );
}

/** A fact as this kind of job and this engine would have it. */
function fitted(fact: Fact, kind: JobKind, steps: number | null): Fact {
  switch (fact.type) {
    case 'queued':
      return { ...fact, kind, request: { prompt: fact.request.prompt ?? '' } };
    case 'stage':
      return { ...fact, steps };
    case 'succeeded':
      return { ...fact, progress: counted(fact.progress, steps) };
    case 'failed':
    case 'canceled':
      return { ...fact, progress: fact.progress === null ? null : counted(fact.progress, steps) };
    default:
      return fact;
  }
}

const counted = (progress: Progress, steps: number | null): Progress => ({ ...progress, step: steps, steps });

function lived(facts: readonly Fact[], steps: number | null, levels: Iterator<readonly number[]>): History {
  const lived: Step[] = [];
  let job: Job | null = null;
  let tick = 0;
  for (const [index, fact] of facts.entries()) {
    job = reduce(job, fact);
    lived.push({ fact: { fact, cursor: (index + 1) * 3, job } });
    if (job.state !== 'running') continue;
    for (const part of levels.next().value as readonly number[]) {
      tick += 1;
      const level: Level = {
        ...{ kind: 'progress', attempt: job.attempt, after: job.seq, tick, stage: job.stage },
        ...{ fraction: part, step: steps === null ? null : Math.floor(part * steps), steps },
        ...{ etaMs: null, elapsedMs: tick * 100 },
      };
      lived.push({ level, preview: null, job });
    }
  }
  return { jobId: JOB_ID, steps: lived };
}
