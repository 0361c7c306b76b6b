import { type Followed, formatPosition, type ResetReason } from '@rendercast/protocol';
import type { FollowRequest, Prepared } from './follow.js';
import type { Group } from './group.js';
import type { Source } from './source.js';
import type { Held, Sources } from './sources.js';
import { followGroup, lostBehind, type Sink, type Subscription } from './subscription.js';

/** A place in a group, until it is left. */
interface Joined {
  group: Group;
  leave: () => void;
}

/** What following by id needs of the subscriptions. */
export interface ById {
  sources: Sources;
  joinGroup(source: Source, topic: string, request: FollowRequest): Joined;
  snapshotOf(source: Source, group: Group): Followed['snapshot'];
  countReset(reason: ResetReason): void;
  epoch: string;
}

/** Where a follower of an id starts. */
export interface Start {
  /** After this fact of the job that holds the id now; null: at its head, with a snapshot. */
  at: number | null;
  reset: ResetReason | null;
}

/** Where a reader starts who brings no position. */
const FRESH: Start = { at: null, reset: null };

/**
 * Where a reader starts who brings a position: a number counts in the job that held the id then, and nobody can say whether
 * that is the one which holds it now. So only the start of a job is believed; for any other the history is gone.
 */
export function startOf(asked: { n: number } | { reset: ResetReason | null }, head: number): Start {
  if ('reset' in asked) return { at: null, reset: asked.reset };
  if (asked.n === 0) return { at: 0, reset: null };
  return { at: null, reset: asked.n > head ? 'ahead' : 'horizon' };
}

/**
 * Follows an id rather than a job. While no job holds it the reader waits, and then hears the job from its first fact.
 * A target with `heirs` goes on to the next job that takes the id over; without, it stays with the first as long as that
 * is kept.
 */
export function prepareById(
  parts: ById,
  request: FollowRequest,
  id: string,
  present: Source | null,
  start: Start = FRESH,
): Prepared {
  const topic = `id:${id}`;
  const joined = present === null ? null : parts.joinGroup(present, topic, request);
  joined?.group.flush();
  const at = start.at ?? joined?.group.flushed ?? 0;
  const isFresh = start.at === null;
  const snapshot = present === null || joined === null || !isFresh ? null : parts.snapshotOf(present, joined.group);
  if (start.reset !== null) parts.countReset(start.reset);
  const position = formatPosition({ epoch: parts.epoch, n: at });
  return {
    followed: { topic, target: request.target, snapshot, position, reset: start.reset },
    giveUp: () => joined?.leave(),
    start: (sink) => followHolders(parts, request, id, joined === null ? null : { ...joined, at }, sink),
  };
}

/** One holder of the id after the other. */
function followHolders(
  parts: ById,
  request: FollowRequest,
  id: string,
  first: (Joined & { at: number }) | null,
  sink: Sink,
): Subscription {
  const topic = `id:${id}`;
  const goesOn = 'job' in request.target && request.target.heirs === true;
  /** Jobs that took the id over while the reader still had something to hear of the one before. */
  const heirs: Held[] = [];
  let current: Holder | null = null;
  let goingOn = false;
  let closed = false;
  let stopWaiting = (): void => undefined;

  function startOn({ group, leave }: Joined, at: number): void {
    current = { group, following: followGroup(group, at, sink, leave, { lost, caughtUp: goOn }) };
  }

  /** The job was pruned and its id is free again: the reader is told, and waits as at first. */
  function lost(): void {
    if (closed) return;
    if (sink.reset === undefined) return sink.failed(lostBehind());
    current = null;
    parts.countReset('horizon');
    const position = formatPosition({ epoch: parts.epoch, n: 0 });
    sink.reset({ topic, target: request.target, snapshot: null, position, reset: 'horizon' });
    goOn();
    if (closed || current !== null) return;
    stopWaiting();
    wait();
  }

  function follow(held: Held): void {
    const newest = heirs.at(-1)?.source ?? current?.group.source;
    // Within a follower's own life a job is followed once; the next holder of the id replaces it.
    if (closed || newest?.key === held.source.key || !(goesOn || current === null)) held.release();
    else {
      heirs.push(held);
      goOn();
    }
    if (!goesOn && current !== null) stopWaiting();
  }

  /** On to the next holder, once all is heard of the one before: a slow reader misses no end. */
  function goOn(): void {
    if (goingOn) return; // a follower that starts is caught up before it is `current`
    goingOn = true;
    while (!closed && (current === null || isHeard(current))) {
      const held = heirs.shift();
      if (held === undefined) break;
      current?.following.close();
      startOn(parts.joinGroup(held.source, topic, request), 0);
      held.release();
    }
    goingOn = false;
  }

  function wait(): void {
    stopWaiting = parts.sources.born(id, request.reach, follow, (error) => sink.failed(error));
  }

  if (first !== null) startOn(first, first.at);
  wait();
  if (current === null) sink.live?.(0);

  return {
    get position() {
      return current?.following.position ?? 0;
    },
    renamed: () => current?.following.renamed(),
    close() {
      if (closed) return;
      closed = true;
      stopWaiting();
      current?.following.close();
      for (const held of heirs.splice(0)) held.release();
    },
  };
}

/** A job that holds the id, as a reader follows it. */
interface Holder {
  group: Group;
  following: Subscription;
}

function isHeard({ group, following }: Holder): boolean {
  group.flush();
  return following.position >= group.source.head;
}
