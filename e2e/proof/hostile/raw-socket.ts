import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What the server said in a frame. */
export interface ServerFrame {
  opcode: number;
  payload: Buffer;
}

/** The client's end of a WebSocket on which anything can be written. */
export interface RawSocket {
  readonly socket: Socket;
  /** Text and binary frames, and the close frame, in order. */
  readonly frames: readonly ServerFrame[];
  readonly closed: boolean;
  write(bytes: Buffer): void;
  /** Resolves as soon as this holds, or the connection is closed, or the time is up. */
  until(holds: () => boolean, withinMs: number): Promise<void>;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export interface RawSocketOptions {
  /** Whether `frames` is filled. Default: true. */
  keepFrames?: boolean;
  /** Told each text as it comes. */
  onText?: (text: string) => void;
  /** Default: the native one. */
  address?: string;
  subprotocol?: string | undefined;
}

/** Opens a socket by hand; a native one, unless told otherwise. */
export async function openRawSocket(port: number, options: RawSocketOptions = {}): Promise<RawSocket> {
  const { address = '/v1/stream', subprotocol = address === '/v1/stream' ? 'rendercast.v1' : undefined } = options;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const frames: ServerFrame[] = [];
  const watching = new Set<() => void>();
  let closed = false;
  let bytes = Buffer.alloc(0);
  let upgraded = false;
  const tell = (): void => {
    for (const look of watching) look();
  };

  function read(): void {
    if (!upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!bytes.toString('latin1', 0, 12).endsWith(' 101')) return void socket.destroy();
      upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    for (let frame = takeFrame(); frame !== null; frame = takeFrame()) {
      if (frame.opcode === PING) socket.write(encodeFrame({ opcode: PONG, payload: frame.payload }));
      else if (options.keepFrames !== false) frames.push(frame);
      if (frame.opcode === TEXT) options.onText?.(frame.payload.toString('utf8'));
    }
  }

  function takeFrame(): ServerFrame | null {
    if (bytes.length < 2) return null;
    const short = (bytes[1] ?? 0) & 0x7f;
    const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < headBytes) return null;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < headBytes + length) return null;
    const frame = {
      opcode: (bytes[0] ?? 0) & 0x0f,
      payload: Buffer.from(bytes.subarray(headBytes, headBytes + length)),
    };
    bytes = bytes.subarray(headBytes + length);
    return frame;
  }

  socket.on('data', (part) => {
    bytes = Buffer.concat([bytes, part]);
    read();
    tell();
  });
  socket.on('close', () => {
    closed = true;
    tell();
  });
  socket.write(
    `GET ${address} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
      `${subprotocol === undefined ? '' : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`}\r\n`,
  );

  const raw: RawSocket = {
    socket,
    frames,
    get closed() {
      return closed;
    },
    write: (part) => void socket.write(part),
    until: (holds, withinMs) =>
      new Promise((resolve) => {
        const settle = (): void => {
          clearTimeout(timer);
          watching.delete(look);
          resolve();
        };
        const look = (): void => {
          if (closed || holds()) settle();
        };
        const timer = setTimeout(settle, withinMs);
        watching.add(look);
        look();
      }),
  };
  await raw.until(() => upgraded, 5_000);
  return raw;
}

/** A frame as the client writes it, or as it should never write it. */
export interface ClientFrame {
  opcode: number;
  payload: Buffer;
  /** Default: the last of its message. */
  fin?: boolean;
  /** Reserved bits, 0 to 7. Default: 0. */
  reserved?: number;
  /** Default: masked, as a client must. */
  masked?: boolean;
  /** How many bytes the head says that the payload has. Default: the truth. */
  claims?: bigint;
  /** Writes the length in eight bytes though fewer would do. */
  long?: boolean;
}

const MASK = Buffer.from([0x12, 0x9a, 0xc3, 0x5e]);

export function encodeFrame(frame: ClientFrame): Buffer {
  const { opcode, payload, fin = true, reserved = 0, masked = true, long = false } = frame;
  const claims = frame.claims ?? BigInt(payload.length);
  const size = long || claims > 65_535n ? 127 : claims > 125n ? 126 : Number(claims);
  const extra = size === 127 ? 8 : size === 126 ? 2 : 0;
  const head = Buffer.alloc(2 + extra);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | size;
  if (size === 126) head.writeUInt16BE(Number(claims), 2);
  else if (size === 127) head.writeBigUInt64BE(claims, 2);
  if (!masked) return Buffer.concat([head, payload]);
  const hidden = Buffer.from(payload);
  for (let index = 0; index < hidden.length; index += 1) hidden[index] = (hidden[index] ?? 0) ^ (MASK[index & 3] ?? 0);
  return Buffer.concat([head, MASK, hidden]);
}

/** A text message in one frame. */
export function textFrame(text: string): Buffer {
  return encodeFrame({ opcode: TEXT, payload: Buffer.from(text) });
}

/** The code in a close frame; null: there was none. */
export function closeCode(frames: readonly ServerFrame[]): number | null {
  const close = frames.find(({ opcode }) => opcode === CLOSE);
  return close === undefined ? null : close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 1005;
}
