import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Headers that speak of the connection's next protocol, which nobody here speaks. */
const ABOUT_UPGRADES = new Set(['upgrade', 'http2-settings']);

/** Whether a request asks for a WebSocket, among other things or alone. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? '').split(',').some((name) => name.trim().toLowerCase() === 'websocket');
}

/**
 * Answers a request that would like another protocol which is not spoken here as if it had not asked: RFC 9110 lets a server
 * pass an `Upgrade` over, and some clients ask for h2c with every first request. Node has let go of the connection by
 * then, body and all, so the request goes back in front of what follows it, without its wish, and the server reads it
 * once more.
 */
export function answerWithoutUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { server } = socket as Socket & { server?: EventEmitter };
  if (server === undefined) {
    socket.destroy();
    return;
  }
  // Left over from the first reading; they would add up with every such request on one connection.
  socket.removeAllListeners('pause').removeAllListeners('resume');
  socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (!ABOUT_UPGRADES.has(lower)) lines.push(`${name}: ${lower === 'connection' ? withoutUpgrade(value) : value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function withoutUpgrade(connection: string): string {
  const names = connection.split(',').map((name) => name.trim());
  return names.filter((name) => !ABOUT_UPGRADES.has(name.toLowerCase())).join(', ');
}
