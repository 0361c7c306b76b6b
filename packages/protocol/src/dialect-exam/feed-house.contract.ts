import type { Dialect, Effect, Frame, LoggedFact, SocketRoute, View, ViewFrame } from '../dialect.js';
import { toRendercastError } from '../errors.js';
import type { Fact, LevelOf } from '../events.js';
import type { Job, Snapshot } from '../job.js';
import { matchesFilter } from '../matches-filter.js';
import { formatPosition, parsePosition } from '../position.js';
import { isEnded, reduce } from '../reduce.js';
import { EXAM_EPOCH, examFileUrl, isNamed } from './house.contract.js';
import { createScriptedVerbs, type ScriptedVerbs } from './verbs.contract.js';

type Event = { fact: LoggedFact } | { level: LevelOf<'progress'>; job: Job };

/** Readers of one variant: they share a view, and hear what happens when it is flushed. */
interface Group {
  view: View;
  /** Index of the next event. */
  next: number;
  members: Set<FeedSocket>;
}

/** A socket that follows feeds: calls and subscriptions are answered step by step, when the test says so. */
export interface FeedSocket {
  readonly frames: Frame[];
  readonly closed: boolean;
  say(message: unknown): void;
  /**
   * Goes one step on with one of the calls and subscriptions under way (by default the oldest): asks the house, or tells
   * the answer. False: there are none.
   */
  step(which?: number): Promise<boolean>;
  /** The time comes that the session asked to be woken at. */
  tick(): void;
}

/**
 * A house with many jobs, as a dialect that follows feeds sees it, with the freedom of the real one: answers come
 * when they come, and what has happened may wait before it is heard.
 */
export interface FeedHouse {
  append(fact: Fact): void;
  /** A step of a running job: as far as the job is told to be, 0 to 1. */
  progress(jobId: string, fraction: number): void;
  /** All readers hear what they have not heard yet. */
  flush(): void;
  jobs(): Job[];
  connect(socket: SocketRoute, query?: Record<string, string>): FeedSocket;
}

/** The time of every message and call of sessions; jobs live earlier. */
export const FEED_HOUSE_NOW_MS = Date.UTC(2030, 0, 1, 1);

