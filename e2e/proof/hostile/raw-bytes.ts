import { connect } from 'node:net';
import type { Chance } from '../../stories/chance.js';
import { hostileString, randomBytes } from './mutate.js';

/** Bytes that are no request, or hardly one. */
export interface RawBytes {
  bytes: Buffer;
  /** Sent apart, with a turn of the loop between. */
  parts: number;
  /** What the sender does after its last byte. */
  afterwards: 'end' | 'stay' | 'reset';
}

const CRLF = '\r\n';

/** An upgrade with something wrong in it. */
function upgrade(chance: Chance): string {
  const path = chance.pick([
    '/v1/stream',
    '/v1/stream/',
    '//',
    '/v1/stream?%',
    '///',
    '/v1/jobs',
    '/%',
    'http://[/',
    '*',
    '/v1/stream?a=%ff',
    '\\\\',
    '/v1/stream#x',
    '//[/',
    '/ws',
    '/ws?previews=%ff&token=x',
    '/ws/image-generation/a',
    '/api/ws/image-generation/%e2%82',
    '/ws/image-generation/',
    '/ws/progress',
    '/api/v1/generation/ws/progress?token=',
    '/render/ws',
    '/render/ws/',
    '/render',
    '/api/media/generate',
  ]);
  const lines = [
    `${chance.pick(['GET', 'GET', 'GET', 'POST', 'CONNECT', 'HEAD'])} ${path} HTTP/1.${chance.pick(['1', '1', '0'])}`,
    ...(chance.happens(0.9) ? ['Host: localhost'] : []),
    `Connection: ${chance.pick(['Upgrade', 'upgrade, keep-alive', 'close', ''])}`,
    `Upgrade: ${chance.pick(['websocket', 'WebSocket', 'h2c', 'x, websocket', ''])}`,
    ...(chance.happens(0.8)
      ? [`Sec-WebSocket-Key: ${chance.pick(['dGhlIHNhbXBsZSBub25jZQ==', 'x', '', 'AAAA'])}`]
      : []),
    ...(chance.happens(0.8) ? [`Sec-WebSocket-Version: ${chance.pick(['13', '8', '', '13, 8', '-1'])}`] : []),
    ...(chance.happens(0.6)
      ? [
          `Sec-WebSocket-Protocol: ${chance.pick(['rendercast.v1', ',', 'a, a', 'x y', '', 'rendercast.v1, rendercast.v1'])}`,
        ]
      : []),
    ...(chance.happens(0.3)
      ? [
          `Sec-WebSocket-Extensions: ${chance.pick(['permessage-deflate', 'permessage-deflate; client_max_window_bits=99', ';', 'x=', '"'])}`,
        ]
      : []),
    ...(chance.happens(0.2) ? [`Origin: ${chance.pick(['http://evil.example', 'null', ''])}`] : []),
  ];
  return lines.join(CRLF) + CRLF + CRLF;
}

/** A request whose framing lies. */
function misframed(chance: Chance): string {
  const path = chance.pick(['/v1/jobs', '/v1/files', '/render', '/api/generate', '/generation/generate']);
  const head = `POST ${path} HTTP/1.1${CRLF}Host: localhost${CRLF}Content-Type: application/json${CRLF}`;
  const next = `GET /v1/stats HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`;
  return chance.pick([
    `${head}Content-Length: 5${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${next}`,
    `${head}Content-Length: 5${CRLF}Content-Length: 6${CRLF}${CRLF}{}   `,
    `${head}Content-Length: -1${CRLF}${CRLF}{}`,
    `${head}Content-Length: 99999999999999999999${CRLF}${CRLF}{}`,
    `${head}Content-Length: 1e3${CRLF}${CRLF}{}`,
    `${head}Content-Length: 1000${CRLF}${CRLF}{"kind":`,
    `${head}Content-Length: 2097153${CRLF}${CRLF}{`,
    `${head}Transfer-Encoding: chunked${CRLF}${CRLF}zz${CRLF}{}${CRLF}`,
    `${head}Transfer-Encoding: chunked${CRLF}${CRLF}fffffffffffffffff${CRLF}{}`,
    `${head}Transfer-Encoding: chunked${CRLF}${CRLF}2${CRLF}{}X`,
    `${head}Transfer-Encoding: chunked${CRLF}${CRLF}2;${'x'.repeat(20_000)}${CRLF}{}${CRLF}0${CRLF}${CRLF}`,
    `${head}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}X-Trailer: ${'y'.repeat(20_000)}${CRLF}${CRLF}`,
    `${head}Transfer-Encoding: gzip, chunked${CRLF}${CRLF}0${CRLF}${CRLF}`,
    `${head}Transfer-Encoding: chunked, identity${CRLF}${CRLF}0${CRLF}${CRLF}`,
    `${head}Expect: 100-continue${CRLF}Content-Length: 3${CRLF}${CRLF}`,
    `${head}Connection: Upgrade${CRLF}Upgrade: h2c${CRLF}Content-Length: 5${CRLF}${CRLF}{}   ${next}`,
    `${head}Connection: Upgrade${CRLF}Upgrade: ${chance.pick(['h2c', '', 'a, b', 'websocket'])}${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}zz${CRLF}`,
    `${head}Connection: Upgrade${CRLF}Upgrade: h2c${CRLF}Content-Length: 900${CRLF}${CRLF}{`,
    `${head}Content-Encoding: gzip${CRLF}Content-Length: 2${CRLF}${CRLF}{}`,
    `${head}${CRLF}${next.repeat(chance.between(1, 30))}`,
  ]);
}

