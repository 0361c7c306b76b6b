import type { Fact, FactBody, FactOf, Level, LevelKind, Levels, Progress, Stamp } from './events.js';
import type { Job, Output } from './job.js';
import type { MediaRequest } from './media.js';

/**
 * The one state machine of a job, used by store, client and studio alike.
 *
 *   queued ──started──▶ running ──succeeded · failed · canceled──▶ (ended)
 *     ▲                    │
 *     └──────retrying──────┘        queued ──failed · canceled──▶ (ended)
 *
 * `reduce` never throws on facts that a newer server may send: an unknown type only moves the number on.
 */
export function reduce(job: Job | null, fact: Fact): Job {
  if (job === null) {
    if (fact.type !== 'queued') throw new Error(`a job begins with "queued", not "${fact.type}"`);
    return begin(fact);
  }
  return Object.assign({ ...job }, changes(job, fact), { seq: fact.seq });
}

/** Folds a whole history. */
export function reduceAll(facts: Iterable<Fact>): Job | null {
  let job: Job | null = null;
  for (const fact of facts) job = reduce(job, fact);
  return job;
}

/** Whether the job has ended. */
export function isEnded(job: Pick<Job, 'state'>): boolean {
  return job.state === 'succeeded' || job.state === 'failed' || job.state === 'canceled';
}

/** Whether a fact ends its job. */
export function isTerminal(fact: Pick<Fact, 'type'>): boolean {
  return fact.type === 'succeeded' || fact.type === 'failed' || fact.type === 'canceled';
}

function begin(fact: FactOf<'queued'>): Job {
  return {
    id: fact.jobId,
    clientId: fact.clientId,
    owner: fact.owner,
    kind: fact.kind,
    via: fact.via,
    state: 'queued',
    engine: fact.engine,
    ranOn: null,
    request: fact.request,
    seed: fact.seed,
    priority: fact.priority,
    tags: fact.tags,
    favorite: false,
    batch: fact.batch,
    retryOf: fact.retryOf,
    attempt: 0,
    failures: 0,
    canceling: false,
    stage: null,
    stageIndex: null,
    stageCount: null,
    steps: null,
    outputs: [],
    error: null,
    progress: null,
    timings: null,
    createdAt: fact.at,
    startBy: fact.startBy,
    notBefore: null,
    startedAt: null,
    endedAt: null,
    removed: false,
    seq: fact.seq,
  };
}

/** What a fact changes in a job, but for its number. */
export function changes(job: Job, fact: Fact): Partial<Job> {
  switch (fact.type) {
    case 'started':
      return {
        state: 'running',
        attempt: fact.attempt,
        ranOn: { engine: fact.engine, backend: fact.backend },
        startedAt: fact.at,
        notBefore: null,
        error: null,
        stage: null,
        stageIndex: null,
        stageCount: null,
        steps: null,
      };
    case 'stage':
      return {
        stage: fact.stage,
        stageIndex: fact.index,
        stageCount: fact.count,
        steps: fact.steps ?? job.steps,
      };
    case 'output':
      return { outputs: withOutput(job.outputs, fact) };
    case 'retrying':
      return {
        state: 'queued',
        error: fact.error,
        failures: job.failures + (fact.counted ? 1 : 0),
        notBefore: fact.notBefore,
        stage: null,
        stageIndex: null,
        stageCount: null,
        ...(isFurther(fact.progress, job.reached) ? { reached: fact.progress } : {}),
      };
    case 'canceling':
      return { canceling: true };
    case 'succeeded':
      return { ...end(fact), error: null };
    case 'failed':
      return { ...end(fact), error: fact.error };
    case 'canceled':
      return { ...end(fact), error: null };
    case 'edited':
      return {
        priority: fact.priority ?? job.priority,
        tags: fact.tags ?? job.tags,
        favorite: fact.favorite ?? job.favorite,
      };
    case 'removed':
      return fact.artifactId === null
        ? blankJob()
        : { outputs: job.outputs.filter((output) => output.artifact.id !== fact.artifactId) };
    default:
      return {}; // a second `queued` and `note` change nothing; a type of a newer server is passed over
  }
}

