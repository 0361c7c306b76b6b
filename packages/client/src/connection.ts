import type { RendercastError } from '@rendercast/protocol/errors';
import { backoffMs, spreadMs } from './backoff.js';
import { clientClosed, unreachable } from './http-error.js';
import { createLadder } from './ladder.js';
import { createObservable, type Readable } from './observable.js';
import type { TransportName } from './options.js';
import { seemsOffline, watchPage } from './page-life.js';
import type { Subscription } from './subscription.js';
import type { Link, LinkContext, Loss, OpenLink } from './transports/link.js';

/** How the client stands with its server. */
export interface ConnectionState {
  /**
   * `idle`: nothing is followed, so nothing is open · `connecting` · `open` · `waiting`: for the next attempt ·
   * `offline`: likewise, and the platform says there is no network · `closed`: for good.
   */
  status: 'idle' | 'connecting' | 'open' | 'waiting' | 'offline' | 'closed';
  /** The way in use; null unless open. */
  transport: TransportName | null;
  /** Why it is waiting, or why the last attempt was given up. */
  error: RendercastError | null;
}

/** Keeps one way to the server open while anything is followed, and carries all that is followed over it. */
export interface Connection {
  readonly state: Readable<ConnectionState>;
  /** Follows until `unfollow`. `onRefused` is called after the subscription's own `refused`; it is dropped then. */
  follow(subscription: Subscription, onRefused: () => void): void;
  unfollow(subscription: Subscription): void;
  /** Opens its stream anew from where it stands, with what it wants now. */
  refollow(subscription: Subscription): void;
  /** Likewise, because something was missing: again and again without getting further, it takes longer each time. */
  heal(subscription: Subscription): void;
  close(): void;
}

/** A link that died sooner than this after opening does not count as success. */
const STABLE_MS = 5_000;
/** So many such in a row and the next transport gets its chance. */
const MOST_SHORT_LIVES = 3;
/** How often a key may be refused in a row before the server is believed; a fresh one is fetched each time. */
const MOST_REFUSALS = 3;

/**
 *   status      what it is                                   left by
 *   idle        nothing followed                             follow → connecting
 *   connecting  transports are tried, best first             one opens → open; all fail → waiting
 *   open        one link carries all; better ones are        lost → waiting; a better one opens → open
 *               tried now and then beside it
 *   waiting     (offline) backing off                        time, a stir of the page → connecting
 *   suspended   (shown as waiting) the page is frozen        resumed → connecting
 *   closed      for good
 *
 * From each of them: the last subscription gone → idle, a fatal refusal → idle with its error.
 */
