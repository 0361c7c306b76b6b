import { decodeFrame } from '@rendercast/protocol';
import type { ClientMessageInput, PreviewHeader, ServerMessage } from '@rendercast/protocol/dialects/native/index';
import { WebSocket } from 'ws';
import { createWaitingRoom } from './waiting-room.js';

/** A native socket that writes down everything it hears. */
export interface Wire {
  messages: ServerMessage[];
  previews: { header: PreviewHeader; bytes: Uint8Array }[];
  closed: { code: number; reason: string } | null;
  socket: WebSocket;
  send(message: ClientMessageInput | string | Uint8Array): void;
  /** Waits for a message that fits, also among those that came before. */
  next<T extends ServerMessage['type']>(
    type: T,
    fits?: (message: Extract<ServerMessage, { type: T }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: T }>>;
  untilClosed(): Promise<{ code: number; reason: string }>;
  close(): void;
}

/** Opens a socket; with `hello: false` it stays silent. */
export async function openWire(
  url: string,
  options: { token?: string; hello?: boolean; headers?: Record<string, string>; protocol?: string } = {},
): Promise<Wire> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, options.protocol ?? 'rendercast.v1', {
    headers: options.headers ?? {},
  });
  const { waitFor, tell } = createWaitingRoom(() => wire.messages);
  const wire: Wire = {
    messages: [],
    previews: [],
    closed: null,
    socket,
    send: (message) =>
      socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message)),
    next: (type, fits = () => true) =>
      waitFor(
        `a message ${type}`,
        () => wire.messages.find((message) => message.type === type && fits(message as never)) as never,
      ),
    untilClosed: () => waitFor('the close', () => wire.closed ?? undefined),
    close: () => socket.close(),
  };

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      const frame = decodeFrame(data);
      if (frame !== null) wire.previews.push({ header: frame.header as PreviewHeader, bytes: frame.body });
    } else wire.messages.push(JSON.parse(data.toString('utf8')) as ServerMessage);
    tell();
  });
  socket.on('close', (code, reason) => {
    wire.closed = { code, reason: reason.toString() };
    tell();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  if (options.hello !== false) {
    wire.send({ type: 'hello', ...(options.token === undefined ? {} : { token: options.token }) });
    await wire.next('welcome');
  }
  return wire;
}
