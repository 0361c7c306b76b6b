import { decodeFrame } from '@rendercast/protocol/frame';

/** One line of the log. */
export interface Entry {
  id: number;
  /** The page's own clock, in milliseconds. */
  atMs: number;
  /** `note`: what the console itself says, about opening and closing. */
  way: 'in' | 'out' | 'note';
  /** What kind of message it is, as far as it says so. */
  kind: string;
  /** As it came; of a binary frame its header, and how long it is. */
  text: string;
  sizeBytes: number;
}

/** A log over one socket of any dialect. */
export interface WireLog {
  get(): WireView;
  subscribe(listener: () => void): () => void;
  /** Closes what is open, and opens this. */
  open(to: { url: string; subprotocol: string | null; first: readonly string[] }): void;
  send(text: string): void;
  clear(): void;
  close(): void;
}

export interface WireView {
  status: 'closed' | 'opening' | 'open';
  entries: readonly Entry[];
  /** All that ever came in, also what was let go of. */
  received: number;
}

/** Older ones are let go of. */
const KEPT = 1_000;

/** Makes an empty log. What comes is shown once per frame, however much it is. */
export function createWireLog(): WireLog {
  const listeners = new Set<() => void>();
  let view: WireView = { status: 'closed', entries: [], received: 0 };
  let waiting: Entry[] = [];
  let socket: WebSocket | null = null;
  let count = 0;
  let planned = false;

  function show(part: Partial<WireView>): void {
    view = { ...view, ...part };
    for (const listener of [...listeners]) listener();
  }

  function flush(): void {
    planned = false;
    const received = waiting.filter(({ way }) => way === 'in').length;
    show({ entries: [...view.entries, ...waiting].slice(-KEPT), received: view.received + received });
    waiting = [];
  }

  function note(way: Entry['way'], text: string, sizeBytes: number, kind = kindOf(text)): void {
    count += 1;
    waiting.push({ id: count, atMs: Date.now(), way, kind, text, sizeBytes });
    if (planned) return;
    planned = true;
    // A timer, for a hidden page draws no frames.
    setTimeout(flush, 50);
  }

  function say(text: string): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send(text);
    note('out', text, new Blob([text]).size);
  }

  function close(): void {
    socket?.close(1000);
    socket = null;
    show({ status: 'closed' });
  }

  return {
    get: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open({ url, subprotocol, first }) {
      close();
      const own = subprotocol === null ? new WebSocket(url) : new WebSocket(url, subprotocol);
      own.binaryType = 'arraybuffer';
      socket = own;
      show({ status: 'opening' });
      own.addEventListener('open', () => {
        show({ status: 'open' });
        note('note', `Opened ${new URL(url).pathname}`, 0, 'opened');
        for (const text of first) say(text);
      });
      own.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') note('in', data, new Blob([data]).size);
        else note('in', binaryWords(data), data.byteLength);
      });
      own.addEventListener('close', ({ code, reason }) => {
        note('note', `Closed: ${code}${reason === '' ? '' : `, ${reason}`}`, 0, 'closed');
        if (socket === own) show({ status: 'closed' });
      });
    },
    send: say,
    clear() {
      waiting = [];
      show({ entries: [] });
    },
    close,
  };
}

/** The type that a message of any dialect names, or what it is in a word. */
function kindOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return typeof value;
    const { type, kind, event } = value as Record<string, unknown>;
    return [type, kind, event].find((name) => typeof name === 'string') ?? 'object';
  } catch {
    return 'text';
  }
}

function binaryWords(data: ArrayBuffer): string {
  const frame = decodeFrame(new Uint8Array(data));
  if (frame === null) return `${data.byteLength} bytes`;
  return JSON.stringify({ ...(frame.header as object), pictureBytes: frame.body.byteLength });
}
