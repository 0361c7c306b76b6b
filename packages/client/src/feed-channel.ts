import type { Filter } from '@rendercast/protocol/commands';
import type { ResetReason } from '@rendercast/protocol/dialect';
import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Level } from '@rendercast/protocol/events';
import { parsePosition } from '@rendercast/protocol/position';
import { type Audience, createAudience } from './audience.js';
import type { Failed, Subscription } from './subscription.js';

/** What a feed's stream brings, before it is folded. */
export type FeedArrival =
  | ServerMessageOf<'event'>
  | { type: 'level'; jobId: string; level: Level; picture: Uint8Array | null }
  /** The cursor could not be used: the feed goes on from elsewhere, and the list must be read again. */
  | { type: 'reset'; reason: ResetReason };

/** One followed feed: where its readers stand. */
export interface FeedChannel extends Subscription {
  readonly audience: Audience<FeedArrival | Failed>;
}

/** Whether a cursor lies behind another of the same epoch. */
export function isBehind(cursor: string, other: string): boolean {
  const left = parsePosition(cursor);
  const right = parsePosition(other);
  return left !== null && left.epoch === right?.epoch && left.n < right.n;
}

/** Makes the channel of a feed, which goes on from a cursor. Facts pass once, in the one order of all facts. */
export function createFeedChannel(filter: Filter, start: string): FeedChannel {
  const audience: FeedChannel['audience'] = createAudience();
  let cursor = start;
  return {
    target: { feed: filter },
    audience,
    position: () => cursor,
    wants: audience.wants,
    opened: () => undefined,
    event(message) {
      if (!isBehind(cursor, message.cursor)) return;
      cursor = message.cursor;
      audience.tell(message);
    },
    level: (jobId, level, picture) => audience.tell({ type: 'level', jobId, level, picture }),
    reset(reason, _snapshot, at) {
      cursor = at;
      audience.tell({ type: 'reset', reason });
    },
    advance(at) {
      if (isBehind(cursor, at)) cursor = at;
    },
    refused: (error) => audience.tell({ type: 'failed', error }),
  };
}
