import type { Frame } from '@rendercast/protocol';
import type { Encoding } from '../events/chunk.js';

const FIN = 0x80;
const TEXT = 0x1;
const BINARY = 0x2;
const PING = 0x9;
const PONG = 0xa;

/**
 * Frames of RFC 6455 as a server sends them: whole, unmasked, not compressed. Made once per event and shared by
 * all sockets, which is why they are not left to each socket's own sender.
 */
export function encodeWebSocketFrame(frame: Frame): Buffer {
  return typeof frame === 'string' ? framed(TEXT, Buffer.from(frame, 'utf8')) : framed(BINARY, frame);
}

/** What a ping carries: how many bytes went before it, and when it left. */
export interface PingMark {
  sentBytes: number;
  sentAtMs: number;
}

/** A ping whose pong says how far the peer has read, and how long the way took. */
export function encodePing({ sentBytes, sentAtMs }: PingMark): Buffer {
  const payload = Buffer.alloc(16);
  payload.writeDoubleBE(sentBytes);
  payload.writeDoubleBE(sentAtMs, 8);
  return framed(PING, payload);
}

/** The answer to a ping, with what it carried. */
export function encodePong(payload: Uint8Array): Buffer {
  return framed(PONG, payload);
}

/** The mark of the ping that a pong answers; null for a pong of something else. */
export function readPong(payload: Buffer): PingMark | null {
  return payload.length === 16 ? { sentBytes: payload.readDoubleBE(), sentAtMs: payload.readDoubleBE(8) } : null;
}

/** The encoding of sockets, by which groups share bytes. */
export const webSocketEncoding: Encoding = {
  name: 'websocket',
  encode: ({ frame }) => encodeWebSocketFrame(frame),
};

function framed(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = FIN | opcode;
  if (headBytes === 2) frame[1] = length;
  else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, headBytes);
  return frame;
}
