import type { Filter } from '@rendercast/protocol/commands';
import type { ResetReason } from '@rendercast/protocol/dialect';
import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Level } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import type { RendercastError } from '@rendercast/protocol/rendercast-error';

/** What is followed: a job by either id, which need not exist yet, or all jobs that fit a filter. */
export type Target = { job: string } | { feed: Filter };

/** How previews are wanted: not at all, as levels with an address, or with their bytes where the transport can. */
export type PreviewMode = 'none' | 'url' | 'binary';

/** What is wanted beside the facts. */
export interface Wants {
  /** Progress and place in the line. */
  levels: boolean;
  previews: PreviewMode;
}

/** It can be followed no longer. */
export interface Failed {
  type: 'failed';
  error: RendercastError;
}

/**
 * What transports see of something followed. They ask it where to go on from whenever they open a stream, and hand
 * it all that comes; it drops what it has seen, so overlapping streams do no harm.
 */
export interface Subscription {
  readonly target: Target;
  /** Where to go on from; null: from now, with a snapshot. */
  position(): string | null;
  wants(): Wants;
  /** The stream stands. `snapshot` is null on feeds, when it goes on from a position, and for a job not made yet. */
  opened(snapshot: Snapshot | null, position: string): void;
  event(message: ServerMessageOf<'event'>): void;
  level(jobId: string, level: Level, picture: Uint8Array | null): void;
  /** The position could not be used: the stream starts over from here. */
  reset(reason: ResetReason, snapshot: Snapshot | null, position: string): void;
  /** Nothing that fits came up to here (a filtered feed moves on silently). */
  advance(position: string): void;
  /** It cannot be followed, now and later. */
  refused(error: RendercastError): void;
}
