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
import type { Sink } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Logger } from '../logger.js';
import type { Access } from './access.js';
import type { Connection, Connections } from './connections.js';
import { isTooDeep } from './json.js';
import { createMessageRate } from './message-rate.js';
import { createOutbox, type Outbox } from './outbox.js';
import type { Proxies } from './proxies.js';
import { createSocketSubscriptions } from './socket-subscriptions.js';
import { encodePong, encodeWebSocketFrame } from './websocket-frame.js';

/** What a socket needs of the house. */
export interface SocketDeps {
  access: Access;
  clock: Clock;
  config: Config;
  connections: Connections;
  flusher: Flusher;
  logger: Logger;
  proxies: Proxies;
  subscriptions: Subscriptions;
  verbsFor(principal: Principal): Verbs;
}

/** Who is at the other end. */
export interface Peer {
  webSocket: WebSocket;
  socket: Socket;
  address: string;
  principal: Principal | null;
}

/** Bytes of close reasons that fit in a control frame. */
const MAX_REASON_BYTES = 120;
/** A peer that does not answer a close within this time is cut off. */
const CLOSE_WITHIN_MS = 5_000;

/** Runs one dialect session on one socket: carries out its effects and feeds it what comes in. */
export function runSocket(deps: SocketDeps, dialect: Dialect, route: SocketRoute, peer: Peer, init: SessionInit): void {
  const { clock, config, flusher, logger } = deps;
  const { webSocket } = peer;
  const ending = new AbortController();
  const rate = createMessageRate(config.maxMessagesPerSecond, clock);
  const outbox = createOutbox({
    socket: peer.socket,
    flusher,
    windowBytes: config.windowBytes,
    overflowed: () => webSocket.terminate(),
  });
  let principal = peer.principal;
  let heard = true;
  let stopWake: (() => void) | null = null;

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
  const leave = admitted(deps.connections, connection, webSocket);
  if (leave === null) return;
  const session = route.createSession(init);
  const subscriptions = createSocketSubscriptions(
    { subscriptions: deps.subscriptions, maxSubscriptions: config.maxSubscriptionsPerSocket },
    dialect,
    socketSink(outbox, session, { act, close, clock, logger }),
    {
      followed(followed) {
        act(session.followed(followed, clock.now()));
        return !ending.signal.aborted;
      },
      refused(target, error) {
        if (error.code === 'internal') logger.error({ error: error.cause }, 'a subscription failed');
        act(session.refused(target, error, clock.now()));
      },
    },
  );

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
        return subscriptions.follow(effect, principal);
      case 'unfollow':
        return subscriptions.unfollow(effect.topic);
      case 'call':
        return void call(effect.tag, effect.verb);
      case 'authenticate':
        return authenticate(effect.token);
      case 'wake':
        return wake(effect.atMs);
      case 'close':
        return close(effect.code, effect.reason);
    }
  }

  async function call(tag: string, verb: Extract<Effect, { do: 'call' }>['verb']): Promise<void> {
    try {
      if (principal === null) throw new RendercastError('unauthorized');
      const value = await verb(deps.verbsFor(principal), ending.signal);
      act(session.settled(tag, { ok: true, value }, clock.now()));
    } catch (thrown) {
      const error = toRendercastError(thrown);
      if (error.code === 'internal') logger.error({ error: thrown }, 'a call of a socket failed');
      act(session.settled(tag, { ok: false, error }, clock.now()));
    }
  }

  function authenticate(token: string): void {
    principal = deps.access.byToken(token);
    const error = new RendercastError('unauthorized', 'this key is not known');
    const outcome =
      principal === null ? ({ ok: false, error } as const) : ({ ok: true, value: principal.owner } as const);
    act(session.settled('authenticate', outcome, clock.now()));
  }

  function wake(atMs: number | null): void {
    stopWake?.();
    const tick = (): void => act(session.tick(clock.now()));
    stopWake = atMs === null ? null : clock.after(Math.max(0, atMs - clock.now()), tick);
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
    subscriptions.close();
    outbox.close();
    leave?.();
  }

  function received(data: Buffer, isBinary: boolean): void {
    heard = true;
    if (ending.signal.aborted) return;
    if (!rate.allows()) return close(4429, 'too_many_requests');
    const message = isBinary ? data : data.toString('utf8');
    if (typeof message === 'string' && isTooDeep(message, config.maxNesting)) return close(1007, 'invalid_request');
    try {
      act(session.message(message, clock.now()));
    } catch (error) {
      logger.error({ error, dialect: dialect.name }, 'a session failed on a message');
      close(1011, 'internal');
    }
  }

  webSocket.on('message', received);
  webSocket.on('pong', (data) => {
    heard = true;
    outbox.pong(data);
  });
  webSocket.on('ping', (data) => {
    heard = true;
    if (ending.signal.aborted) return;
    // A ping is a message like any other: whoever sends them and reads no answers would fill the memory with pongs.
    if (!rate.allows()) return close(4429, 'too_many_requests');
    outbox.push(encodePong(data));
  });
  // Broken frames and oversized ones: the library has answered with the right close code already.
  webSocket.on('error', (error) => logger.debug({ error: error.message }, 'a socket broke the rules'));
  webSocket.on('close', finish);
  act(session.open(clock.now()));
}

/** Makes room for the socket; null: there is none, and it has been told. */
function admitted(connections: Connections, connection: Connection, webSocket: WebSocket): (() => void) | null {
  try {
    return connections.admit(connection);
  } catch (thrown) {
    const { code } = toRendercastError(thrown);
    webSocket.close(code === 'shutting_down' ? 1012 : 4429, code);
    return null;
  }
}

/** Where the chunks of all that the socket follows go. */
function socketSink(
  outbox: Outbox,
  session: Session,
  house: {
    act(effects: readonly Effect[]): void;
    close(code: number, reason: string): void;
    clock: Clock;
    logger: Logger;
  },
): Sink {
  return {
    blocked: () => outbox.blocked(),
    whenReady: (callback) => outbox.whenReady(callback),
    write(chunk) {
      outbox.push(chunk.bytes());
      if (session.passed === undefined) return;
      const frames = chunk.deliveries.map(({ frame }) => frame);
      house.act(session.passed(frames, house.clock.now()));
    },
    reset: (followed) => house.act(session.followed(followed, house.clock.now())),
    failed(error) {
      house.logger.warn({ error }, 'a reader could not be served from the log; it is asked to come back');
      house.close(1013, 'storage_unavailable');
    },
    ...(session.wants === undefined ? {} : { wants: (frame) => session.wants?.(frame) ?? true }),
  };
}
