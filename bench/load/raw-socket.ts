import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createFrameScanner } from './frame-scanner.js';

/** How a load socket is opened. */
export interface RawSocketOptions {
  port: number;
  path: string;
  subprotocol?: string;
  /** Source address: one holds about 28,000 ports, and servers count connections by it. */
  localAddress?: string;
  /** Called before each text frame: whether `text` is to see it. */
  wants(): boolean;
  text(bytes: Buffer): void;
  /** The server closed it after it stood. */
  closed(): void;
}

/** A WebSocket connection that costs its process as little as can be. */
export interface RawSocket {
  send(text: string): void;
  /** Text frames that came. */
  texts(): number;
  close(): void;
}

/** Reads of all sockets share one buffer: what it holds is used before the next. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);
const PONG = 0xa;
const TEXT = 0x1;

/** Opens a socket; resolves once it is upgraded. */
export function openRawSocket(options: RawSocketOptions): Promise<RawSocket> {
  const { port, path, subprotocol, localAddress, wants, text, closed } = options;
  return new Promise((resolve, reject) => {
    let answer: Buffer | null = Buffer.alloc(0);
    let left = false;
    const scanner = createFrameScanner({ text, ping: (payload) => socket.write(clientFrame(PONG, payload)) }, wants);
    const socket = connect({
      port,
      host: '127.0.0.1',
      ...(localAddress === undefined ? {} : { localAddress }),
      onread: {
        buffer: READ_BUFFER,
        callback(length) {
          const bytes = READ_BUFFER.subarray(0, length);
          if (answer === null) scanner.feed(bytes);
          else shake(bytes);
          return true;
        },
      },
    });
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => {
      if (answer === null && !left) closed();
      reject(new Error('the server closed a connection'));
    });
    socket.write(upgradeRequest(path, port, subprotocol));

    function shake(bytes: Buffer): void {
      answer = Buffer.concat([answer ?? Buffer.alloc(0), bytes]);
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = answer.toString('latin1', 0, end);
      if (!status.startsWith('HTTP/1.1 101')) {
        socket.destroy();
        reject(new Error(`the server refused an upgrade: ${status.split('\r\n')[0]}`));
        return;
      }
      const rest = answer.subarray(end + 4);
      answer = null;
      resolve({
        send: (message) => void socket.write(clientFrame(TEXT, Buffer.from(message))),
        texts: scanner.texts,
        close() {
          left = true;
          socket.destroy();
        },
      });
      if (rest.length > 0) scanner.feed(rest);
    }
  });
}

function upgradeRequest(path: string, port: number, subprotocol: string | undefined): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    '\r\n',
  ].join('\r\n');
}

/** A client's frame: masked, with a mask of zeros, which leaves the bytes as they are. */
function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 6 : 8);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (length < 126 ? length : 126);
  if (length >= 126) head.writeUInt16BE(length, 2);
  return Buffer.concat([head, payload]);
}