function end(fact: FactOf<'succeeded' | 'failed' | 'canceled'>): Partial<Job> {
  return {
    state: fact.type,
    progress: fact.progress,
    timings: fact.timings,
    endedAt: fact.at,
    canceling: false,
    notBefore: null,
  };
}

/** Whether an attempt came further than those before it. */
function isFurther(progress: Progress | null | undefined, before: Progress | undefined): progress is Progress {
  if (progress === null || progress === undefined) return false;
  return before === undefined || (progress.fraction ?? 0) > (before.fraction ?? 0);
}

/** An output of a newer attempt replaces the one in its slot; slots stay in order. */
function withOutput(outputs: Output[], fact: FactOf<'output'>): Output[] {
  const others = outputs.filter((output) => output.slot !== fact.slot);
  if (fact.artifact === null) return others;
  const output = { slot: fact.slot, attempt: fact.attempt, artifact: fact.artifact };
  return [...others, output].sort((left, right) => left.slot - right.slot);
}

const blankRequest = (): MediaRequest => ({ prompt: '' });

function blankJob(): Partial<Job> {
  return { request: blankRequest(), tags: [], clientId: null, outputs: [], removed: true };
}

/**
 * A fact without its content, for a job (or with `artifactId`, one output) that was removed.
 * Number, type and everything the state machine needs stay: folding blanked facts gives the same job.
 */
export function blankFact(fact: Fact, artifactId: string | null): Fact {
  if (fact.type === 'output' && fact.artifact !== null && (artifactId ?? fact.artifact.id) === fact.artifact.id)
    return { ...fact, artifact: null };
  if (artifactId !== null) return fact;
  switch (fact.type) {
    case 'queued':
      return { ...fact, request: blankRequest(), tags: [], clientId: null };
    case 'edited':
      return fact.tags === undefined ? fact : { ...fact, tags: [] };
    case 'note':
      return { ...fact, data: {} };
    default:
      return fact;
  }
}

/** Orders stamps: negative when `left` is older. */
export function compareStamps(left: Stamp, right: Stamp): number {
  return left.attempt - right.attempt || left.after - right.after || left.tick - right.tick;
}

/**
 * Whether a level may be shown to a reader that stands at this job: the fact it follows was seen, the
 * attempt is the present one, and the job has not ended. With its kind also: progress and previews belong to a
 * running job, a place in the line to a waiting one (an attempt that was given up keeps its number until the next claim).
 */
export function isCurrent(level: Stamp & { kind?: LevelKind }, job: Job): boolean {
  if (level.after > job.seq || level.attempt !== job.attempt || isEnded(job)) return false;
  return level.kind === undefined || (level.kind === 'place') === (job.state === 'queued');
}

/** Adds a level if it is newer than what is there; the same object comes back when nothing changed. */
export function withLevel(levels: Levels, level: Level): Levels {
  const present = levels[level.kind];
  if (present !== undefined && compareStamps(level, present) <= 0) return levels;
  return { ...levels, [level.kind]: level };
}

/** The levels that still hold after a fact: those of an older attempt or an ended job fall away. */
export function currentLevels(levels: Levels, job: Job): Levels {
  const kept: Levels = {};
  if (isEnded(job)) return kept;
  if (levels.progress?.attempt === job.attempt && job.state === 'running') kept.progress = levels.progress;
  if (levels.preview?.attempt === job.attempt && job.state === 'running') kept.preview = levels.preview;
  if (levels.place?.attempt === job.attempt && job.state === 'queued') kept.place = levels.place;
  return kept;
}

/** Type of a fact's body, re-exported for callers that only fold. */
export type { Fact, FactBody };
