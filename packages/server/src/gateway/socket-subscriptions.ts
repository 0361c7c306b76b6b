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

/** What a session asked to follow, and for whom. */
interface Asked {
  /** Its target, written out. */
  key: string;
  follow: Follow;
  principal: Principal;
}

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
  const waiting: Asked[] = [];
  /** Targets that are being begun. One that is asked for twice is begun in turn, so that the later request is in force. */
  const underWay = new Set<string>();
  let waitsForRoom = false;
  let closed = false;

  /** Begins what was asked for while there is room: a page may ask for all its jobs in one flight, and snapshots are large. */
  function goOn(): void {
    while (!closed && !waitsForRoom && underWay.size < AT_ONCE) {
      if (waiting.length > 0 && sink.blocked()) {
        waitsForRoom = true;
        sink.whenReady(() => {
          waitsForRoom = false;
          goOn();
        });
        return;
      }
      const next = waiting.findIndex(({ key }) => !underWay.has(key));
      const [asked] = next < 0 ? [] : waiting.splice(next, 1);
      if (asked === undefined) return;
      underWay.add(asked.key);
      void stand(asked).finally(() => {
        underWay.delete(asked.key);
        goOn();
      });
    }
  }

  async function stand({ follow: { target, position, variant, levels }, principal }: Asked): Promise<void> {
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
    if (standing.size + waiting.length + underWay.size < deps.maxSubscriptions) return null;
    return new RendercastError('too_many_requests', 'too many subscriptions on this socket; follow a feed instead');
  }

  return {
    follow(effect, principal) {
      const refused = refusal(principal);
      if (principal === null || refused !== null) {
        outcome.refused(effect.target, refused ?? new RendercastError('unauthorized'));
        return;
      }
      waiting.push({ key: JSON.stringify(effect.target), follow: effect, principal });
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
