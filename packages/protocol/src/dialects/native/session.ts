import type { Effect, Followed, Outcome, Session, SessionInit, Target } from '../../dialect.js';
import { ERRORS, RendercastError } from '../../errors.js';
import type { LevelKind } from '../../events.js';
import { outwardError } from './error.js';
import type { ClientMessage, ServerMessage } from './messages.js';
import { outwardSnapshot, wantedLevels } from './outward.js';
import { readClientMessage } from './request.js';
import { SUBPROTOCOL } from './subprotocol.js';
import { variantOf } from './view.js';

/** A socket that has not said hello after this long is closed: room for a slow phone, no home for idle strangers. */
export const HELLO_WITHIN_MS = 10_000;
/** Messages kept while a token is checked: a client may send hello and its subscriptions in one flight. */
export const MAX_EARLY_MESSAGES = 64;

/** A subscription that was asked for and not answered yet. */
interface Pending {
  ref: string | null;
  target: Target;
  levels: readonly LevelKind[];
}

/**
 *   mode      what it is                              left by
 *   silent    open, no hello yet                      hello → checking or ready; HELLO_WITHIN_MS → closed
 *   checking  the token is being looked up            settled → ready or closed
 *   ready     welcomed; subscribe, unsubscribe, ping  drain → closed
 *   closed    nothing is answered any more
 */
type Mode = 'silent' | 'checking' | 'ready' | 'closed';

/** One native socket. */
export function createNativeSession(init: SessionInit): Session {
  return new NativeSession(init);
}

/** A class, because there is one for each open connection: methods of its own for each would double what it takes. */
class NativeSession implements Session {
  readonly #init: SessionInit;
  #mode: Mode = 'silent';
  /** Came while the token was being checked. */
  #early: ClientMessage[] | null = null;
  #pending: Pending[] | null = null;
  /** Levels wanted by topic, of subscriptions that stand. */
  #standing: Map<string, readonly LevelKind[]> | null = null;

  constructor(init: SessionInit) {
    this.#init = init;
  }

  open(nowMs: number): Effect[] {
    return [{ do: 'wake', atMs: nowMs + HELLO_WITHIN_MS }];
  }

