import type { Socket } from 'node:net';
import {
  type Dialect,
  type Effect,
  type Principal,
  RendercastError,
  type Session,
  type SessionInit,
  type SocketRoute,
  toRendercastError,
  type Verbs,
} from '@rendercast/protocol';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Flusher } from '../events/flusher.js';
import type { Reach } from '../events/sources.js';
import type { Sink, Subscription } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Logger } from '../logger.js';
import type { Access } from './access.js';
import type { Connection, Connections } from './connections.js';
import { createOutbox } from './outbox.js';
import { encodeWebSocketFrame, webSocketEncoding } from './websocket-frame.js';

/** What a socket needs of the house. */
export interface SocketDeps {
  access: Access;
  clock: Clock;
  config: Config;
  connections: Connections;
  flusher: Flusher;
  logger: Logger;
  subscriptions: Subscriptions;
  verbsFor(principal: Principal): Verbs;
}

/** Messages are counted over this time, so that a burst is no offence. */
const RATE_WINDOW_S = 10;
/** Bytes of close reasons that fit in a control frame. */
const MAX_REASON_BYTES = 120;
/** A peer that does not answer a close within this time is cut off. */
const CLOSE_WITHIN_MS = 5_000;

/** Runs one dialect session on one socket: carries out its effects and feeds it what comes in. */
export function runSocket(
  deps: SocketDeps,
  dialect: Dialect,
  route: SocketRoute,
  peer: { webSocket: WebSocket; socket: Socket; address: string; principal: Principal | null },
  init: SessionInit,
): void {
  const { clock, config, flusher, logger, subscriptions } = deps;
  const { webSocket, socket } = peer;
  const following = new Map<string, Subscription>();
  const ending = new AbortController();
  let principal = peer.principal;
  let heard = true;
  let tokens = config.maxMessagesPerSecond * RATE_WINDOW_S;
  let countedAtMs = clock.monotonic();
  let stopWake: (() => void) | null = null;
  let pendingFollows = 0;

  const outbox = createOutbox({
    socket,
    flusher,
    windowBytes: config.windowBytes,
    overflowed: () => webSocket.terminate(),
  });
  const connection: Connection = {
    kind: 'socket',
    address: peer.address,
    beat() {
      if (!heard) return webSocket.terminate();
      heard = false;
      outbox.ping();
    },
    drain: (retryAfterMs) => act(session.drain(retryAfterMs, clock.now())),
    terminate: () => webSocket.terminate(),
  };

  let leave: () => void;
  try {
    leave = deps.connections.admit(connection);
  } catch (error) {
    const refusal = toRendercastError(error);
    webSocket.close(refusal.code === 'shutting_down' ? 1012 : 4429, refusal.code);
    return;
  }
  const session: Session = route.createSession(init);

  function act(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (ending.signal.aborted) return;
      perform(effect);
    }
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        return outbox.push(encodeWebSocketFrame(effect.frame));
      case 'follow':
        return void follow(effect);
      case 'unfollow':
        following.get(effect.topic)?.close();
        following.delete(effect.topic);
        return;
      case 'call':
        return void call(effect.tag, effect.verb);
      case 'authenticate':
        return authenticate(effect.token);
      case 'wake':
        stopWake?.();
        stopWake =
          effect.atMs === null
            ? null
            : clock.after(Math.max(0, effect.atMs - clock.now()), () => act(session.tick(clock.now())));
        return;
      case 'close':
        return close(effect.code, effect.reason);
    }
  }

  async function follow(effect: Extract<Effect, { do: 'follow' }>): Promise<void> {
    const { target, position, variant, levels } = effect;
    try {
      if (principal === null) throw new RendercastError('unauthorized');
      if (following.size + pendingFollows >= config.maxSubscriptionsPerSocket)
        throw new RendercastError('too_many_requests', 'too many subscriptions on this socket; follow a feed instead');
      pendingFollows += 1;
      const prepared = await subscriptions
        .prepare({ target, position, reach: reachOf(principal), dialect, variant, levels, encoding: webSocketEncoding })
        .finally(() => {
          pendingFollows -= 1;
        });
      if (ending.signal.aborted) return prepared.giveUp();
      const { topic } = prepared.followed;
      following.get(topic)?.close(); // asked again: starts over from the new position
      act(session.followed(prepared.followed, clock.now()));
      if (ending.signal.aborted) return prepared.giveUp();
      following.set(topic, prepared.start(sink));
    } catch (error) {
      const refusal = toRendercastError(error);
      if (refusal.code === 'internal') logger.error({ error }, 'a subscription failed');
      if (!ending.signal.aborted) act(session.refused(target, refusal, clock.now()));
    }
  }

  const sink: Sink = {
    blocked: () => outbox.blocked(),
    whenReady: (callback) => outbox.whenReady(callback),
    write(chunk) {
      outbox.push(chunk.bytes());
      if (session.passed !== undefined)
        act(
          session.passed(
            chunk.deliveries.map(({ frame }) => frame),
            clock.now(),
          ),
        );
    },
    failed(error) {
      logger.warn({ error }, 'a reader could not be served from the log; it is asked to come back');
      close(1013, 'storage_unavailable');
    },
    ...(session.wants === undefined ? {} : { wants: (frame) => session.wants?.(frame) ?? true }),
  };

  async function call(tag: string, verb: Extract<Effect, { do: 'call' }>['verb']): Promise<void> {
    try {
      if (principal === null) throw new RendercastError('unauthorized');
      const value = await verb(deps.verbsFor(principal), ending.signal);
      if (!ending.signal.aborted) act(session.settled(tag, { ok: true, value }, clock.now()));
    } catch (error) {
      const refusal = toRendercastError(error);
      if (ending.signal.aborted) return;
      if (refusal.code === 'internal') logger.error({ error }, 'a call of a socket failed');
      act(session.settled(tag, { ok: false, error: refusal }, clock.now()));
    }
  }

  function authenticate(token: string): void {
    principal = deps.access.byToken(token);
    const outcome =
      principal === null
        ? ({ ok: false, error: new RendercastError('unauthorized', 'this key is not known') } as const)
        : ({ ok: true, value: principal.owner } as const);
    act(session.settled('authenticate', outcome, clock.now()));
  }

  function close(code: number, reason: string): void {
    outbox.close();
    webSocket.close(code, Buffer.from(reason, 'utf8').subarray(0, MAX_REASON_BYTES).toString());
    clock.after(CLOSE_WITHIN_MS, () => webSocket.terminate());
    finish();
  }

  function finish(): void {
    if (ending.signal.aborted) return;
    ending.abort(new RendercastError('canceled', 'the socket has closed'));
    stopWake?.();
    for (const subscription of following.values()) subscription.close();
    following.clear();
    outbox.close();
    leave();
  }

  /** Whether a message is within the rate; each refills with time. */
  function withinRate(): boolean {
    const nowMs = clock.monotonic();
    const limit = config.maxMessagesPerSecond;
    tokens = Math.min(limit * RATE_WINDOW_S, tokens + ((nowMs - countedAtMs) / 1000) * limit);
    countedAtMs = nowMs;
    tokens -= 1;
    return tokens >= 0;
  }

  webSocket.on('message', (data: Buffer, isBinary: boolean) => {
    heard = true;
    if (ending.signal.aborted) return;
    if (!withinRate()) return close(4429, 'too_many_requests');
    try {
      act(session.message(isBinary ? data : data.toString('utf8'), clock.now()));
    } catch (error) {
      logger.error({ error, dialect: dialect.name }, 'a session failed on a message');
      close(1011, 'internal');
    }
  });
  webSocket.on('pong', (data) => {
    heard = true;
    outbox.pong(data);
  });
  webSocket.on('ping', () => {
    heard = true;
  });
  // Broken frames and oversized ones: `ws` has answered with the right close code already.
  webSocket.on('error', (error) => logger.debug({ error: error.message }, 'a socket broke the rules'));
  webSocket.on('close', finish);

  act(session.open(clock.now()));
}

/** Whose jobs a principal reaches: its own, or (operators) everybody's. */
export function reachOf(principal: Principal): Reach {
  return { owner: principal.owner, all: principal.roles.includes('operator') };
}
