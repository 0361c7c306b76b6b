import type { RendercastError } from '@rendercast/protocol/rendercast-error';
import { backoffMs, spreadMs } from './backoff.js';
import { createFollowings } from './followings.js';
import { clientClosed, timedOut } from './http-error.js';
import { createLadder } from './ladder.js';
import { createObservable, type Readable } from './observable.js';
import type { TransportName } from './options.js';
import { seemsOffline, watchPage } from './page-life.js';
import type { Subscription } from './subscription.js';
import type { Link, LinkContext, OpenLink } from './transports/link.js';

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

/** The link in use. */
interface Current {
  link: Link;
  name: TransportName;
  sinceMs: number;
}

/** Whether the server itself spoke; otherwise it may be the way to it. */
function wasSaid({ code, retryAfterMs }: RendercastError): boolean {
  return code !== 'unreachable' || retryAfterMs !== undefined;
}

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
  let current: Current | null = null;
  /** A link on trial: the next one, or a better one beside the current. */
  let trial: Link | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let refusals = 0;
  let shortLives = 0;
  let drainMs: number | null = null;
  let suspended = false;
  let closed = false;
  let unwatch: (() => void) | null = null;

  const links = (): Link[] => [current?.link, trial].filter((link) => link !== null && link !== undefined);
  const followings = createFollowings(links, backoff);
  const show = (status: ConnectionState['status'], error: RendercastError | null = null): void =>
    state.set({ status, transport: status === 'open' ? (current?.name ?? null) : null, error });

  function tryOut(name: TransportName, opened: () => void, failed: (error: RendercastError) => void): void {
    const link = open[name](context, {
      opened() {
        trial = null;
        current?.link.close();
        current = { link, name, sinceMs: performance.now() };
        drainMs = null;
        refusals = 0;
        ladder.praise(name);
        opened();
        show('open');
        planUpgrade(current);
      },
      lost(error) {
        if (current?.link === link) return dropped(error, current);
        if (trial !== link) return;
        trial = null;
        failed(error);
      },
      draining(retryAfterMs) {
        drainMs = retryAfterMs;
      },
      refused(subscription, error) {
        if (error.retryable) followings.heal(subscription, error.retryAfterMs ?? timing.retryBaseMs);
        else followings.refuse(subscription, error);
      },
    });
    trial = link;
    for (const subscription of followings.all()) link.follow(subscription);
  }

  /** Tries the transports in turn; a word from the server itself ends that, as it was reached. */
  function climb(rungs = ladder.rungs(), index = 0): void {
    const name = rungs[index];
    if (name === undefined) return pause(timedOut());
    if (index === 0) show('connecting', state.get().error);
    tryOut(
      name,
      () => rungs.slice(0, index).forEach(ladder.blame),
      (error) => (wasSaid(error) || index + 1 === rungs.length ? pause(error) : climb(rungs, index + 1)),
    );
  }

  function dropped(error: RendercastError, { name, sinceMs }: Current): void {
    hangUp();
    const isStable = performance.now() - sinceMs >= STABLE_MS;
    if (isStable) failures = 0;
    shortLives = isStable || wasSaid(error) ? 0 : shortLives + 1;
    if (shortLives >= MOST_SHORT_LIVES) {
      shortLives = 0;
      ladder.blame(name);
    }
    pause(error);
  }

  function pause(error: RendercastError): void {
    if (isFatal(error)) return giveUp(error);
    const askedMs = error.retryAfterMs ?? drainMs;
    const delayMs = askedMs === null ? backoffMs(failures, backoff) : spreadMs(askedMs);
    failures += 1;
    drainMs = null;
    show(seemsOffline() ? 'offline' : 'waiting', error);
    plan(climb, delayMs);
  }

  function plan(act: () => void, inMs: number): void {
    clearTimeout(timer);
    if (!suspended) timer = setTimeout(act, inMs);
  }

  function isFatal({ code }: RendercastError): boolean {
    if (code === 'unauthorized') refusals += 1;
    return code === 'forbidden' || refusals >= (typeof apiKey === 'function' ? MOST_REFUSALS : 1);
  }

  /** Lets go of everything, then says so: whoever hears it may start anew at once. */
  function giveUp(error: RendercastError): void {
    const all = followings.all();
    stop();
    if (closed) show('closed');
    else show('idle', error);
    for (const subscription of all) followings.refuse(subscription, error);
  }

  /** Tries a better transport beside the present one, when one deserves it. */
  function planUpgrade({ name }: Current): void {
    const next = ladder.next(name);
    if (next === null) return;
    const failed = (): void => {
      ladder.blame(next.name);
      if (current !== null) planUpgrade(current);
    };
    plan(() => tryOut(next.name, () => undefined, failed), next.inMs);
  }

  function start(): void {
    unwatch = watchPage({
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
    climb();
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
    failures = refusals = shortLives = 0;
  }

  return {
    state,
    follow(subscription, onRefused) {
      if (closed) throw clientClosed();
      followings.add(subscription, onRefused);
      if (unwatch === null) start();
    },
    unfollow(subscription) {
      if (!followings.remove(subscription) || followings.size > 0 || closed) return;
      stop();
      show('idle', state.get().error);
    },
    refollow: followings.refollow,
    heal: followings.heal,
    close() {
      closed = true;
      giveUp(clientClosed());
    },
  };
}
