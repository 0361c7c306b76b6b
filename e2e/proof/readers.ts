import { openRawSocket, type RawSocket, textFrame } from './hostile/raw-socket.js';

/** Somebody who watches a feed and reads what comes, measuring how long each level was on its way. */
export interface Reader {
  /** Milliseconds from the engine's report to this reader, of every level since the last call. */
  takeDelays(): number[];
  close(): void;
}

const HELLO = textFrame('{"type":"hello"}');
const FOLLOW_ALL = textFrame('{"type":"subscribe","ref":"all","feed":{}}');
/** The metronome's reports carry their instant, in microseconds since 1970. */
const REPORTED_AT = /"etaMs":(\d{16})/g;

export async function openReader(port: number): Promise<Reader> {
  const raw = await openRawSocket(port, { keepFrames: false, onText: (text) => note(text) });
  let delays: number[] = [];
  let isSubscribed = false;
  function note(text: string): void {
    isSubscribed ||= text.includes('"subscribed"');
    const nowMicros = (performance.timeOrigin + performance.now()) * 1000;
    for (const match of text.matchAll(REPORTED_AT)) delays.push((nowMicros - Number(match[1])) / 1000);
  }
  raw.write(HELLO);
  raw.write(FOLLOW_ALL);
  await raw.until(() => isSubscribed, 20_000);
  if (!isSubscribed) throw new Error('a reader was not let in');
  return {
    takeDelays() {
      const taken = delays;
      delays = [];
      return taken;
    },
    close: () => raw.socket.destroy(),
  };
}

/** Somebody who asks for everything and never reads a byte of it, beyond what let them in. */
export async function openDeaf(port: number): Promise<RawSocket> {
  const raw = await openRawSocket(port, { keepFrames: false });
  raw.socket.removeAllListeners('data');
  raw.socket.pause();
  raw.write(HELLO);
  raw.write(FOLLOW_ALL);
  return raw;
}

/** The value below which this part of them lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
