import type { RendercastError } from '@rendercast/protocol/rendercast-error';
import { type Backoff, backoffMs } from './backoff.js';
import type { Subscription } from './subscription.js';
import type { Link } from './transports/link.js';

/** All that a connection carries. */
export interface Followings {
  readonly size: number;
  all(): Subscription[];
  add(subscription: Subscription, onRefused: () => void): void;
  /** False when it was not there. */
  remove(subscription: Subscription): boolean;
  /** Opens its stream anew from where it stands, a moment later. */
  refollow(subscription: Subscription, inMs?: number): void;
  /** Likewise, because something was missing: again and again without getting further, it takes longer each time. */
  heal(subscription: Subscription, leastMs?: number): void;
  /** Tells it that it cannot be followed, and whoever wanted to know. */
  refuse(subscription: Subscription, error: RendercastError): void;
}

interface Entry {
  onRefused: () => void;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** How often it was healed in a row without getting further than this. */
  troubles: number;
  position: string | null | undefined;
}

/** Makes an empty set over the links that are open at the time. */
export function createFollowings(links: () => readonly Link[], backoff: Backoff): Followings {
  const entries = new Map<Subscription, Entry>();

  function refollow(subscription: Subscription, inMs = 0): void {
    const entry = entries.get(subscription);
    if (entry === undefined) return;
    entry.timer ??= setTimeout(() => {
      entry.timer = undefined;
      for (const link of links()) {
        link.unfollow(subscription);
        link.follow(subscription);
      }
    }, inMs);
  }

  return {
    get size() {
      return entries.size;
    },
    all: () => [...entries.keys()],
    add(subscription, onRefused) {
      entries.set(subscription, { onRefused, timer: undefined, troubles: 0, position: undefined });
      for (const link of links()) link.follow(subscription);
    },
    remove(subscription) {
      clearTimeout(entries.get(subscription)?.timer);
      for (const link of links()) link.unfollow(subscription);
      return entries.delete(subscription);
    },
    refollow,
    heal(subscription, leastMs = 0) {
      const entry = entries.get(subscription);
      if (entry === undefined) return;
      const position = subscription.position();
      entry.troubles = entry.position === position ? entry.troubles + 1 : 0;
      entry.position = position;
      refollow(subscription, Math.max(leastMs, entry.troubles && backoffMs(entry.troubles, backoff)));
    },
    refuse(subscription, error) {
      const entry = entries.get(subscription);
      subscription.refused(error);
      entry?.onRefused();
    },
  };
}
