import { RendercastError } from '@rendercast/protocol/errors';
import type { Subscription } from '../subscription.js';
import type { Link, LinkContext, LinkHooks } from './link.js';

/** Follows one subscription until the signal aborts; throws when the stream or request fails. */
export type FollowOne = (
  subscription: Subscription,
  signal: AbortSignal,
  hooks: LinkHooks,
  context: LinkContext,
) => Promise<void>;

/**
 * A link of HTTP streams, one for each subscription. The first to bring something opens it; the first to fail
 * loses it for all, as they share the way. A refusal concerns its own subscription only.
 */
export function createHttpLink(context: LinkContext, hooks: LinkHooks, followOne: FollowOne): Link {
  const running = new Map<Subscription, AbortController>();
  let opened = false;
  let over = false;
  const handshake = setTimeout(() => lost(null, 'Nothing came in time.'), context.settings.timing.handshakeMs);

  const own: LinkHooks = {
    ...hooks,
    opened() {
      if (opened || over) return;
      opened = true;
      clearTimeout(handshake);
      hooks.opened();
    },
  };

  function end(): boolean {
    if (over) return false;
    over = true;
    clearTimeout(handshake);
    for (const controller of running.values()) controller.abort();
    running.clear();
    return true;
  }

  function lost(said: RendercastError | null, message: string): void {
    if (end()) hooks.lost({ said, message });
  }

  function failed(subscription: Subscription, error: unknown): void {
    if (!(error instanceof RendercastError)) return lost(null, String(error));
    if (error.code === 'unreachable' && error.retryAfterMs === undefined) return lost(null, error.message);
    if (error.retryable || error.code === 'unauthorized' || error.code === 'forbidden')
      return lost(error, error.message);
    running.delete(subscription);
    hooks.refused(subscription, error);
  }

  return {
    follow(subscription) {
      if (over) return;
      const controller = new AbortController();
      running.set(subscription, controller);
      followOne(subscription, controller.signal, own, context).catch((error: unknown) => {
        if (!controller.signal.aborted) failed(subscription, error);
      });
    },
    unfollow(subscription) {
      running.get(subscription)?.abort();
      running.delete(subscription);
    },
    // Reopening is how a stream that cannot be asked is checked.
    check() {
      if (!opened || over) return;
      for (const subscription of [...running.keys()]) {
        this.unfollow(subscription);
        this.follow(subscription);
      }
    },
    close: () => void end(),
  };
}

/** Address and query of a subscription's stream. */
export function streamRequest({ target, wants }: Pick<Subscription, 'target' | 'wants'>): {
  path: string;
  query: Record<string, string | undefined>;
} {
  const { levels, previews } = wants();
  const query: Record<string, string | undefined> = {
    ...('feed' in target ? filterQuery(target.feed) : {}),
    levels: levels ? undefined : 'false',
    // Bytes travel on the socket only; here they are fetched.
    previews: previews === 'none' ? undefined : 'url',
  };
  return { path: 'feed' in target ? 'v1/events' : `v1/jobs/${encodeURIComponent(target.job)}/events`, query };
}

/** A filter (or list query) as query parameters. */
export function filterQuery(filter: object): Record<string, string | undefined> {
  const query: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query[name] = String(value);
  return query;
}
