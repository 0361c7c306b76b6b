import { WebSocket } from 'ws';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { readFrame, type SocketPicture } from './frames.js';
import { socketMessageSchema } from './wire.js';

/** What the socket of one prompt tells. */
export interface SocketListener {
  message(type: string, data: Record<string, unknown>): void;
  picture(picture: SocketPicture): void;
}

/**
 * The socket of one prompt: an extra, never the truth. It reconnects by itself under the same client id, because news of a
 * prompt goes to the id that sent it, and only once the connection before is closed: the server forgets the new one otherwise.
 */
export interface PromptSocket {
  /** Settles when the first connection stands or could not be made in time; never rejects. */
  opened: Promise<void>;
  /** Whether the connection that stands now has told anything of the prompt. */
  hears(): boolean;
  /** How long nothing was heard of the prompt, in milliseconds. */
  silentMs(): number;
  /** Connects anew: this connection may be deaf. */
  renew(): void;
  close(): Promise<void>;
}

export interface PromptSocketOptions {
  url: URL;
  headers: Readonly<Record<string, string>>;
  clientId: string;
  promptId: string;
  clock: Clock;
  logger: Logger;
}

const HANDSHAKE_MS = 5_000;
/** How long a closing handshake may take before the line is cut. */
const CLOSE_MS = 1_000;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 5_000;
/** Failed prompts tell their inputs, printed: those are long. */
const MAX_FRAME_BYTES = 128 * 1024 * 1024;

export function openPromptSocket(options: PromptSocketOptions, listener: SocketListener): PromptSocket {
  const { clock, logger, promptId } = options;
  let socket: WebSocket | null = null;
  let closed = false;
  let openedMs = clock.monotonic();
  let heardMs = Number.NEGATIVE_INFINITY;
  let backoffMs = FIRST_BACKOFF_MS;
  let takeBack = (): void => undefined;
  let sayOpened = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    sayOpened = resolve;
  });

  function connect(): void {
    const made = new WebSocket(addressOf(options), {
      headers: { ...options.headers },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
    });
    socket = made;
    made.on('open', () => {
      openedMs = clock.monotonic();
      backoffMs = FIRST_BACKOFF_MS;
      // It must be the first thing said: only then do previews name their prompt.
      made.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
      sayOpened();
    });
    made.on('message', (data, isBinary) => {
      if (socket !== made || closed) return;
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
      if (isBinary) takePicture(bytes);
      else takeText(bytes.toString('utf8'));
    });
    made.on('error', (err) => logger.debug({ err, promptId }, 'the socket of a prompt failed'));
    made.on('close', () => {
      if (socket !== made) return;
      socket = null;
      sayOpened();
      if (!closed) later();
    });
  }

  function later(): void {
    takeBack = clock.after(backoffMs, connect);
    backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2);
  }

  function takeText(text: string): void {
    const message = readMessage(text);
    if (message === null) return;
    const about = message.data.prompt_id;
    // A job of somebody who gave no client id is told to every socket; what names no prompt comes for our own only.
    if (about !== undefined && about !== promptId) return;
    if (about === promptId || message.type === 'executing') heardMs = clock.monotonic();
    listener.message(message.type, message.data);
  }

  function takePicture(bytes: Buffer): void {
    const picture = readFrame(bytes);
    if (picture === null || (picture.promptId !== null && picture.promptId !== promptId)) return;
    if (picture.promptId === promptId) heardMs = clock.monotonic();
    listener.picture(picture);
  }

  connect();
  return {
    opened,
    hears: () => socket !== null && heardMs >= openedMs,
    silentMs: () => clock.monotonic() - Math.max(heardMs, openedMs),
    renew() {
      const old = socket;
      openedMs = clock.monotonic();
      if (old === null || closed) return;
      void closeWhole(old, clock);
    },
    async close() {
      closed = true;
      takeBack();
      sayOpened();
      if (socket !== null) await closeWhole(socket, clock);
    },
  };
}

function addressOf({ url, clientId }: PromptSocketOptions): URL {
  const address = new URL(url);
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  address.pathname = `${url.pathname.replace(/\/+$/, '')}/ws`;
  address.search = `?clientId=${encodeURIComponent(clientId)}`;
  return address;
}

function readMessage(text: string): { type: string; data: Record<string, unknown> } | null {
  try {
    return socketMessageSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Closes with the closing handshake, so that the server has noticed; cuts the line when it does not answer. */
async function closeWhole(socket: WebSocket, clock: Clock): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  await new Promise<void>((resolve) => {
    const takeBack = clock.after(CLOSE_MS, () => socket.terminate());
    socket.once('close', () => {
      takeBack();
      resolve();
    });
    socket.close();
  });
}
