import type { RendercastError } from '@rendercast/protocol/rendercast-error';
import type { HttpRequest, Query } from '../http.js';
import { errorOfWay, timedOut } from '../http-error.js';
import type { Subscription, Target, Wants } from '../subscription.js';
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
  const handshake = setTimeout(() => end(timedOut()), context.settings.timing.handshakeMs);

  const own: LinkHooks = {
    ...hooks,
    opened() {
      if (opened || over) return;
      opened = true;
      clearTimeout(handshake);
      hooks.opened();
    },
  };

  function end(error?: RendercastError): void {
    if (over) return;
    over = true;
    clearTimeout(handshake);
    for (const controller of running.values()) controller.abort();
    if (error !== undefined) hooks.lost(error);
  }

  function failed(subscription: Subscription, thrown: unknown): void {
    const error = errorOfWay(thrown);
    // Key, server and way concern all.
    if (error.retryable || [401, 403, 503].includes(error.status)) return end(error);
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
    close: () => end(),
  };
}

/** Address and query of a subscription's stream. */
export function streamRequest(
  target: Target,
  { levels, previews }: Wants,
): Pick<HttpRequest, 'path'> & { query: Query } {
  const query: Query = {
    ...('feed' in target && target.feed),
    levels,
    // Bytes travel on the socket only; here they are fetched.
    previews: previews === 'none' ? undefined : 'url',
  };
  return { path: 'feed' in target ? 'v1/events' : `${jobPath(target.job)}/events`, query };
}

/** Where a job is. */
export function jobPath(id: string): string {
  return `v1/jobs/${encodeURIComponent(id)}`;
}
