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

export function createOutbox(options: {
  socket: Socket;
  flusher: Flusher;
  windowBytes: number;
  /** Called once when the peer asks for more and more and never reads. */
  overflowed: () => void;
}): Outbox {
  const { socket, flusher, windowBytes, overflowed } = options;
  let waiting: Buffer[] = [];
  let sentBytes = 0;
  let pingedBytes = 0;
  let readBytes = 0;
  let ready: (() => void)[] = [];
  let closed = false;

  const outbox: Outbox = {
    push(bytes) {
      if (closed) return;
      waiting.push(bytes);
      sentBytes += bytes.length;
      flusher.written(outbox);
      if (sentBytes - readBytes > windowBytes * MAX_WINDOWS) {
        outbox.close();
        overflowed();
      }
    },
    blocked: () => sentBytes - readBytes > windowBytes,
    whenReady(callback) {
      if (closed) return;
      if (outbox.blocked()) ready.push(callback);
      else setImmediate(callback);
    },
    pong(payload) {
      const upTo = readPong(payload);
      // Never further than was sent: a peer may answer what nobody asked.
      if (upTo === null || !(upTo > readBytes) || upTo > sentBytes) return;
      readBytes = upTo;
      if (outbox.blocked() || ready.length === 0) return;
      const callbacks = ready;
      ready = [];
      for (const callback of callbacks) callback();
    },
    ping() {
      pingedBytes = sentBytes;
      waiting.push(encodePing(sentBytes));
      flusher.written(outbox);
    },
    flush() {
      if (closed || waiting.length === 0) return;
      if (sentBytes - pingedBytes >= windowBytes / PINGS_PER_WINDOW) {
        pingedBytes = sentBytes;
        waiting.push(encodePing(sentBytes));
      }
      const [first] = waiting;
      const bytes = waiting.length === 1 && first !== undefined ? first : Buffer.concat(waiting);
      waiting = [];
      if (socket.writable) socket.write(bytes);
    },
    close() {
      outbox.flush();
      closed = true;
      waiting = [];
      ready = [];
    },
  };
  return outbox;
}
