import fc from 'fast-check';
import type { LoggedFact, PreviewBytes } from '../dialect.js';
import type { Fact, FactBody, JobKind, Level } from '../events.js';
import type { Job } from '../job.js';
import type { Artifact, MediaRequest } from '../media.js';
import { isEnded, reduce } from '../reduce.js';

/** One thing that happens to the job of the exam. */
export type Step = { fact: LoggedFact } | { level: Level; preview: PreviewBytes | null; job: Job };

/** A lawful life of one job, as the log and the bus would carry it. */
export interface History {
  jobId: string;
  steps: readonly Step[];
}

type Ending = 'succeeded' | 'failed' | 'canceled';

/** The shape of a life, from which its steps follow. */
export interface Plan {
  kind: JobKind;
  clientId: string | null;
  places: number;
  /** Of each attempt: levels per stage, whether previews come, how many outputs; all but the last are retried. */
  attempts: readonly { stages: readonly number[]; previews: boolean; outputs: number }[];
  ending: Ending;
  canceling: boolean;
  notes: number;
  /** What follows the end. */
  afterwards: readonly ('edited' | 'removed')[];
}

/** Any lawful life: never started, retried, canceled, edited after its end … */
export const planArbitrary = (kinds: readonly JobKind[] = ['image', 'music']): fc.Arbitrary<Plan> =>
  fc
    .record({
      kind: fc.constantFrom<JobKind>(...kinds),
      clientId: fc.constantFrom(null, 'my-own-id'),
      places: fc.nat(2),
      attempts: fc.array(
        fc.record({
          stages: fc.array(fc.nat(4), { maxLength: 3 }),
          previews: fc.boolean(),
          outputs: fc.integer({ min: 0, max: 2 }),
        }),
        { maxLength: 3 },
      ),
      ending: fc.constantFrom<Ending>('succeeded', 'failed', 'canceled'),
      canceling: fc.boolean(),
      notes: fc.nat(1),
      afterwards: fc.subarray<'edited' | 'removed'>(['edited', 'removed']),
    })
    .filter((plan) => plan.attempts.length > 0 || plan.ending !== 'succeeded');

/** A life with everything in it, for tests of one path. */
export const FULL_PLAN: Plan = {
  kind: 'image',
  clientId: 'my-own-id',
  places: 2,
  attempts: [
    { stages: [2], previews: true, outputs: 0 },
    { stages: [3, 2], previews: true, outputs: 2 },
  ],
  ending: 'succeeded',
  canceling: false,
  notes: 1,
  afterwards: ['edited'],
};

const JOB_ID = 'job_0000000000000000000001';
const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const PICTURE: PreviewBytes = { mediaType: 'image/jpeg', bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9) };
const REQUESTS: Record<JobKind, MediaRequest> = {
  image: { prompt: 'a red fox under a yellow moon', steps: 30 },
  music: {
    plan: {
      title: 'Night walk',
      positiveStyles: ['calm'],
      negativeStyles: [],
      sections: [{ name: 'Intro', durationMs: 5_000, positiveStyles: [], negativeStyles: [], lines: [] }],
    },
  },
};

