import { decodePreview, decodeServerMessage } from '@rendercast/protocol/dialects/native/decode';
import type { ClientMessageInput, ServerMessage } from '@rendercast/protocol/dialects/native/messages';
import { SUBPROTOCOL } from '@rendercast/protocol/dialects/native/subprotocol';
import { ERROR_STATUS, type ErrorCode } from '@rendercast/protocol/error-table';
import { RendercastError } from '@rendercast/protocol/rendercast-error';
import { createDeadline } from '../deadline.js';
import { errorOfWay, timedOut, unreachable } from '../http-error.js';
import type { Subscription } from '../subscription.js';
import { errorOfMessage } from '../wire.js';
import { deliver } from './deliver.js';
import { createHeartbeat, type Heartbeat } from './heartbeat.js';
import type { LinkContext, OpenLink } from './link.js';
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
  const { timing } = context.settings;
  const subscriptions = new Set<Subscription>();
  const topics = createTopics();
  let mode: 'opening' | 'open' | 'over' = 'opening';
  let socket: SocketLike | null = null;
  let heartbeat: Heartbeat | null = null;
  /** What the server said was wrong, before it closes. */
  let said: RendercastError | null = null;
  const handshake = createDeadline(timing.handshakeMs);
  handshake.signal.addEventListener('abort', () => end(handshake.signal.reason));

  function send(message: ClientMessageInput): void {
    if (socket?.readyState === OPEN) socket.send(JSON.stringify(message));
  }

  /** Ends all; without an error silently. */
  function end(error?: unknown): void {
    if (mode === 'over') return;
    mode = 'over';
    handshake.abort(error);
    handshake.release();
    heartbeat?.stop();
    if (socket !== null) hangUp(socket);
    if (error !== undefined) hooks.lost(errorOfWay(error));
  }

  function subscribe(subscription: Subscription): void {
    const { target, wants, position } = subscription;
    send({
      type: 'subscribe',
      ref: topics.ask(subscription),
      ...target,
      ...wants(),
      position: position() ?? undefined,
    });
  }

  function welcomed(heartbeatMs: number): void {
    mode = 'open';
    handshake.release();
    heartbeat = createHeartbeat(
      heartbeatMs,
      timing.pongMs,
      () => send({ type: 'ping' }),
      () => end(timedOut()),
    );
    hooks.opened();
    subscriptions.forEach(subscribe);
  }

  function received(message: ServerMessage): void {
    if (message.type === 'welcome') return welcomed(message.heartbeatMs);
    if (message.type === 'draining') return hooks.draining(message.retryAfterMs);
    const asked = 'ref' in message ? topics.answer(message.ref) : null;
    if (message.type === 'error') {
      const error = errorOfMessage(message.error);
      if (asked !== null) hooks.refused(asked, error);
      else if (mode === 'opening') said = error;
    } else if ('topic' in message) {
      if (message.type === 'subscribed') topics.stand(message.topic, asked);
      // An answer is for the one who asked; two ids of one job share a topic.
      for (const member of asked === null ? topics.of(message.topic) : [asked]) deliver(message, member);
    }
    if ('ref' in message) endIdle();
  }

  /** Ends the streams of those who have left. */
  function endIdle(): void {
    for (const topic of topics.takeIdle()) send({ type: 'unsubscribe', topic });
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
      for (const member of topics.of(topic)) member.level(jobId, level, preview.picture);
    }
  }

  async function connect({ settings, http }: LinkContext): Promise<void> {
    if (settings.webSocket === undefined) throw timedOut();
    const token = await http.token(handshake.signal);
    if (mode === 'over') return;
    const url = http.resolve('v1/stream');
    url.protocol = url.protocol.replace('http', 'ws');
    socket = new settings.webSocket(url.href, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => send({ type: 'hello', token }));
    socket.addEventListener('message', ({ data }) => heard(data));
    socket.addEventListener('error', () => undefined); // `close` follows and tells as much
    socket.addEventListener('close', ({ code }) =>
      end(said ?? errorOfClose(code) ?? unreachable(`The socket was closed (${code}).`)),
    );
  }
  connect(context).catch(end);

  return {
    follow(subscription) {
      subscriptions.add(subscription);
      if (mode === 'open') subscribe(subscription);
    },
    unfollow(subscription) {
      subscriptions.delete(subscription);
      topics.forget(subscription);
      endIdle();
    },
    check: () => heartbeat?.check(),
    close: () => end(),
  };
};

/** The refusals that a close code alone can tell: those of our own range, 4000 and the status. */
function errorOfClose(closeCode: number): RendercastError | null {
  const row = Object.entries(ERROR_STATUS).find(([, status]) => status === closeCode - 4000);
  return row === undefined ? null : new RendercastError(row[0] as ErrorCode);
}

/** Says goodbye and does not wait for the answer: a peer that is gone would hold the line for a long time. */
function hangUp(socket: SocketLike): void {
  socket.close(1000);
  socket.terminate?.();
}
