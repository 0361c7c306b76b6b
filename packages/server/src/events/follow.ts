import type { Dialect, Followed, LevelKind, Target } from '@rendercast/protocol';
import type { Encoding } from './chunk.js';
import type { Sink, Subscription } from './subscription.js';

/** Whose jobs a reader reaches: its own, or all (operators). Own ids come first. */
export interface Reach {
  owner: string;
  all: boolean;
}

/** What a reader asks to follow. */
export interface FollowRequest {
  target: Target;
  reach: Reach;
  /** Where the reader stands; null: from now, with a snapshot. */
  position: string | null;
  dialect: Pick<Dialect, 'name' | 'createView'>;
  variant: string;
  levels: readonly LevelKind[];
  encoding: Encoding;
}

/** A subscription that stands but has not begun: the reader is told first, then it is started (or given up). */
export interface Prepared {
  followed: Followed;
  start(sink: Sink): Subscription;
  giveUp(): void;
}
