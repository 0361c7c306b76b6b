import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it came over the line. */
export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  status: number;
  head: string;
  body: Buffer;
  /** The connection can be used again. */
  open: boolean;
  /** The time was up before the answer was whole: a stream, or a server that waits for more. */
  unfinished: boolean;
}

/** A line to the server on which anything can be said, one request after another. */
export interface RawLine {
  /** Sends the bytes and reads one answer. A closed line is opened anew first. */
  ask(bytes: Buffer, options?: { withinMs?: number; headOnly?: boolean }): Promise<RawAnswer>;
  close(): void;
}

const NOTHING: RawAnswer = { status: 0, head: '', body: Buffer.alloc(0), open: false, unfinished: false };

export function createRawLine(port: number): RawLine {
  let socket: Socket | null = null;

  async function opened(): Promise<Socket> {
    if (socket !== null && !socket.destroyed && socket.writable) return socket;
    const fresh = connect({ port, host: '127.0.0.1', noDelay: true });
    fresh.on('error', () => fresh.destroy());
    await once(fresh, 'connect');
    socket = fresh;
    return fresh;
  }

  return {
    async ask(bytes, { withinMs = 3_000, headOnly = false } = {}) {
      const line = await opened();
      const reader = createAnswerReader(headOnly);
      return new Promise((resolve) => {
        const settle = (answer: RawAnswer): void => {
          clearTimeout(timer);
          line.off('data', onData).off('close', onClose).off('end', onClose);
          if (!answer.open) line.destroy();
          resolve(answer);
        };
        const onData = (part: Buffer): void => {
          const answer = reader.take(part);
          if (answer !== null) settle(answer);
        };
        const onClose = (): void => settle(reader.ended());
        const timer = setTimeout(() => settle({ ...reader.ended(), unfinished: true }), withinMs);
        line.on('data', onData).on('close', onClose).on('end', onClose);
        line.write(bytes);
      });
    },
    close: () => void socket?.destroy(),
  };
}

/** Puts an answer together from the parts that it comes in. */
function createAnswerReader(headOnly: boolean) {
  let bytes = Buffer.alloc(0);

  function read(): RawAnswer | null {
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd < 0) return null;
    const head = bytes.subarray(0, headEnd).toString('latin1');
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
    const rest = bytes.subarray(headEnd + 4);
    if (status >= 100 && status < 200) {
      if (status === 101) return { status, head, body: rest, open: false, unfinished: false };
      bytes = rest; // 100 Continue: the answer proper follows
      return read();
    }
    const open = !/^connection: *close/im.test(head);
    const done = (body: Buffer): RawAnswer => ({ status, head, body, open, unfinished: false });
    if (headOnly || status === 204 || status === 304) return done(Buffer.alloc(0));
    if (/^content-type: *text\/event-stream/im.test(head))
      return rest.includes('\n\n') ? { ...done(rest), open: false } : null;
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length !== undefined) return rest.length >= Number(length) ? done(rest.subarray(0, Number(length))) : null;
    if (/^transfer-encoding: *chunked/im.test(head)) return rest.includes('0\r\n\r\n') ? done(rest) : null;
    return null;
  }

  return {
    take(part: Buffer): RawAnswer | null {
      bytes = Buffer.concat([bytes, part]);
      return read();
    },
    /** What there is when no more comes. */
    ended(): RawAnswer {
      const headEnd = bytes.indexOf('\r\n\r\n');
      if (headEnd < 0) return { ...NOTHING, body: bytes };
      const head = bytes.subarray(0, headEnd).toString('latin1');
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
      return { status, head, body: bytes.subarray(headEnd + 4), open: false, unfinished: false };
    },
  };
}
