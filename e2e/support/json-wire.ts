import { WebSocket } from 'ws';
import { createWaitingRoom } from './waiting-room.js';

/** A message of a dialect whose frames are JSON objects. */
export type JsonMessage = Record<string, unknown>;

/** A socket of a dialect whose frames are JSON objects; it writes down everything it hears. */
export interface JsonWire {
  readonly messages: readonly JsonMessage[];
  readonly closed: { code: number; reason: string } | null;
  send(message: unknown): void;
  sendRaw(data: string | Uint8Array): void;
  /** Waits for a message that fits, also among those that came before. */
  next(whatFor: string, fits: (message: JsonMessage) => boolean): Promise<JsonMessage>;
  untilClosed(): Promise<{ code: number; reason: string }>;
  close(): void;
  /** Goes without a word, as a machine does that loses its network. */
  terminate(): void;
}

/** Opens a socket at an address of the server. */
export async function openJsonWire(url: string, path: string, headers: Record<string, string> = {}): Promise<JsonWire> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
  const messages: JsonMessage[] = [];
  const { waitFor, tell } = createWaitingRoom(() => messages);
  let closed: JsonWire['closed'] = null;
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString('utf8')) as JsonMessage);
    tell();
  });
  socket.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
    tell();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);

  return {
    messages,
    get closed() {
      return closed;
    },
    send: (message) => socket.send(JSON.stringify(message)),
    sendRaw: (data) => socket.send(data),
    next: (whatFor, fits) => waitFor(whatFor, () => messages.find(fits)),
    untilClosed: () => waitFor('the close', () => closed),
    close: () => socket.close(),
    terminate: () => socket.terminate(),
  };
}
