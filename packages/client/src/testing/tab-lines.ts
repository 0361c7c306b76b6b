import type { ClientMessageInput } from '@rendercast/protocol/dialects/native/messages';
import { WebSocket } from 'ws';
import { createTrunk, type Trunk, type TrunkLine } from '../tabs/trunk.js';
import type { SocketConstructor, SocketLike } from '../transports/socket.js';

/** What tabs of one browser share, without tabs: lines of clients in this process over trunks to a server. */
export interface TabLines {
  /** The class for `createClient({ webSocket })`. */
  socket: SocketConstructor;
  /** Sockets ever opened to the server. */
  readonly dialed: number;
}

/** Lines and trunks as the exchange of a browser has them; what passes between is copied, as it is between tabs. */
export function createTabLines(): TabLines {
  const trunks = new Map<string, Trunk>();
  let dialed = 0;

  function dial(url: string, protocol: string, hello: string, key: string): Trunk {
    dialed += 1;
    const trunk = createTrunk(new WebSocket(url, protocol) as SocketLike, hello, () => {
      if (trunks.get(key) === trunk) trunks.delete(key);
    });
    trunks.set(key, trunk);
    return trunk;
  }

  function Line(url: string, protocol: string): SocketLike {
    const heard: Record<string, ((event: never) => void)[]> = { open: [], message: [], close: [], error: [] };
    let readyState = 0;
    let trunk: Trunk | null = null;
    const tell = (type: string, event: object): void =>
      void setTimeout(() => {
        if (type === 'close') readyState = 3;
        if (readyState !== 3 || type === 'close') for (const each of heard[type] ?? []) each(event as never);
      });
    const line: TrunkLine = {
      hear: (data) => tell('message', { data: structuredClone(data) }),
      gone: (code) => tell('close', { code, reason: '' }),
    };
    setTimeout(() => {
      if (readyState === 3) return;
      readyState = 1;
      for (const each of heard['open'] ?? []) each({} as never);
    });
    return {
      binaryType: 'arraybuffer',
      get readyState() {
        return readyState;
      },
      send(data) {
        const message = JSON.parse(data) as ClientMessageInput;
        if (message.type !== 'hello') return trunk?.say(line, message);
        const key = message.token ?? '';
        trunk = trunks.get(key) ?? dial(url, protocol, data, key);
        trunk.join(line);
      },
      close() {
        readyState = 3;
        trunk?.leave(line);
      },
      addEventListener(type: string, listener: (event: never) => void) {
        heard[type]?.push(listener);
      },
    };
  }

  return {
    socket: Line as unknown as SocketConstructor,
    get dialed() {
      return dialed;
    },
  };
}
