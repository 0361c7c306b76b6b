import type { Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { fateAt, type LineFaults, writeSize } from './faults.js';

/** Bytes that wait in a line before its sender is slowed down. */
const HELD_BYTES = 262_144;

/** One direction of a connection. */
export interface FaultLine {
  /** Bytes that have passed. */
  readonly passedBytes: number;
}

/** What a line asks of its connection. */
export interface LineEnds {
  from: Socket;
  to: Socket;
  /** Read anew for every write: faults may change while bytes flow. */
  faults(): LineFaults;
  /** Closes both sides in good form, after what was written has left. */
  cut(): void;
  /** Tears both sides. */
  reset(): void;
  /** Aborts when the connection is gone. */
  signal: AbortSignal;
}

interface Held {
  bytes: Buffer;
  /** When it may leave. */
  dueMs: number;
}

/** Carries bytes from one socket to another with all that goes wrong between them. */
export function runLine(ends: LineEnds): FaultLine {
  const { from, to, faults, signal } = ends;
  const queue: Held[] = [];
  let heldBytes = 0;
  let passedBytes = 0;
  let hasEnded = false;
  let wake: () => void = () => undefined;

  from.on('data', (bytes: Buffer) => {
    queue.push({ bytes, dueMs: performance.now() + (faults().delayMs ?? 0) });
    heldBytes += bytes.length;
    if (heldBytes > HELD_BYTES) from.pause();
    wake();
  });
  from.once('end', () => {
    hasEnded = true;
    wake();
  });

  signal.addEventListener('abort', () => wake(), { once: true });

  /** Writes a part; false when the line is at its end. */
  const pass = async (bytes: Buffer): Promise<boolean> => {
    let rest = bytes;
    while (rest.length > 0) {
      const now = faults();
      const fate = fateAt(now, passedBytes);
      if (fate === 'silence') return true; // swallowed: the sender never learns
      if (fate === 'pass') {
        const part = rest.subarray(0, Math.max(1, writeSize(now, passedBytes)));
        await write(to, part);
        passedBytes += part.length;
        rest = rest.subarray(part.length);
        if (now.bytesPerSecond !== undefined)
          await sleep((part.length / now.bytesPerSecond) * 1000, undefined, { signal });
        else if (rest.length > 0) await pause(now.pauseMs ?? 0, signal);
      }
      const next = fate === 'pass' ? fateAt(now, passedBytes) : fate;
      if (next === 'cut') ends.cut();
      if (next === 'reset') ends.reset();
      if (next === 'cut' || next === 'reset') return false;
    }
    return true;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const held = queue.shift();
      if (held === undefined) {
        if (hasEnded) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (signal.aborted) return;
        continue;
      }
      const waitMs = held.dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
      if (!(await pass(held.bytes))) return;
      heldBytes -= held.bytes.length;
      if (heldBytes <= HELD_BYTES / 2) from.resume();
    }
    if (fateAt(faults(), passedBytes) === 'pass') to.end();
  };

  // Ends by an exception only when the connection went away meanwhile; nothing is left to tell then.
  run().catch(() => undefined);
  return {
    get passedBytes() {
      return passedBytes;
    },
  };
}

/** Resolves when the bytes have left the process, so that the next write is a packet of its own. */
function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  ms > 0 ? sleep(ms, undefined, { signal }) : turn(undefined, { signal });
