import { type Followed, formatPosition } from '@rendercast/protocol';
import type { Group } from './group.js';
import type { Source } from './source.js';
import type { Held, Sources } from './sources.js';
import { followGroup, type Sink, type Subscription } from './subscription.js';
import type { FollowRequest, Prepared } from './subscriptions.js';

/** What following by id needs of the subscriptions. */
export interface ById {
  sources: Sources;
  joinGroup(source: Source, topic: string, request: FollowRequest): { group: Group; leave: () => void };
  snapshotOf(source: Source, group: Group): Followed['snapshot'];
  epoch: string;
}

/**
 * Follows an id rather than a job. While no job holds it the reader waits, and then hears the job from its first fact.
 * A target with `heirs` goes on to the next job that takes the id over; without, it stays with the first.
 */
export function prepareById(parts: ById, request: FollowRequest, id: string, present: Source | null): Prepared {
  const topic = `id:${id}`;
  const joined = present === null ? null : parts.joinGroup(present, topic, request);
  joined?.group.flush();
  const at = joined?.group.flushed ?? 0;
  const snapshot = present === null || joined === null ? null : parts.snapshotOf(present, joined.group);
  const position = formatPosition({ epoch: parts.epoch, n: at });
  return {
    followed: { topic, target: request.target, snapshot, position, reset: null },
    giveUp: () => joined?.leave(),
    start(sink) {
      const first =
        joined === null
          ? null
          : { source: joined.group.source, following: followGroup(joined.group, at, sink, joined.leave) };
      return followHolders(parts, request, id, topic, first, sink);
    },
  };
}

/** One holder of the id after the other. */
function followHolders(
  parts: ById,
  request: FollowRequest,
  id: string,
  topic: string,
  first: { source: Source; following: Subscription } | null,
  sink: Sink,
): Subscription {
  const goesOn = 'job' in request.target && request.target.heirs === true;
  let current = first;
  let closed = false;

  const follow = (held: Held): void => {
    const { source } = held;
    // Within a follower's own life a job is followed once; the next holder of the id replaces it.
    if (!closed && current?.source.key !== source.key && (goesOn || current === null)) {
      current?.following.close();
      const { group, leave } = parts.joinGroup(source, topic, request);
      current = { source, following: followGroup(group, 0, sink, leave) };
    }
    held.release();
    if (!goesOn && current !== null) stopWaiting();
  };
  const stopWaiting = parts.sources.born(id, request.reach, follow, (error) => sink.failed(error));
  if (current === null) sink.live?.(0);

  return {
    get position() {
      return current?.following.position ?? 0;
    },
    close() {
      if (closed) return;
      closed = true;
      stopWaiting();
      current?.following.close();
    },
  };
}
