import { randomId } from '../random-id.js';
import type { SocketLike } from '../transports/socket.js';
import type { Presence } from './presence.js';
import { MOVED_CODE, MOVING, type ToLine, whenAborted } from './tab-messages.js';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;
const CLOSED_BY_US = 1000;
/** An exchange that does not take a line within this is taken for frozen; with up to half as much again. */
const PATIENCE_MS = 3_000;

type Listeners = {
  open: Set<() => void>;
  error: Set<() => void>;
  message: Set<(event: { data: unknown }) => void>;
  close: Set<(event: { code: number; reason: string }) => void>;
};

/**
 * Opens a line: what the client takes for its WebSocket.
 *
 *   connecting  asks to be taken, again whenever an exchange opens      taken → open
 *   open        says and hears through the exchange that took it        gone, another exchange, close → closed
 *   closed      for good; the client opens another
 */
export function createLine(scope: string, presence: Presence): SocketLike {
  const id = randomId();
  const inbox = new BroadcastChannel(`${scope}:${id}`);
  const life = new AbortController();
  const listeners: Listeners = { open: new Set(), error: new Set(), message: new Set(), close: new Set() };
  let readyState = CONNECTING;
  let exchange: string | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function attach(): void {
    clearTimeout(patience);
    patience = setTimeout(presence.takeOver, PATIENCE_MS * (1 + Math.random() / 2));
    presence.tell({ type: 'attach', line: id });
  }

  function finish(code: number): void {
    if (readyState === CLOSED) return;
    readyState = CLOSED;
    clearTimeout(patience);
    inbox.close();
    life.abort();
    leave(code !== CLOSED_BY_US);
    for (const listener of listeners.close) listener({ code, reason: '' });
  }

  function hear(data: unknown): void {
    for (const listener of listeners.message) listener({ data });
  }

  inbox.addEventListener('message', ({ data }: MessageEvent<ToLine>) => {
    if (readyState === CONNECTING && data.type === 'taken') {
      clearTimeout(patience);
      exchange = data.exchange;
      readyState = OPEN;
      for (const listener of listeners.open) listener();
    } else if (readyState === OPEN && data.exchange === exchange) {
      if (data.type === 'heard') hear(data.data);
      else if (data.type === 'gone') finish(data.code);
    }
  });

  const leave = presence.join((opened) => {
    if (readyState === CONNECTING) attach();
    else if (opened !== exchange) {
      hear(MOVING);
      finish(MOVED_CODE);
    }
  });

  // Held while the line lives: the exchange waits for the same lock, and gets it however this tab may end.
  void navigator.locks.request(`${scope}:${id}`, () => {
    if (!life.signal.aborted) attach();
    return whenAborted(life.signal);
  });

  return {
    binaryType: 'arraybuffer',
    get readyState() {
      return readyState;
    },
    send(data) {
      if (readyState === OPEN) presence.tell({ type: 'say', line: id, data });
    },
    close() {
      if (readyState === CLOSED) return;
      presence.tell({ type: 'leave', line: id });
      finish(CLOSED_BY_US);
    },
    addEventListener(type: keyof Listeners, listener: never) {
      listeners[type].add(listener);
    },
  };
}