export function createFeedHouse(dialect: Dialect): FeedHouse {
  const jobs = new Map<string, Job>();
  const newest = new Map<string, LevelOf<'progress'>>();
  const events: Event[] = [];
  const groups = new Map<string, Group>();
  let cursor = 0;
  let tick = 0;

  function groupOf(variant: string): Group {
    let group = groups.get(variant);
    if (group === undefined) {
      const target = { feed: { kind: 'image' as const } };
      const view = dialect.createView({ topic: 'feed:', target, variant, fileUrl: examFileUrl, epoch: EXAM_EPOCH });
      group = { view, next: events.length, members: new Set() };
      groups.set(variant, group);
    }
    return group;
  }

  function flush(group: Group): void {
    const due = events.slice(group.next);
    group.next = events.length;
    for (const event of due) {
      const frames =
        'fact' in event ? group.view.fact(event.fact) : group.view.level(event.job.id, event.level, null, event.job);
      for (const member of group.members) hand(member, frames);
    }
  }

  const verbs = verbsOver(jobs, newest);
  const hand = (socket: FeedSocket, frames: readonly ViewFrame[]): void => taking.get(socket)?.(frames);
  const taking = new Map<FeedSocket, (frames: readonly ViewFrame[]) => void>();

  function connect(route: SocketRoute, query: Record<string, string> = {}): FeedSocket {
    const session = route.createSession({
      ...{ connectionId: 'c_1', params: {}, query, authenticated: true, heartbeatMs: 20_000 },
      ...{ epoch: EXAM_EPOCH, fileUrl: examFileUrl, origin: 'http://localhost:8000', engine: 'auto' },
    });
    const steps: (() => Promise<(() => void) | null>)[] = [];
    const frames: Frame[] = [];
    let closed = false;

    function run(effects: readonly Effect[]): void {
      for (const effect of effects) {
        if (closed) return;
        if (effect.do === 'send') frames.push(effect.frame);
        else if (effect.do === 'close') leave();
        else if (effect.do === 'follow') steps.push(async () => () => stand(effect));
        else if (effect.do === 'call') steps.push(() => ask(effect));
      }
    }

    async function ask({ tag, verb }: Extract<Effect, { do: 'call' }>): Promise<() => void> {
      const outcome = await verb(verbs, verbs.signal).then(
        (value) => ({ ok: true, value }) as const,
        (thrown: unknown) => ({ ok: false, error: toRendercastError(thrown) }) as const,
      );
      return () => run(session.settled(tag, outcome, FEED_HOUSE_NOW_MS));
    }

    function stand({ target, position, variant, levels }: Extract<Effect, { do: 'follow' }>): void {
      const group = groupOf(variant);
      flush(group);
      const from = position === null ? cursor : (parsePosition(position)?.n ?? 0);
      for (const other of groups.values()) other.members.delete(socket);
      const snapshot = null;
      run(
        session.followed(
          { topic: 'feed:', target, snapshot, position: formatPosition({ epoch: EXAM_EPOCH, n: from }), reset: null },
          FEED_HOUSE_NOW_MS,
        ),
      );
      for (const event of events) if ('fact' in event && event.fact.cursor > from) take(group.view.fact(event.fact));
      if (levels.includes('progress'))
        for (const [jobId, level] of newest) {
          const job = jobs.get(jobId);
          if (job !== undefined) take(group.view.level(jobId, level, null, job));
        }
      group.members.add(socket);
    }

    function take(viewFrames: readonly ViewFrame[]): void {
      if (closed) return;
      const wanted = viewFrames.filter((frame) => isNamed(session, frame) && (session.wants?.(frame) ?? true));
      frames.push(...wanted.map(({ frame }) => frame));
      if (session.passed !== undefined && wanted.length > 0) run(session.passed(wanted, FEED_HOUSE_NOW_MS));
    }

    function leave(): void {
      closed = true;
      for (const group of groups.values()) group.members.delete(socket);
    }

    const socket: FeedSocket = {
      frames,
      get closed() {
        return closed;
      },
      say: (message) => run(session.message(JSON.stringify(message), FEED_HOUSE_NOW_MS)),
      tick: () => run(session.tick(FEED_HOUSE_NOW_MS)),
      async step(which = 0) {
        const at = which % Math.max(1, steps.length);
        const step = steps[at];
        if (step === undefined) return false;
        const tell = await step();
        // What was asked is told in a step of its own, so that others may come in between.
        if (tell === null) steps.splice(at, 1);
        else steps[at] = async () => ((closed ? () => undefined : tell)(), null);
        return true;
      },
    };
    taking.set(socket, take);
    run(session.open(FEED_HOUSE_NOW_MS));
    return socket;
  }

  return {
    append(told) {
      const fact = reachedBy(told, newest.get(told.jobId));
      const job = reduce(jobs.get(fact.jobId) ?? null, fact);
      jobs.set(fact.jobId, job);
      if (isEnded(job) || job.state === 'queued') newest.delete(job.id);
      cursor += 1 + (fact.seq % 2);
      if (matchesFilter(job, { kind: 'image' })) events.push({ fact: { fact, cursor, job } });
    },
    progress(jobId, fraction) {
      const job = jobs.get(jobId);
      if (job?.state !== 'running' || job.kind !== 'image') return;
      tick += 1;
      const before = newest.get(jobId);
      const level: LevelOf<'progress'> = {
        ...{ kind: 'progress', attempt: job.attempt, after: job.seq, tick },
        fraction: Math.max(fraction, before?.attempt === job.attempt ? (before.fraction ?? 0) : 0),
        ...{ stage: job.stage, step: null, steps: null, etaMs: null, elapsedMs: tick },
      };
      newest.set(jobId, level);
      events.push({ level, job });
    },
    flush: () => groups.forEach(flush),
    jobs: () => [...jobs.values()],
    connect,
  };
}

/** As the queue writes it: whoever gives an attempt up says how far it had come. */
function reachedBy(fact: Fact, level: LevelOf<'progress'> | undefined): Fact {
  if (fact.type !== 'retrying' && fact.type !== 'failed' && fact.type !== 'canceled') return fact;
  if (level === undefined) return { ...fact, progress: null };
  const { fraction, stage, step, steps, etaMs, elapsedMs } = level;
  return { ...fact, progress: { fraction, stage, step, steps, etaMs, elapsedMs } };
}

/** The verbs by which sessions look jobs up; the others are those of the exam's one job. */
function verbsOver(jobs: ReadonlyMap<string, Job>, newest: ReadonlyMap<string, LevelOf<'progress'>>): ScriptedVerbs {
  const snapshotOf = (id: string): Snapshot | null => {
    const job = [...jobs.values()].find((each) => each.id === id || each.clientId === id);
    if (job === undefined) return null;
    const progress = newest.get(job.id);
    const position = formatPosition({ epoch: EXAM_EPOCH, n: job.seq });
    return { job, levels: progress === undefined ? {} : { progress }, position };
  };
  let asked: Snapshot | null = null;
  const scripted = createScriptedVerbs(() => asked);
  return {
    ...scripted,
    get(id) {
      asked = snapshotOf(id);
      return scripted.get(id);
    },
    async list({ limit: _, cursor: __, search: ___, ...filter }) {
      const found = [...jobs.values()].filter((job) => matchesFilter(job, filter));
      return { jobs: found.reverse(), next: null, feedCursor: formatPosition({ epoch: EXAM_EPOCH, n: 0 }) };
    },
  };
}
