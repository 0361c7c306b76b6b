/** What goes wrong in one direction. All may be combined; bytes are counted per connection and direction. */
export interface LineFaults {
  /** Every byte arrives this much later, in order. Default: 0. */
  delayMs?: number;
  /** At most so many bytes pass in a second. Default: no bound. */
  bytesPerSecond?: number;
  /** After so many bytes the connection is closed in good form (FIN) to both sides. */
  cutAfterBytes?: number;
  /** After so many bytes the connection is torn (RST) to both sides. */
  resetAfterBytes?: number;
  /**
   * After so many bytes nothing passes any more, not even the end, though both sides stay connected: what a vanished
   * machine or a forgetful router looks like.
   */
  silentAfterBytes?: number;
  /** Every write holds at most so many bytes and leaves by itself. */
  segmentBytes?: number;
  /** Writes end at these places of the stream, so that a frame arrives in two parts. */
  splitAt?: readonly number[];
  /** Between two parts of a split write, in milliseconds, so that the reader sees both. Default: 0, one turn of the loop. */
  pauseMs?: number;
}

/** What goes wrong on a connection. */
export interface Faults {
  /** From the client to the server. */
  up?: LineFaults;
  /** From the server to the client. */
  down?: LineFaults;
  /** Connections are torn as soon as they are made. */
  refuse?: boolean;
}

/** Number of the byte at which something happens next, whatever it is. */
function nextEvent(faults: LineFaults, passed: number): number {
  const places = [faults.cutAfterBytes, faults.resetAfterBytes, faults.silentAfterBytes, ...(faults.splitAt ?? [])];
  const ahead = places.filter((place) => place !== undefined && place > passed);
  return Math.min(Number.POSITIVE_INFINITY, ...(ahead as number[]));
}

/** What happens once so many bytes have passed. */
export function fateAt(faults: LineFaults, passed: number): 'pass' | 'cut' | 'reset' | 'silence' {
  const reached = (place: number | undefined): boolean => place !== undefined && passed >= place;
  if (reached(faults.resetAfterBytes)) return 'reset';
  if (reached(faults.cutAfterBytes)) return 'cut';
  return reached(faults.silentAfterBytes) ? 'silence' : 'pass';
}

/** Bytes of the next write: up to the next event, the segment, and 50 ms worth of the rate. */
export function writeSize(faults: LineFaults, passed: number): number {
  const paced =
    faults.bytesPerSecond === undefined ? Number.POSITIVE_INFINITY : Math.max(1, faults.bytesPerSecond / 20);
  return Math.floor(
    Math.min(nextEvent(faults, passed) - passed, faults.segmentBytes ?? Number.POSITIVE_INFINITY, paced),
  );
}
