import type { Filter } from '@rendercast/protocol/commands';
import type { ResetReason } from '@rendercast/protocol/dialect';
import type { RendercastError } from '@rendercast/protocol/errors';
import type { Fact, Level } from '@rendercast/protocol/events';
import { parsePosition } from '@rendercast/protocol/position';
import { type Audience, createAudience } from './audience.js';
import type { ChannelContext } from './job-channel.js';
import type { Subscription } from './subscription.js';

/** What followers of a feed hear. */
export interface FeedObserver {
  fact(fact: Fact, positions: { job: string; cursor: string }): void;
  level(jobId: string, level: Level, picture: Uint8Array | null): void;
  /** The cursor could not be used; the feed goes on from here, and the list must be read again. */
  reset(reason: ResetReason, cursor: string): void;
  failed(error: RendercastError): void;
}

/** One followed feed: where its readers stand. */
export interface FeedChannel extends Subscription {
  readonly audience: Audience<FeedObserver>;
}

/** Whether a cursor lies behind another of the same epoch. */
export function isBehind(cursor: string, other: string): boolean {
  const left = parsePosition(cursor);
  const right = parsePosition(other);
  return left !== null && right !== null && left.epoch === right.epoch && left.n < right.n;
}

/** Makes the channel of a feed, which goes on from a cursor. Facts pass once, in the one order of all facts. */
export function createFeedChannel(filter: Filter, start: string, context: ChannelContext): FeedChannel {
  const audience = createAudience<FeedObserver>();
  let cursor = start;
  context.learn(start);
  return {
    target: { feed: filter },
    audience,
    position: () => cursor,
    wants: () => audience.wants(),
    opened: () => undefined,
    event(message) {
      if (!isBehind(cursor, message.cursor)) return;
      cursor = message.cursor;
      const positions = { job: message.position, cursor };
      audience.tell((observer) => observer.fact(message.fact, positions));
    },
    level: (jobId, level, picture) => audience.tell((observer) => observer.level(jobId, level, picture)),
    reset(reason, _snapshot, at) {
      cursor = at;
      context.learn(at);
      audience.tell((observer) => observer.reset(reason, at));
    },
    advance(at) {
      if (isBehind(cursor, at)) cursor = at;
    },
    refused: (error) => audience.tell((observer) => observer.failed(error)),
  };
}