/** Writes the life that a plan describes. */
export function historyOf(plan: Plan): History {
  const steps: Step[] = [];
  let job: Job | null = null;
  let tick = 0;
  let cursor = 40;

  function fact(body: FactBody): void {
    const seq = (job?.seq ?? 0) + 1;
    const at = new Date(START_MS + seq * 250).toISOString();
    const whole: Fact = { jobId: JOB_ID, seq, at, ...body };
    job = reduce(job, whole);
    cursor += 3; // others' facts lie between
    steps.push({ fact: { fact: whole, cursor, job } });
  }

  function stamp() {
    tick += 1;
    return { attempt: job?.attempt ?? 0, after: job?.seq ?? 0, tick };
  }

  function level(stamped: Level, preview: PreviewBytes | null = null): void {
    if (job === null) throw new Error('a level before the first fact');
    steps.push({ level: stamped, preview, job });
  }

  function progress(fraction: number, stage: string): void {
    const at = stamp();
    level({ kind: 'progress', ...at, fraction, stage, step: tick, steps: 30, etaMs: 1_000, elapsedMs: tick * 100 });
  }

  function preview(): void {
    const sizeBytes = PICTURE.bytes.length;
    const { mediaType } = PICTURE;
    level({ kind: 'preview', ...stamp(), mediaType, width: 64, height: 64, sizeBytes }, PICTURE);
  }

  const reached = () => ({ fraction: 1, stage: 'refiner_model', step: 30, steps: 30, etaMs: 0, elapsedMs: 3_000 });
  const timings = { queuedMs: 100, runMs: 3_000, totalMs: 3_100 };
  const error = { code: 'out_of_memory', message: 'The engine ran out of memory.', retryable: true };

  fact({
    type: 'queued',
    kind: plan.kind,
    engine: 'auto',
    request: REQUESTS[plan.kind],
    seed: 7,
    owner: 'local',
    clientId: plan.clientId,
    via: 'native',
    priority: 0,
    tags: ['fox'],
    batch: null,
    retryOf: null,
    startBy: null,
  });
  for (let place = plan.places; place > 0; place -= 1)
    level({
      kind: 'place',
      ...stamp(),
      position: place,
      waiting: plan.places,
      reason: 'in_line',
      message: 'waiting',
    });

  for (const [index, attempt] of plan.attempts.entries()) {
    fact({ type: 'started', attempt: index + 1, engine: 'rehearsal', backend: 'rehearsal' });
    for (const [at, levels] of attempt.stages.entries()) {
      const stage = at === 0 ? 'base_model' : 'refiner_model';
      fact({ type: 'stage', attempt: index + 1, stage, index: at + 1, count: attempt.stages.length, steps: 30 });
      for (let done = 0; done < levels; done += 1) {
        progress((at + done / levels) / attempt.stages.length, stage);
        if (attempt.previews) preview();
      }
    }
    for (let slot = 0; slot < attempt.outputs; slot += 1)
      fact({ type: 'output', attempt: index + 1, slot, artifact: artifactOf(plan.kind, index + 1, slot) });
    if (index < plan.attempts.length - 1)
      fact({ type: 'retrying', attempt: index + 1, error, counted: true, notBefore: new Date(START_MS).toISOString() });
  }
  for (let note = 0; note < plan.notes; note += 1) fact({ type: 'note', data: { author: 'exam', note } });
  if (plan.canceling || plan.ending === 'canceled') fact({ type: 'canceling', reason: 'changed my mind' });

  const attempt = plan.attempts.length;
  const progressReached = attempt === 0 ? null : reached();
  if (plan.ending === 'succeeded') fact({ type: 'succeeded', attempt, progress: reached(), timings });
  else if (plan.ending === 'failed') fact({ type: 'failed', attempt, error, progress: progressReached, timings });
  else fact({ type: 'canceled', attempt, reason: 'changed my mind', progress: progressReached, timings });
  for (const after of plan.afterwards)
    fact(after === 'edited' ? { type: 'edited', favorite: true } : { type: 'removed', artifactId: null });
  return { jobId: JOB_ID, steps };
}

function artifactOf(kind: JobKind, attempt: number, slot: number): Artifact {
  const picture = kind === 'image';
  return {
    id: `art_${attempt}_${slot}`,
    jobId: JOB_ID,
    mediaType: picture ? 'image/png' : 'audio/mpeg',
    sizeBytes: 12_345,
    digest: 'ab'.repeat(32),
    name: picture ? 'red-fox.png' : 'night-walk.mp3',
    width: picture ? 512 : null,
    height: picture ? 512 : null,
    durationMs: picture ? null : 5_000,
    hasThumbnail: picture,
    parameters: { seed: 7, steps: 30 },
    createdAt: new Date(START_MS).toISOString(),
  };
}

/** Index of the step that ends the job. */
export function endOf(history: History): number {
  return history.steps.findIndex((step) => 'fact' in step && isEnded(step.fact.job));
}
