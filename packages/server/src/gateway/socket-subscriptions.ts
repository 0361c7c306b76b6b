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

/** Subscriptions of one socket that are made at a time: enough that none waits for the store without need. */
const AT_ONCE = 8;

type Follow = Extract<Effect, { do: 'follow' }>;

/** What becomes of a request to follow something. */
export interface FollowOutcome {
  /** It stands; frames follow once this returns true (false: the socket has gone meanwhile). */
  followed(followed: Followed): boolean;
  refused(target: Target, error: RendercastError): void;
}

/** All that one socket follows: one subscription per topic, up to a limit. */
export interface SocketSubscriptions {
  follow(effect: Follow, principal: Principal | null): void;
  unfollow(topic: string): void;
  /** The socket names other jobs than before. */
  renamed(): void;
  close(): void;
}

export function createSocketSubscriptions(
  deps: { subscriptions: Subscriptions; maxSubscriptions: number },
  dialect: Dialect,
  sink: Sink,
  outcome: FollowOutcome,
): SocketSubscriptions {
  const standing = new Map<string, Subscription>();
  /** Asked for and not begun. */
  const waiting: (() => Promise<void>)[] = [];
  let underWay = 0;
  let waitsForRoom = false;
  let closed = false;

  /** Begins what was asked for while there is room: a page may ask for all its jobs in one flight, and snapshots are large. */
  function goOn(): void {
    while (!closed && !waitsForRoom && underWay < AT_ONCE) {
      if (waiting.length > 0 && sink.blocked()) {
        waitsForRoom = true;
        sink.whenReady(() => {
          waitsForRoom = false;
          goOn();
        });
        return;
      }
      const begin = waiting.shift();
      if (begin === undefined) return;
      underWay += 1;
      void begin().finally(() => {
        underWay -= 1;
        goOn();
      });
    }
  }

  async function stand({ target, position, variant, levels }: Follow, principal: Principal): Promise<void> {
    try {
      const reach = reachOf(principal);
      const request = { target, position, reach, dialect, variant, levels, encoding: webSocketEncoding };
      const prepared = await deps.subscriptions.prepare(request);
      if (closed) return prepared.giveUp();
      const { topic } = prepared.followed;
      standing.get(topic)?.close(); // asked again: starts over from the new position
      if (outcome.followed(prepared.followed)) standing.set(topic, prepared.start(sink));
      else prepared.giveUp();
    } catch (error) {
      if (!closed) outcome.refused(target, toRendercastError(error));
    }
  }

  /** Why nothing more is followed; null: there is room. */
  function refusal(principal: Principal | null): RendercastError | null {
    if (principal === null) return new RendercastError('unauthorized');
    if (!principal.roles.includes('user'))
      return new RendercastError('forbidden', 'this needs a key with the role user');
    if (standing.size + waiting.length + underWay < deps.maxSubscriptions) return null;
    return new RendercastError('too_many_requests', 'too many subscriptions on this socket; follow a feed instead');
  }

  return {
    follow(effect, principal) {
      const refused = refusal(principal);
      if (principal === null || refused !== null) {
        outcome.refused(effect.target, refused ?? new RendercastError('unauthorized'));
        return;
      }
      waiting.push(() => stand(effect, principal));
      goOn();
    },
    unfollow(topic) {
      standing.get(topic)?.close();
      standing.delete(topic);
    },
    renamed() {
      for (const subscription of standing.values()) subscription.renamed();
    },
    close() {
      closed = true;
      waiting.length = 0;
      for (const subscription of standing.values()) subscription.close();
      standing.clear();
    },
  };
}
