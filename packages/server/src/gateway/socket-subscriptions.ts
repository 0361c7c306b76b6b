import {
  type Dialect,
  type Effect,
  type Followed,
  type Principal,
  RendercastError,
  type Target,
  toRendercastError,
} from '@rendercast/protocol';
import type { Sink, Subscription } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';
import { reachOf } from './reach.js';
import { webSocketEncoding } from './websocket-frame.js';

type Follow = Extract<Effect, { do: 'follow' }>;

/** What becomes of a request to follow something. */
export interface FollowOutcome {
  /** It stands; frames follow once this returns true (false: the socket has gone meanwhile). */
  followed(followed: Followed): boolean;
  refused(target: Target, error: RendercastError): void;
}

/** All that one socket follows: one subscription per topic, up to a limit. */
export interface SocketSubscriptions {
  follow(effect: Follow, principal: Principal | null): Promise<void>;
  unfollow(topic: string): void;
  close(): void;
}

export function createSocketSubscriptions(
  deps: { subscriptions: Subscriptions; maxSubscriptions: number },
  dialect: Dialect,
  sink: Sink,
  outcome: FollowOutcome,
): SocketSubscriptions {
  const standing = new Map<string, Subscription>();
  let asked = 0;
  let closed = false;

  return {
    async follow({ target, position, variant, levels }, principal) {
      try {
        if (principal === null) throw new RendercastError('unauthorized');
        if (!principal.roles.includes('user'))
          throw new RendercastError('forbidden', 'this needs a key with the role user');
        if (standing.size + asked >= deps.maxSubscriptions)
          throw new RendercastError(
            'too_many_requests',
            'too many subscriptions on this socket; follow a feed instead',
          );
        asked += 1;
        const prepared = await deps.subscriptions
          .prepare({
            target,
            position,
            reach: reachOf(principal),
            dialect,
            variant,
            levels,
            encoding: webSocketEncoding,
          })
          .finally(() => {
            asked -= 1;
          });
        if (closed) return prepared.giveUp();
        const { topic } = prepared.followed;
        standing.get(topic)?.close(); // asked again: starts over from the new position
        if (outcome.followed(prepared.followed)) standing.set(topic, prepared.start(sink));
        else prepared.giveUp();
      } catch (error) {
        if (!closed) outcome.refused(target, toRendercastError(error));
      }
    },
    unfollow(topic) {
      standing.get(topic)?.close();
      standing.delete(topic);
    },
    close() {
      closed = true;
      for (const subscription of standing.values()) subscription.close();
      standing.clear();
    },
  };
}
