import type { Socket } from 'node:net';
import type { Flusher } from '../events/flusher.js';
import { encodePing, readPong } from './websocket-frame.js';

/** A reader that lets this many windows of answers pile up is cut off: it asks and never reads. */
const MAX_WINDOWS = 4;
/** A ping goes along each time this part of the window has been sent. */
const PINGS_PER_WINDOW = 4;

/**
 * What leaves through one socket. Everything of one turn leaves in one write. Bytes on their way are counted by
 * pings in the stream, since the kernel takes megabytes before it lets a slow reader be seen.
 */
export interface Outbox {
  push(bytes: Buffer): void;
  /** More is on its way than the window allows. */
  blocked(): boolean;
  whenReady(callback: () => void): void;
  /** The peer answered a ping. */
  pong(payload: Buffer): void;
  /** Sends a ping now, for the heartbeat. */
  ping(): void;
  flush(): void;
  close(): void;
}

/** What an outbox works with. */
interface OutboxOptions {
  socket: Socket;
  flusher: Flusher;
  windowBytes: number;
  /** Called once when the peer asks for more and more and never reads. */
  overflowed: () => void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  return new SocketOutbox(options);
}

/** A class, because there is one for each open connection: see decision 006. */
class SocketOutbox implements Outbox {
  readonly #socket: Socket;
  readonly #flusher: Flusher;
  readonly #windowBytes: number;
  readonly #overflowed: () => void;
  /** What leaves with the next flush: nearly always one buffer, which then is not copied. */
  #first: Buffer | null = null;
  #more: Buffer[] | null = null;
  #sentBytes = 0;
  #pingedBytes = 0;
  #readBytes = 0;
  #ready: (() => void)[] | null = null;
  #closed = false;

  constructor({ socket, flusher, windowBytes, overflowed }: OutboxOptions) {
    this.#socket = socket;
    this.#flusher = flusher;
    this.#windowBytes = windowBytes;
    this.#overflowed = overflowed;
  }

  push(bytes: Buffer): void {
    if (this.#closed) return;
    // What was there before counts: one large frame may pass, or its reader could never go on.
    if (this.#sentBytes - this.#readBytes > this.#windowBytes * MAX_WINDOWS) {
      this.close();
      this.#overflowed();
      return;
    }
    this.#add(bytes);
    this.#sentBytes += bytes.length;
  }

  blocked(): boolean {
    return this.#sentBytes - this.#readBytes > this.#windowBytes;
  }

  whenReady(callback: () => void): void {
    if (this.#closed) return;
    if (!this.blocked()) setImmediate(callback);
    else if (this.#ready === null) this.#ready = [callback];
    else this.#ready.push(callback);
  }

  pong(payload: Buffer): void {
    const upTo = readPong(payload);
    // Never further than was sent: a peer may answer what nobody asked.
    if (upTo === null || !(upTo > this.#readBytes) || upTo > this.#sentBytes) return;
    this.#readBytes = upTo;
    if (this.blocked() || this.#ready === null) return;
    const callbacks = this.#ready;
    this.#ready = null;
    for (const callback of callbacks) callback();
  }

  ping(): void {
    if (this.#closed) return;
    this.#pingedBytes = this.#sentBytes;
    this.#add(encodePing(this.#sentBytes));
  }

  flush(): void {
    if (this.#closed || this.#first === null) return;
    if (this.#sentBytes - this.#pingedBytes >= this.#windowBytes / PINGS_PER_WINDOW) this.ping();
    const bytes = this.#more === null ? this.#first : Buffer.concat([this.#first, ...this.#more]);
    this.#first = null;
    this.#more = null;
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  close(): void {
    this.flush();
    this.#closed = true;
    this.#first = null;
    this.#more = null;
    this.#ready = null;
  }

  #add(bytes: Buffer): void {
    if (this.#first === null) {
      this.#first = bytes;
      this.#flusher.written(this);
    } else if (this.#more === null) this.#more = [bytes];
    else this.#more.push(bytes);
  }
}
