import { once } from 'node:events';
import { WebSocket } from 'ws';
import { FOREIGN_SOCKETS } from './foreign-expectations.js';

/** A socket of another language, and all that it was told. */
export interface ForeignSocket {
  path: string;
  heard: string[];
  socket: WebSocket;
  /** Says everything that can be said about a job. */
  sayAll(id: string): void;
}

/** Opens a socket (about a job, where its address names one) with this key in its address; the status where it is refused. */
export async function openForeign(
  url: string,
  path: string,
  key: string | null,
  id: string,
): Promise<ForeignSocket | number> {
  const query = key === null ? '' : `?token=${encodeURIComponent(key)}`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path.replace(/:\w+/, id)}${query}`);
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => void heard.push(data.toString('utf8')));
  const refused = once(socket, 'unexpected-response').then(
    ([, response]) => (response as { statusCode: number }).statusCode,
  );
  const status = await Promise.race([once(socket, 'open').then(() => null), refused.catch(() => 0)]);
  refused.catch(() => undefined);
  socket.on('error', () => undefined);
  if (status !== null) {
    socket.terminate();
    return status;
  }
  return {
    path,
    heard,
    socket,
    sayAll(id) {
      for (const message of FOREIGN_SOCKETS[path]?.(id) ?? []) socket.send(JSON.stringify(message));
    },
  };
}
