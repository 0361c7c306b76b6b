import type { Socket } from 'node:net';
import {
  type Dialect,
  type Effect,
  type ErrorCode,
  type Followed,
  type Principal,
  RendercastError,
  type Role,
  type Session,
  type SessionInit,
  type SocketRoute,
  type Target,
  toRendercastError,
  type Verbs,
  type ViewFrame,
} from '@rendercast/protocol';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Chunk } from '../events/chunk.js';
import type { Flusher } from '../events/flusher.js';
import type { Sink } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Logger } from '../logger.js';
import type { Access } from './access.js';
import type { Connection, Connections } from './connections.js';
import { isTooDeep } from './json.js';
import { createMessageRate, type MessageRate } from './message-rate.js';
import { createOutbox, type Outbox } from './outbox.js';
import type { Proxies } from './proxies.js';
import { shrinkPicture, smallFrame } from './small-preview.js';
import { createSocketSubscriptions, type FollowOutcome, type SocketSubscriptions } from './socket-subscriptions.js';
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
  const session = route.createSession(init);
  const run = new SocketRun(deps, dialect, session, peer, route.role ?? 'user');
  const leave = admitted(deps.connections, run, peer.webSocket);
  if (leave !== null) run.start(leave);
}

/** One socket at work. A class, because there is one for each open connection: see decision 006. */
class SocketRun implements Connection, Sink, FollowOutcome {
  readonly kind = 'socket';
  readonly address: string;
  readonly dialect: string;
  readonly #deps: SocketDeps;
  readonly #dialect: Dialect;
  readonly #session: Session;
  readonly #sessionWants: Sink['wants'];
  readonly #webSocket: WebSocket;
  readonly #outbox: Outbox;
  readonly #rate: MessageRate;
  readonly #role: Role;
  #principal: Principal | null;
  #leave: (() => void) | null = null;
  /** Made with the first subscription and the first call: a socket that waits for its user costs less. */
  #subscriptions: SocketSubscriptions | null = null;
  #calls: AbortController | null = null;
  #stopWake: (() => void) | null = null;
  #heard = true;
  #ended = false;
  /** Counts what a level must not come after. */
  #words = 0;
  #shrinking = false;

  constructor(deps: SocketDeps, dialect: Dialect, session: Session, peer: Peer, role: Role) {
    const { clock, config, flusher } = deps;
    const { webSocket, socket, address, principal } = peer;
    this.address = address;
    this.dialect = dialect.name;
    this.#deps = deps;
    this.#dialect = dialect;
    this.#session = session;
    this.#sessionWants = session.wants === undefined ? undefined : (frame) => session.wants?.(frame) ?? true;
    this.#webSocket = webSocket;
    this.#principal = principal;
    this.#role = role;
    this.#rate = createMessageRate(config.maxMessagesPerSecond, clock);
    const overflowed = (): void => webSocket.terminate();
    this.#outbox = createOutbox({ socket, flusher, windowBytes: config.windowBytes, overflowed });
  }