export function createConnection(context: LinkContext, open: Record<TransportName, OpenLink>): Connection {
  const { timing, transports, apiKey } = context.settings;
  const backoff = { baseMs: timing.retryBaseMs, maxMs: timing.retryMaxMs };
  const ladder = createLadder(transports, timing.upgradeMs);
  const state = createObservable<ConnectionState>({ status: 'idle', transport: null, error: null });
  const subscriptions = new Map<Subscription, () => void>();
  /** Subscriptions to be opened anew a little later, and how often that has been needed in a row. */
  const later = new Map<Subscription, ReturnType<typeof setTimeout>>();
  const troubles = new WeakMap<Subscription, { count: number; position: string | null }>();
  let current: { link: Link; name: TransportName; sinceMs: number } | null = null;
  /** A link on trial: the next one, or a better one beside the current. */
  let trial: Link | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let refusals = 0;
  let shortLives = 0;
  let drainMs: number | null = null;
  let suspended = false;
  let unwatch: (() => void) | null = null;

  const isClosed = (): boolean => state.get().status === 'closed';
  const show = (status: ConnectionState['status'], error: RendercastError | null = null): void =>
    state.set({ status, transport: status === 'open' ? (current?.name ?? null) : null, error });

  function tryOut(name: TransportName, done: { opened(): void; lost(loss: Loss): void }): void {
    const link = open[name](context, {
      opened() {
        trial = null;
        current?.link.close();
        current = { link, name, sinceMs: performance.now() };
        drainMs = null;
        refusals = 0;
        ladder.praise(name);
        done.opened();
        show('open');
        scheduleUpgrade();
      },
      lost(loss) {
        if (current?.link === link) return dropped(loss);
        if (trial !== link) return;
        trial = null;
        done.lost(loss);
      },
      draining(retryAfterMs) {
        drainMs = retryAfterMs;
      },
      refused,
    });
    trial = link;
    for (const subscription of subscriptions.keys()) link.follow(subscription);
  }

  /** Tries the transports in turn; a word from the server itself ends that, as it was reached. */
  function climb(rungs = ladder.rungs(), index = 0): void {
    const name = rungs[index];
    if (name === undefined) return pause({ said: null, message: 'There is no transport to use.' });
    if (index === 0) show('connecting', state.get().error);
    tryOut(name, {
      opened() {
        for (const below of rungs.slice(0, index)) ladder.blame(below);
      },
      lost(loss) {
        if (loss.said === null && index + 1 < rungs.length) climb(rungs, index + 1);
        else pause(loss);
      },
    });
  }

  function dropped(loss: Loss): void {
    const { name, sinceMs } = current ?? { name: 'poll', sinceMs: 0 };
    current = null;
    trial?.close();
    trial = null;
    const stable = performance.now() - sinceMs >= STABLE_MS;
    if (stable) failures = 0;
    shortLives = stable ? 0 : shortLives + 1;
    if (shortLives >= MOST_SHORT_LIVES && loss.said === null) {
      shortLives = 0;
      ladder.blame(name);
    }
    pause(loss);
  }

  function pause(loss: Loss): void {
    clearTimeout(timer);
    const error = loss.said ?? unreachable(loss.message);
    if (isFatal(error)) return giveUp(error);
    const askedMs = error.retryAfterMs ?? drainMs;
    const delayMs = askedMs === null ? backoffMs(failures, backoff) : spreadMs(askedMs);
    failures += 1;
    drainMs = null;
    show(seemsOffline() ? 'offline' : 'waiting', error);
    if (!suspended) timer = setTimeout(climb, delayMs);
  }

  function isFatal(error: RendercastError): boolean {
    if (error.code === 'forbidden') return true;
    if (error.code !== 'unauthorized') return false;
    refusals += 1;
    return typeof apiKey !== 'function' || refusals >= MOST_REFUSALS;
  }

  /** Lets go of everything, then says so: whoever hears it may start anew at once. */
  function giveUp(error: RendercastError, status: 'idle' | 'closed' = 'idle'): void {
    const all = [...subscriptions];
    subscriptions.clear();
    for (const pending of later.values()) clearTimeout(pending);
    later.clear();
    stop();
    refusals = 0;
    show(status, status === 'idle' ? error : null);
    for (const [subscription, onRefused] of all) {
      subscription.refused(error);
      onRefused();
    }
  }

  function refused(subscription: Subscription, error: RendercastError): void {
    if (error.retryable) return heal(subscription, error.retryAfterMs ?? timing.retryBaseMs);
    const onRefused = subscriptions.get(subscription);
    subscription.refused(error);
    onRefused?.();
  }

  function scheduleUpgrade(): void {
    clearTimeout(timer);
    if (current === null) return;
    const inMs = ladder.upgradeInMs(current.name);
    if (inMs !== null) timer = setTimeout(upgrade, inMs);
  }

  function upgrade(): void {
    const name = current === null || trial !== null ? null : ladder.better(current.name);
    if (name === null) return scheduleUpgrade();
    tryOut(name, {
      opened: () => undefined,
      lost() {
        ladder.blame(name);
        scheduleUpgrade();
      },
    });
  }

  function start(): void {
    unwatch ??= watchPage({
      suspended() {
        suspended = true;
        hangUp();
        show('waiting', state.get().error);
      },
      resumed() {
        suspended = false;
        stirred();
      },
      stirred,
    });
    if (current === null && trial === null && !suspended) climb();
  }

  function stirred(): void {
    if (suspended) return;
    if (current !== null) return current.link.check();
    if (trial !== null) return;
    clearTimeout(timer);
    failures = 0;
    climb();
  }

  function hangUp(): void {
    clearTimeout(timer);
    trial?.close();
    current?.link.close();
    trial = null;
    current = null;
  }

  function stop(): void {
    hangUp();
    unwatch?.();
    unwatch = null;
    suspended = false;
    failures = 0;
    shortLives = 0;
  }

  function links(): Link[] {
    return [current?.link, trial].filter((link) => link !== null && link !== undefined);
  }

  function reopen(subscription: Subscription): void {
    later.delete(subscription);
    if (!subscriptions.has(subscription)) return;
    for (const link of links()) {
      link.unfollow(subscription);
      link.follow(subscription);
    }
  }

  function refollow(subscription: Subscription, inMs = 0): void {
    if (!later.has(subscription))
      later.set(
        subscription,
        setTimeout(() => reopen(subscription), inMs),
      );
  }

  function heal(subscription: Subscription, leastMs = 0): void {
    const position = subscription.position();
    const trouble = troubles.get(subscription);
    const count = trouble !== undefined && trouble.position === position ? trouble.count + 1 : 0;
    troubles.set(subscription, { count, position });
    refollow(subscription, Math.max(leastMs, count === 0 ? 0 : backoffMs(count, backoff)));
  }

  return {
    state,
    follow(subscription, onRefused) {
      if (isClosed()) throw clientClosed();
      subscriptions.set(subscription, onRefused);
      for (const link of links()) link.follow(subscription);
      if (links().length === 0 && state.get().status === 'idle') start();
    },
    unfollow(subscription) {
      if (!subscriptions.delete(subscription)) return;
      clearTimeout(later.get(subscription));
      later.delete(subscription);
      for (const link of links()) link.unfollow(subscription);
      if (subscriptions.size > 0 || isClosed()) return;
      stop();
      show('idle', state.get().error);
    },
    refollow: (subscription) => refollow(subscription),
    heal: (subscription) => heal(subscription),
    close() {
      if (!isClosed()) giveUp(clientClosed(), 'closed');
    },
  };
}
