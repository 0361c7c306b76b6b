/**
 * What tabs of one browser say to each other. One tab holds the socket and is the *exchange*; each client of each tab has
 * a *line* to it, which looks to the client like a WebSocket of its own. All tabs hear one channel; beside it each line
 * has a channel that only its exchange writes to.
 */

/** Said on the channel that all hear, by lines. */
export type ToExchange =
  /** Wants to be taken by whoever is the exchange. */
  | { type: 'attach'; line: string }
  /** A message of the client. */
  | { type: 'say'; line: string; data: string }
  | { type: 'leave'; line: string };

/** Said on the channel that all hear, by an exchange that begins. */
export interface Opened {
  type: 'opened';
  exchange: string;
}

/** Said to one line. A line listens to the exchange that took it and to no other. */
export type ToLine = { exchange: string } & (
  | { type: 'taken' }
  | { type: 'heard'; data: string | ArrayBuffer }
  | { type: 'gone'; code: number }
);

/** Said to a client whose exchange moves to another tab: nothing is wrong, come back at once. */
export const MOVING = JSON.stringify({ type: 'draining', retryAfterMs: 0 });
/** The close code that follows: a word of the server's kind, so that the way itself is not blamed. */
export const MOVED_CODE = 4503;

/** Resolves when the signal aborts. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
