/** What a scanner is told of the frames that pass. */
export interface FrameListener {
  /** A whole text frame, if `wants` asked for it; its bytes are good only within the call. */
  text(bytes: Buffer): void;
  ping(payload: Buffer): void;
}

const TEXT = 0x1;
const PING = 0x9;

/**
 * Walks over the WebSocket frames of one connection, reading their heads only. A client that parsed every message
 * would be slower than the servers it is to load; this one counts them all and looks into those it is asked to.
 */
export interface FrameScanner {
  feed(bytes: Buffer): void;
  /** Text frames that have passed whole. */
  texts(): number;
}

/** `wants` says before each text frame whether the listener is to see it. */
export function createFrameScanner(listener: FrameListener, wants: () => boolean): FrameScanner {
  /** Bytes of the present frame that are still to come, and pass unseen. */
  let skip = 0;
  /** The start of a frame that a read ended in. */
  let held: Buffer | null = null;
  let texts = 0;

  function scan(bytes: Buffer): void {
    let at = Math.min(skip, bytes.length);
    skip -= at;
    while (at < bytes.length) {
      const head = headOf(bytes, at);
      if (head === null) break;
      const end = head.start + head.length;
      const control = head.opcode === PING;
      if (head.opcode === TEXT) texts += 1;
      const seen = control || (head.opcode === TEXT && wants());
      if (seen && end > bytes.length) {
        if (head.opcode === TEXT) texts -= 1; // it is scanned again when it is whole
        break;
      }
      if (control) listener.ping(bytes.subarray(head.start, end));
      else if (seen) listener.text(bytes.subarray(head.start, end));
      at = Math.min(end, bytes.length);
      skip = end - at;
    }
    if (at < bytes.length) held = Buffer.from(bytes.subarray(at));
  }

  return {
    feed(bytes) {
      if (held === null) return scan(bytes);
      const whole = Buffer.concat([held, bytes]);
      held = null;
      scan(whole);
    },
    texts: () => texts,
  };
}

/** The head of a server's frame (never masked); null where it is not whole. */
function headOf(bytes: Buffer, at: number): { opcode: number; start: number; length: number } | null {
  const left = bytes.length - at;
  if (left < 2) return null;
  const opcode = (bytes[at] ?? 0) & 0x0f;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  if (short < 126) return { opcode, start: at + 2, length: short };
  if (short === 126) return left < 4 ? null : { opcode, start: at + 4, length: bytes.readUInt16BE(at + 2) };
  return left < 10 ? null : { opcode, start: at + 10, length: Number(bytes.readBigUInt64BE(at + 2)) };
}
