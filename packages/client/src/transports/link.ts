import type { RendercastError } from '@rendercast/protocol/rendercast-error';
import type { Http } from '../http.js';
import type { Settings } from '../options.js';
import type { Subscription } from '../subscription.js';

/** What a link tells the connection that opened it; nothing after `lost`. */
export interface LinkHooks {
  /** It works: the server was heard over it. */
  opened(): void;
  /** Why: the server's own words, or `unreachable`. */
  lost(error: RendercastError): void;
  /** The server goes down soon; come back after this time. */
  draining(retryAfterMs: number): void;
  /** One subscription was turned down; the others go on. */
  refused(subscription: Subscription, error: RendercastError): void;
}

/** One way to the server in use: carries all subscriptions until it is lost or closed. */
export interface Link {
  follow(subscription: Subscription): void;
  unfollow(subscription: Subscription): void;
  /** Finds out soon whether it still works (after sleep, a change of network); `lost` follows if not. */
  check(): void;
  close(): void;
}

/** What a transport works with. */
export interface LinkContext {
  settings: Settings;
  http: Http;
}

/** Opens a link; it reports through its hooks, never in the call itself. */
export type OpenLink = (context: LinkContext, hooks: LinkHooks) => Link;