  start(leave: () => void): void {
    const { logger } = this.#deps;
    const webSocket = this.#webSocket;
    this.#leave = leave;
    webSocket.on('message', (data: Buffer, isBinary) => this.#received(data, isBinary));
    webSocket.on('pong', (data) => this.#ponged(data));
    webSocket.on('ping', (data) => this.#pinged(data));
    // Broken frames and oversized ones: the library has answered with the right close code already.
    webSocket.on('error', (error) => logger.debug({ error: error.message }, 'a socket broke the rules'));
    webSocket.on('close', () => this.#finish());
    this.#act(this.#session.open(this.#now()));
  }

  beat(): void {
    if (!this.#heard) return this.terminate();
    this.#heard = false;
    this.#outbox.ping();
  }

  drain(retryAfterMs: number): void {
    this.#act(this.#session.drain(retryAfterMs, this.#now()));
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  /** What the session wants; while the line has no room for large previews, without those. */
  get wants(): Sink['wants'] {
    const mostBytes = this.#dialect.lighter === undefined ? null : this.#outbox.previewBytes();
    if (mostBytes === null) return this.#sessionWants;
    return (frame) => (this.#sessionWants?.(frame) ?? true) && !this.#isHeavy(frame, mostBytes);
  }

  blocked(): boolean {
    return this.#outbox.blocked();
  }

  names(): ReadonlySet<string> | null {
    return this.#session.names?.() ?? null;
  }

  whenReady(callback: () => void): void {
    this.#outbox.whenReady(callback);
  }

  write(chunk: Chunk): void {
    if (chunk.facts > 0) this.#words += 1;
    this.#outbox.push(chunk.bytes());
    if (this.#session.passed === undefined) return;
    const frames = chunk.deliveries.map(({ frame }) => frame);
    this.#act(this.#session.passed(frames, this.#now()));
  }

  reset(followed: Followed): void {
    this.#act(this.#session.followed(followed, this.#now()));
  }

  failed(error: unknown): void {
    this.#deps.logger.warn({ error }, 'a reader could not be served from the log; it is asked to come back');
    this.#dismiss(1013, 'storage_unavailable');
  }

  followed(followed: Followed): boolean {
    this.#act(this.#session.followed(followed, this.#now()));
    return !this.#ended;
  }

  refused(target: Target, error: RendercastError): void {
    if (error.code === 'internal') this.#deps.logger.error({ error: error.cause }, 'a subscription failed');
    this.#act(this.#session.refused(target, error, this.#now()));
  }

  #now(): number {
    return this.#deps.clock.now();
  }

  #act(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (this.#ended) return;
      this.#perform(effect);
    }
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        this.#words += 1;
        return this.#outbox.push(encodeWebSocketFrame(effect.frame));
      case 'follow':
        return void this.#following().follow(effect, this.#principal);
      case 'narrow':
        return this.#subscriptions?.renamed();
      case 'unfollow':
        return this.#subscriptions?.unfollow(effect.topic);
      case 'call':
        return void this.#call(effect.tag, effect.verb);
      case 'authenticate':
        return this.#authenticate(effect.token);
      case 'wake':
        return this.#wake(effect.atMs);
      case 'close':
        return this.#close(effect.code, effect.reason);
    }
  }

  /** Whether a preview would hold up a slow line; a small one goes in its place. */
  #isHeavy({ of, frame }: ViewFrame, mostBytes: number): boolean {
    if (of !== 'preview' || typeof frame === 'string' || frame.length <= mostBytes) return false;
    if (mostBytes > 0 && !this.#shrinking) void this.#sendSmall(frame);
    return true;
  }

  /** It takes a moment to make; what was said meanwhile may have made it stale, and another will come. */
  async #sendSmall(frame: Uint8Array): Promise<void> {
    const words = this.#words;
    this.#shrinking = true;
    try {
      const small = await smallFrame(frame, async () => (await this.#dialect.lighter?.(frame, shrinkPicture)) ?? null);
      if (small !== null && words === this.#words && !this.#ended && this.#outbox.previewBytes() !== 0)
        this.#outbox.push(encodeWebSocketFrame(small));
    } catch (error) {
      this.#deps.logger.debug({ error }, 'a preview could not be made smaller');
    } finally {
      this.#shrinking = false;
    }
  }

  #following(): SocketSubscriptions {
    const { subscriptions, config } = this.#deps;
    const limits = { subscriptions, maxSubscriptions: config.maxSubscriptionsPerSocket };
    this.#subscriptions ??= createSocketSubscriptions(limits, this.#dialect, this, this);
    return this.#subscriptions;
  }

  async #call(tag: string, verb: Extract<Effect, { do: 'call' }>['verb']): Promise<void> {
    this.#calls ??= new AbortController();
    try {
      if (this.#principal === null) throw new RendercastError('unauthorized');
      if (!this.#principal.roles.includes(this.#role))
        throw new RendercastError('forbidden', `this needs a key with the role ${this.#role}`);
      const value = await verb(this.#deps.verbsFor(this.#principal), this.#calls.signal);
      this.#act(this.#session.settled(tag, { ok: true, value }, this.#now()));
    } catch (thrown) {
      const error = toRendercastError(thrown);
      if (error.code === 'internal') this.#deps.logger.error({ error: thrown }, 'a call of a socket failed');
      this.#act(this.#session.settled(tag, { ok: false, error }, this.#now()));
    }
  }

  #authenticate(token: string): void {
    const principal = this.#deps.access.byToken(token);
    this.#principal = principal;
    const error = new RendercastError('unauthorized', 'this key is not known');
    const outcome =
      principal === null ? ({ ok: false, error } as const) : ({ ok: true, value: principal.owner } as const);
    this.#act(this.#session.settled('authenticate', outcome, this.#now()));
  }

  #wake(atMs: number | null): void {
    this.#stopWake?.();
    this.#stopWake = null;
    if (atMs === null) return;
    const tick = (): void => this.#act(this.#session.tick(this.#now()));
    this.#stopWake = this.#deps.clock.after(Math.max(0, atMs - this.#now()), tick);
  }

  /** Closes for a reason of the house's own, after the last words of dialects that have some. */
  #dismiss(code: number, reason: ErrorCode): void {
    this.#act(this.#session.dismissed?.(new RendercastError(reason), this.#now()) ?? []);
    if (!this.#ended) this.#close(code, reason);
  }

  #close(code: number, reason: string): void {
    this.#outbox.close();
    this.#webSocket.close(code, Buffer.from(reason, 'utf8').subarray(0, MAX_REASON_BYTES).toString());
    this.#deps.clock.after(CLOSE_WITHIN_MS, () => this.terminate());
    this.#finish();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#calls?.abort(new RendercastError('canceled', 'the socket has closed'));
    this.#stopWake?.();
    this.#subscriptions?.close();
    this.#outbox.close();
    this.#leave?.();
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#heard = true;
    if (this.#ended) return;
    if (!this.#rate.allows()) return this.#dismiss(4429, 'too_many_requests');
    try {
      this.#act(this.#session.message(isBinary ? data : this.#readable(data.toString('utf8')), this.#now()));
    } catch (error) {
      this.#deps.logger.error({ error, dialect: this.#dialect.name }, 'a session failed on a message');
      this.#close(1011, 'internal');
    }
  }

  /** Text that is nested too deep to be parsed safely is handed on empty: every dialect answers it like text that is no JSON. */
  #readable(text: string): string {
    return isTooDeep(text, this.#deps.config.maxNesting) ? '' : text;
  }

  #ponged(data: Buffer): void {
    this.#heard = true;
    this.#outbox.pong(data);
  }

  #pinged(data: Buffer): void {
    this.#heard = true;
    if (this.#ended) return;
    // A ping is a message like any other: whoever sends them and reads no answers would fill the memory with pongs.
    if (!this.#rate.allows()) return this.#dismiss(4429, 'too_many_requests');
    this.#outbox.push(encodePong(data));
  }
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
