import { decodePreview, decodeServerMessage } from '@rendercast/protocol/dialects/native/decode';
import type { ClientMessageInput, ServerMessage } from '@rendercast/protocol/dialects/native/messages';
import { SUBPROTOCOL } from '@rendercast/protocol/dialects/native/subprotocol';
import { ERRORS, RendercastError } from '@rendercast/protocol/errors';
import { createDeadline } from '../deadline.js';
import { unreachable } from '../http-error.js';
import type { Subscription } from '../subscription.js';
import { errorOfMessage } from '../wire.js';
import { deliver } from './deliver.js';
import { createHeartbeat, type Heartbeat } from './heartbeat.js';
import type { Link, LinkContext, LinkHooks, OpenLink } from './link.js';
import { OPEN, type SocketLike } from './socket.js';
import { createTopics } from './topics.js';

/**
 * One socket for all subscriptions.
 *
 *   mode     what it is                                        left by
 *   opening  key, connect, hello; nothing is subscribed yet    welcome → open; handshakeMs, close → over
 *   open     subscriptions run; pinged when silent             close, unanswered ping → over
 *   over     nothing is heard or said any more
 */
export const openWebSocket: OpenLink = (context, hooks) => {
  const { settings } = context;
  const { timing } = settings;
  const subscriptions = new Set<Subscription>();
  const topics = createTopics();
  let mode: 'opening' | 'open' | 'over' = 'opening';
  let socket: SocketLike | null = null;
  let heartbeat: Heartbeat | null = null;
  /** What the server said was wrong, before it closes. */
  let said: RendercastError | null = null;
  const handshake = createDeadline(timing.handshakeMs, () => unreachable('The socket did not open in time.'));

  function send(message: ClientMessageInput): void {
    if (socket?.readyState === OPEN) socket.send(JSON.stringify(message));
  }

  function end(): boolean {
    if (mode === 'over') return false;
    mode = 'over';
    handshake.abort(unreachable('The link was closed.'));
    handshake.release();
    heartbeat?.stop();
    if (socket !== null) hangUp(socket);
    return true;
  }

  function lost(message: string): void {
    if (end()) hooks.lost({ said, message });
  }

  function subscribe(subscription: Subscription): void {
    const position = subscription.position();
    send({
      type: 'subscribe',
      ref: topics.ask(subscription),
      ...subscription.target,
      ...subscription.wants(),
      ...(position === null ? {} : { position }),
    });
  }

  /** The answer to a subscription that nobody wants any more. */
  function letGo(topic: string): void {
    if (!topics.has(topic)) send({ type: 'unsubscribe', topic });
  }

  function received(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        mode = 'open';
        handshake.release();
        heartbeat = createHeartbeat(
          message.heartbeatMs,
          timing.pongMs,
          () => send({ type: 'ping' }),
          () => lost('The socket fell silent.'),
        );
        hooks.opened();
        for (const subscription of subscriptions) subscribe(subscription);
        return;
      case 'error': {
        const error = errorOfMessage(message.error);
        const subscription = topics.answer(message.ref);
        if (subscription !== null) hooks.refused(subscription, error);
        else if (mode === 'opening') said = error;
        return;
      }
      case 'draining':
        return hooks.draining(message.retryAfterMs);
      case 'subscribed': {
        if (message.ref === null) break; // not asked for: the job has come into being, or started over
        const subscription = topics.answer(message.ref);
        if (subscription === null) return letGo(message.topic);
        topics.stand(message.topic, subscription);
        return deliver(message, subscription, hooks);
      }
    }
    if ('topic' in message) for (const subscription of topics.of(message.topic)) deliver(message, subscription, hooks);
  }

  function heard(data: unknown): void {
    if (mode === 'over') return;
    heartbeat?.heard();
    if (typeof data === 'string') {
      const message = decodeServerMessage(data);
      if (message !== null) received(message);
    } else if (data instanceof ArrayBuffer) {
      const preview = decodePreview(new Uint8Array(data));
      if (preview === null) return;
      const { topic, jobId, level } = preview.header;
      for (const subscription of topics.of(topic)) subscription.level(jobId, level, preview.picture);
    }
  }

  connect(context, handshake.signal)
    .then((opening) => {
      if (mode === 'over') return hangUp(opening.socket);
      socket = opening.socket;
      socket.addEventListener('open', () => send({ type: 'hello', ...opening.hello }));
      socket.addEventListener('message', ({ data }) => heard(data));
      socket.addEventListener('error', () => undefined); // `close` follows and tells as much
      socket.addEventListener('close', ({ code }) => {
        said ??= errorOfClose(code);
        lost(`The socket was closed (${code}).`);
      });
    })
    .catch((error: unknown) => {
      if (error instanceof RendercastError && error.code !== 'unreachable') said = error;
      lost(error instanceof Error ? error.message : String(error));
    });
  handshake.signal.addEventListener('abort', () => lost('The socket did not open in time.'), { once: true });

  return {
    follow(subscription) {
      subscriptions.add(subscription);
      if (mode === 'open') subscribe(subscription);
    },
    unfollow(subscription) {
      subscriptions.delete(subscription);
      const topic = topics.forget(subscription);
      if (topic !== null) send({ type: 'unsubscribe', topic });
    },
    check: () => heartbeat?.check(),
    close: () => void end(),
  } satisfies Link;
};

/** Gets a key and starts to connect. */
async function connect(
  { settings, http }: LinkContext,
  signal: AbortSignal,
): Promise<{ socket: SocketLike; hello: { token?: string } }> {
  if (settings.webSocket === undefined) throw unreachable('There is no WebSocket here.');
  const token = await http.token(signal);
  signal.throwIfAborted();
  const url = http.resolve('v1/stream');
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new settings.webSocket(url.href, SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  return { socket, hello: token === undefined ? {} : { token } };
}

/** The refusals that a close code alone can tell. */
function errorOfClose(code: number): RendercastError | null {
  for (const refusal of ['unauthorized', 'forbidden', 'shutting_down', 'too_many_requests'] as const)
    if (ERRORS[refusal].close === code) return new RendercastError(refusal);
  return null;
}

/** Says goodbye, and cuts if that is not answered: a peer that is gone would hold the line for a long time. */
function hangUp(socket: SocketLike): void {
  socket.close(1000);
  const cut = socket.terminate?.bind(socket);
  if (cut === undefined) return;
  const timer = setTimeout(cut, GOODBYE_MS);
  socket.addEventListener('close', () => clearTimeout(timer));
}

/** How long a goodbye may take. */
const GOODBYE_MS = 250;
