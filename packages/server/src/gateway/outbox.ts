import type { Socket } from 'node:net';
import type { Flusher } from '../events/flusher.js';
import { encodePing, readPong } from './websocket-frame.js';

/** A reader that lets this many windows of answers pile up is cut off: it asks and never reads. */
const MAX_WINDOWS = 4;
/** A ping goes along each time this part of the window has been sent, or so many bytes. */
const PINGS_PER_WINDOW = 4;
const MOST_UNPINGED_BYTES = 16_384;
/** What may queue up on the way, in milliseconds: with the preview that just left, facts come within 300. */
const QUEUED_MS = 80;
/** Less than this no line is taken to carry: a small preview. */
const LEAST_LINE_BYTES = 2_048;
/** The window of facts and progress on slow lines. Not smaller: a busy reader answers late, too, and must get on. */
const LEAST_WINDOW_BYTES = 32_768;
const GROWTH = 1.25;
/** No preview follows more than this: it takes a while until a line has shown that it is slow. */
const PREVIEWS_BYTES = 32_768;

/**
 * What leaves through one socket. Everything of one turn leaves in one write. Bytes on their way are counted by
 * pings in the stream, since the kernel takes megabytes before it lets a slow reader be seen. Where answers take longer
 * than the line itself, bytes queue up: fewer previews and smaller ones leave then, so that what is new need not wait
 * behind what is old. There are more again while nothing queues up.
 */
export interface Outbox {
  push(bytes: Buffer): void;
  /** More is on its way than the window allows. */
  blocked(): boolean;
  whenReady(callback: () => void): void;
  /** How large a preview may be that leaves now: 0 for none, null for any. */
  previewBytes(): number | null;
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
  /** A clock that never goes back. Default: the process's. */
  monotonicMs?: () => number;
}

export function createOutbox(options: OutboxOptions): Outbox {
  return new SocketOutbox(options);
}

/** A class, because there is one for each open connection: see decision 006. */
class SocketOutbox implements Outbox {
  readonly #socket: Socket;
  readonly #flusher: Flusher;
  readonly #windowBytes: number;
  /** What may be on the way without queueing up: the window, until the line has shown to be slow. */
  #lineBytes: number;
  readonly #monotonicMs: () => number;
  readonly #overflowed: () => void;
  /** What leaves with the next flush: nearly always one buffer, which then is not copied. */
  #first: Buffer | null = null;
  #more: Buffer[] | null = null;
  #sentBytes = 0;
  #pingedBytes = 0;
  #readBytes = 0;
  /** The quickest answer so far, in milliseconds: the way without a queue. */
  #leastMs = Number.POSITIVE_INFINITY;
  #ready: (() => void)[] | null = null;
  #closed = false;

  constructor({ socket, flusher, windowBytes, overflowed, monotonicMs = () => performance.now() }: OutboxOptions) {
    this.#socket = socket;
    this.#flusher = flusher;
    this.#windowBytes = windowBytes;
    this.#lineBytes = windowBytes;
    this.#monotonicMs = monotonicMs;
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
    return this.#onTheWay() > Math.min(this.#windowBytes, Math.max(this.#lineBytes, LEAST_WINDOW_BYTES));
  }

  whenReady(callback: () => void): void {
    if (this.#closed) return;
    if (!this.blocked()) setImmediate(callback);
    else if (this.#ready === null) this.#ready = [callback];
    else this.#ready.push(callback);
  }

  previewBytes(): number | null {
    const isSlow = this.#lineBytes < this.#windowBytes;
    if (this.#onTheWay() > (isSlow ? this.#lineBytes : PREVIEWS_BYTES)) return 0;
    return isSlow ? this.#lineBytes : null;
  }

  pong(payload: Buffer): void {
    const mark = readPong(payload);
    // Never further than was sent: a peer may answer what nobody asked.
    if (mark === null || !(mark.sentBytes > this.#readBytes) || mark.sentBytes > this.#sentBytes) return;
    const onTheWay = this.#onTheWay();
    this.#readBytes = mark.sentBytes;
    this.#measure(this.#monotonicMs() - mark.sentAtMs, onTheWay);
    // What went while more was allowed may have left without a ping, and nothing else would bring its answer.
    if (this.#onTheWay() > this.#lineBytes && this.#pingedBytes <= this.#readBytes) this.ping();
    // In turn: who filled the window waits behind those that it kept waiting.
    while (this.#ready !== null && !this.blocked()) {
      const callback = this.#ready.shift();
      if (this.#ready.length === 0) this.#ready = null;
      callback?.();
    }
  }

  ping(): void {
    if (this.#closed) return;
    this.#pingedBytes = this.#sentBytes;
    this.#add(encodePing({ sentBytes: this.#sentBytes, sentAtMs: this.#monotonicMs() }));
  }

  flush(): void {
    if (this.#closed || this.#first === null) return;
    // The first ping goes with the first words, while nothing can have queued up.
    const dueBytes = this.#pingedBytes === 0 ? 1 : Math.min(this.#lineBytes / PINGS_PER_WINDOW, MOST_UNPINGED_BYTES);
    if (this.#sentBytes - this.#pingedBytes >= dueBytes) this.ping();
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

  #onTheWay(): number {
    return this.#sentBytes - this.#readBytes;
  }

  /** Learns what the line carries, from how long an answer took and how much was on the way. */
  #measure(tookMs: number, onTheWay: number): void {
    if (!(tookMs >= 0)) return;
    this.#leastMs = Math.min(this.#leastMs, tookMs);
    const queuedMs = tookMs - this.#leastMs;
    let lineBytes = this.#lineBytes;
    // At most by half for one answer: those that are still to come were sent before.
    if (queuedMs > QUEUED_MS) lineBytes = Math.min(lineBytes, onTheWay) * Math.max(0.5, QUEUED_MS / queuedMs);
    else if (queuedMs < QUEUED_MS / 2) lineBytes *= GROWTH;
    const least = Math.min(LEAST_LINE_BYTES, this.#windowBytes);
    this.#lineBytes = Math.min(this.#windowBytes, Math.max(least, Math.floor(lineBytes)));
  }

  #add(bytes: Buffer): void {
    if (this.#first === null) {
      this.#first = bytes;
      this.#flusher.written(this);
    } else if (this.#more === null) this.#more = [bytes];
    else this.#more.push(bytes);
  }
}