/** Heads that are too much, or none. */
function head(chance: Chance): string {
  return chance.pick([
    `GET /health HTTP/1.1${CRLF}Host: localhost${CRLF}X: ${'y'.repeat(20_000)}${CRLF}${CRLF}`,
    `GET /${'a'.repeat(20_000)} HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`,
    `GET /health HTTP/1.1${CRLF}Host: localhost${CRLF}${`A: b${CRLF}`.repeat(2_500)}${CRLF}`,
    `GET /health HTTP/9.9${CRLF}${CRLF}`,
    `GET /health${CRLF}${CRLF}`,
    `GET  /health HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`,
    `GET /health HTTP/1.1${CRLF}${CRLF}`,
    `GET /health HTTP/1.1${CRLF}Host: a${CRLF}Host: b${CRLF}${CRLF}`,
    `GET /health HTTP/1.1${CRLF}Host : localhost${CRLF}${CRLF}`,
    `GET /health HTTP/1.1${CRLF} folded: x${CRLF}Host: localhost${CRLF}${CRLF}`,
    `GET /health HTTP/1.1\nHost: localhost\n\n`,
    `GET /health HTTP/1.1${CRLF}Host: localhost${CRLF}X: a\u0000b${CRLF}${CRLF}`,
    `GET /health HTTP/1.1${CRLF}Host: localhost${CRLF}: empty${CRLF}${CRLF}`,
    `CONNECT localhost:22 HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`,
    `OPTIONS * HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`,
    `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`,
    `\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003`,
    `${CRLF}${CRLF}${CRLF}`,
    `GET http://[ HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`,
    `GET ${hostileString(chance).replace(/[\r\n ]/g, '')} HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`,
  ]);
}

/** Makes bytes for a connection of their own. */
export function makeRawBytes(chance: Chance): RawBytes {
  const choice = chance.between(0, 9);
  let bytes: Buffer;
  if (choice < 3) bytes = Buffer.from(upgrade(chance), 'latin1');
  else if (choice < 6) bytes = Buffer.from(misframed(chance), 'latin1');
  else if (choice < 8) bytes = Buffer.from(head(chance), 'latin1');
  else if (choice === 8) bytes = randomBytes(chance.between(1, 400), chance);
  else {
    // A good beginning, spoilt somewhere.
    bytes = Buffer.from(chance.pick([upgrade(chance), misframed(chance), head(chance)]), 'latin1');
    for (let count = chance.between(1, 8); count > 0; count -= 1)
      bytes[chance.between(0, bytes.length - 1)] = chance.between(0, 255);
  }
  if (chance.happens(0.2)) bytes = bytes.subarray(0, chance.between(0, bytes.length));
  return {
    bytes,
    parts: chance.happens(0.2) ? chance.between(2, 5) : 1,
    afterwards: chance.pick(['end', 'end', 'stay', 'reset']),
  };
}

/** Sends them on a connection of their own; resolves with all that was answered until it closed or the time was up. */
export function sendRawBytes(port: number, { bytes, parts, afterwards }: RawBytes, withinMs: number): Promise<string> {
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const settle = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(heard).toString('latin1'));
    };
    const timer = setTimeout(settle, withinMs);
    socket.on('error', settle).on('close', settle).on('end', settle);
    socket.on('data', (part) => void heard.push(part));
    socket.on('connect', () => {
      const size = Math.max(1, Math.ceil(bytes.length / parts));
      const send = (at: number): void => {
        if (socket.destroyed) return;
        if (at < bytes.length) {
          socket.write(bytes.subarray(at, at + size));
          if (at + size < bytes.length) return void setImmediate(send, at + size);
        }
        if (afterwards === 'end') socket.end();
        else if (afterwards === 'reset') setImmediate(() => socket.resetAndDestroy());
      };
      send(0);
    });
  });
}
