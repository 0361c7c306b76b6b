import { WebSocket as UndiciSocket } from 'undici';
import { WebSocket as WsSocket } from 'ws';

/** Where the server is. A front end is pointed at Rendercast by this and nothing else. */
export const host = process.env.RENDERCAST_URL ?? 'http://localhost:8000';

/** The WebSocket that a browser has and Node 20 lacks: that of `ws`, or of undici with EXAMPLE_SOCKET=undici. */
const WebSocket = (process.env.EXAMPLE_SOCKET === 'undici' ? UndiciSocket : WsSocket) as unknown as {
  new (url: string): globalThis.WebSocket;
};

/** A message as it comes: what it holds is what the examples claim. */
export type Message = Record<string, unknown>;

/** What a page has of its socket. */
export interface Page {
  readonly heard: readonly Message[];
  send(message: Message | string): void;
  /** Waits for a message that fits, also among those that came before. */
  until(fits: (message: Message) => boolean): Promise<Message>;
  /** Waits for the close of the server; answers its code. */
  closed(): Promise<number>;
  close(): void;
}

/** Opens a socket as a page does, and keeps what comes. Rejects where the server refuses it. */
export async function openPage(path: string): Promise<Page> {
  const socket = new WebSocket(`${host.replace('http', 'ws')}${path}`);
  const heard: Message[] = [];
  const waiting = new Set<() => void>();
  let code: number | null = null;
  socket.onmessage = ({ data }) => {
    heard.push(JSON.parse(String(data)) as Message);
    for (const look of [...waiting]) look();
  };
  socket.onclose = (event) => {
    code = event.code;
    for (const look of [...waiting]) look();
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`no socket at ${path}`));
  });

  /** The first thing there is; what never comes ends the example by its own time limit. */
  const waitFor = <T>(find: () => T | null | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === null || found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });

  return {
    heard,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    until: (fits) => waitFor(() => heard.find(fits)),
    closed: () => waitFor(() => code),
    close: () => socket.close(),
  };
}

/** Calls the server as a page does; answers the status and the JSON. */
export async function call(method: string, path: string, body?: object): Promise<{ status: number; json: Message }> {
  const response = await fetch(`${host}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Message };
}

/** Fetches what an `<img>` or `<audio>` of the page would show. */
export async function fetchFile(url: string): Promise<{ type: string; size: number }> {
  const response = await fetch(new URL(url, host));
  const { byteLength } = await response.arrayBuffer();
  return { type: response.ok ? (response.headers.get('content-type') ?? '') : `${response.status}`, size: byteLength };
}

/** Whether no number is lower than the one before. */
export const neverFalls = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
