import type { ClientMessageInput } from '@rendercast/protocol/dialects/native/messages';
import { randomId } from '../random-id.js';
import type { SocketLike } from '../transports/socket.js';
import { MOVED_CODE, MOVING, type Opened, type ToExchange, type ToLine } from './tab-messages.js';
import { createTrunk, type Trunk, type TrunkLine } from './trunk.js';

/** The tab that holds the socket, seen from within. */
export interface Exchange {
  /** Sends all lines elsewhere and closes the sockets. */
  close(): void;
}

interface Extension extends TrunkLine {
  trunk: Trunk | null;
  /** Lets go of it without a word to the line. */
  drop(): void;
}

/** Opens the exchange: takes lines, and puts those that show the same key through to one socket. */
export function createExchange(scope: string, connect: () => SocketLike): Exchange {
  const exchange = randomId();
  const channel = new BroadcastChannel(scope);
  const extensions = new Map<string, Extension>();
  const trunks = new Map<string, Trunk>();

  function take(line: string): void {
    if (extensions.has(line)) return;
    const wire = new BroadcastChannel(`${scope}:${line}`);
    const waiting = new AbortController();
    const post = (message: ToLine): void => wire.postMessage(message);
    const extension: Extension = {
      trunk: null,
      hear: (data) => post({ exchange, type: 'heard', data }),
      gone(code) {
        post({ exchange, type: 'gone', code });
        extension.drop();
      },
      drop() {
        if (!extensions.delete(line)) return;
        waiting.abort();
        wire.close();
        extension.trunk?.leave(extension);
      },
    };
    extensions.set(line, extension);
    // Granted when its tab is gone, whether or not it could say so.
    navigator.locks
      .request(`${scope}:${line}`, { signal: waiting.signal }, () => extension.drop())
      .catch(() => undefined); // we let go of it first
    post({ exchange, type: 'taken' });
  }

  function put(extension: Extension, data: string): void {
    const message = JSON.parse(data) as ClientMessageInput;
    if (message.type === 'hello') {
      const key = message.token ?? '';
      extension.trunk = trunks.get(key) ?? dial(key, data);
      extension.trunk.join(extension);
    } else extension.trunk?.say(extension, message);
  }

  function dial(key: string, hello: string): Trunk {
    const trunk = createTrunk(connect(), hello, () => {
      if (trunks.get(key) === trunk) trunks.delete(key);
    });
    trunks.set(key, trunk);
    return trunk;
  }

  channel.addEventListener('message', ({ data }: MessageEvent<ToExchange | Opened>) => {
    if (data.type === 'attach') return take(data.line);
    if (data.type === 'opened') return;
    const extension = extensions.get(data.line);
    if (data.type === 'leave') extension?.drop();
    else if (extension !== undefined) put(extension, data.data);
  });
  channel.postMessage({ type: 'opened', exchange } satisfies Opened);

  return {
    close() {
      channel.close();
      for (const extension of [...extensions.values()]) {
        extension.hear(MOVING);
        extension.gone(MOVED_CODE);
      }
      for (const trunk of [...trunks.values()]) trunk.close();
    },
  };
}