  message(data: string | Uint8Array): Effect[] {
    if (this.#mode === 'closed') return [];
    const read = readClientMessage(data);
    if ('error' in read) return [failure(read.error, read.ref)];
    const { message } = read;
    if (this.#mode === 'ready') return this.#act(message);
    if (this.#mode === 'checking') return this.#hold(message);
    if (message.type === 'hello') return this.#greet(message.token);
    return [failure(new RendercastError('invalid_request', 'hello must come first.'), refOf(message))];
  }

  tick(): Effect[] {
    if (this.#mode !== 'silent') return [];
    return this.#closing(new RendercastError('unauthorized', `No hello came within ${HELLO_WITHIN_MS} ms.`));
  }

  followed(followed: Followed): Effect[] {
    if (this.#mode === 'closed') return [];
    const { topic, target } = followed;
    this.#standing ??= new Map();
    const asked = takePending(this.#pending ?? [], target, this.#standing.has(topic));
    const levels = asked?.levels ?? this.#standing.get(topic) ?? [];
    this.#standing.set(topic, levels);
    return this.#stands(followed, asked, levels);
  }

  refused(target: Target, error: RendercastError): Effect[] {
    if (this.#mode === 'closed') return [];
    return [failure(error, takePending(this.#pending ?? [], target, false)?.ref ?? null)];
  }

  settled(tag: string, outcome: Outcome): Effect[] {
    if (this.#mode !== 'checking' || tag !== 'authenticate') return [];
    return outcome.ok ? this.#welcome() : this.#closing(outcome.error);
  }

  drain(retryAfterMs: number): Effect[] {
    if (this.#mode === 'closed') return [];
    this.#mode = 'closed';
    const { close } = ERRORS.shutting_down;
    return [send({ type: 'draining', retryAfterMs }), { do: 'close', code: close, reason: 'shutting_down' }];
  }

  #closing(error: RendercastError): Effect[] {
    this.#mode = 'closed';
    return [failure(error, null), { do: 'close', code: ERRORS[error.code].close, reason: error.code }];
  }

  #welcome(): Effect[] {
    this.#mode = 'ready';
    const { connectionId, epoch, heartbeatMs } = this.#init;
    const held = this.#early ?? [];
    this.#early = null;
    return [
      { do: 'wake', atMs: null },
      send({ type: 'welcome', protocol: SUBPROTOCOL, connectionId, epoch, heartbeatMs }),
      ...held.flatMap((message) => this.#act(message)),
    ];
  }

  #greet(token: string | undefined): Effect[] {
    if (this.#init.authenticated) return this.#welcome();
    if (token === undefined) return this.#closing(new RendercastError('unauthorized'));
    this.#mode = 'checking';
    return [{ do: 'authenticate', token }];
  }

  #hold(message: ClientMessage): Effect[] {
    this.#early ??= [];
    if (this.#early.length >= MAX_EARLY_MESSAGES)
      return [
        failure(new RendercastError('too_many_requests', 'Wait for welcome before sending more.'), refOf(message)),
      ];
    this.#early.push(message);
    return [];
  }

  #act(message: ClientMessage): Effect[] {
    switch (message.type) {
      case 'hello':
        return [failure(new RendercastError('invalid_request', 'hello was said already.'), null)];
      case 'ping':
        return [send({ type: 'pong', ref: message.ref ?? null })];
      case 'unsubscribe':
        if (this.#standing?.delete(message.topic) !== true)
          return [failure(new RendercastError('not_found', 'There is no subscription of this topic.'), null)];
        return [{ do: 'unfollow', topic: message.topic }];
      case 'subscribe':
        return this.#subscribe(message);
    }
  }

  #subscribe(message: Extract<ClientMessage, { type: 'subscribe' }>): Effect[] {
    const target: Target = message.job === undefined ? { feed: message.feed ?? {} } : { job: message.job };
    const levels = wantedLevels(message.levels, message.previews);
    this.#pending ??= [];
    this.#pending.push({ ref: message.ref ?? null, target, levels });
    const position = message.position ?? null;
    return [{ do: 'follow', target, position, variant: variantOf(message.previews), levels }];
  }

  #stands(followed: Followed, asked: Pending | null, levels: readonly LevelKind[]): Effect[] {
    const { topic, position, reset } = followed;
    const snapshot = followed.snapshot === null ? null : outwardSnapshot(followed.snapshot, this.#init.fileUrl, levels);
    const effects: Effect[] = [];
    // A reset brings the snapshot itself; `subscribed` then only says which topic answers which `ref`.
    if (asked !== null || reset === null)
      effects.push(
        send({
          type: 'subscribed',
          ref: asked?.ref ?? null,
          topic,
          snapshot: reset === null ? snapshot : null,
          position,
        }),
      );
    if (reset !== null) effects.push(send({ type: 'reset', topic, reason: reset, snapshot, position }));
    return effects;
  }
}

/**
 * Which subscribe an answer belongs to: the oldest that asked for this very target. Where the house wrote the
 * target its own way it is simply the oldest, unless the topic stands already (then nobody asked: a later reset).
 */
function takePending(pending: Pending[], target: Target, stands: boolean): Pending | null {
  const key = JSON.stringify(target);
  let index = pending.findIndex((asked) => asked.target === target || JSON.stringify(asked.target) === key);
  if (index < 0 && !stands) index = 0;
  return pending.splice(index, index < 0 ? 0 : 1)[0] ?? null;
}

function refOf(message: ClientMessage): string | null {
  return 'ref' in message ? (message.ref ?? null) : null;
}

function send(message: ServerMessage): Effect {
  return { do: 'send', frame: JSON.stringify(message) };
}

function failure(error: RendercastError, ref: string | null): Effect {
  return send({ type: 'error', ref, error: outwardError(error) });
}
