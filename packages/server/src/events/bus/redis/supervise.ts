import type { Clock } from '../../../clock.js';
import type { Logger } from '../../../logger.js';
import { BusOpenError } from './open-error.js';
import type { Session } from './session.js';

/** First and longest time between two attempts, in milliseconds. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** An opening that takes longer is given up, in milliseconds. */
const OPEN_MS = 4_000;

export interface SuperviseOptions {
  /** Opens a session; the signal gives the opening up and leaves nothing behind. */
  open(failed: (reason: string) => void, signal: AbortSignal): Promise<Session>;
  /** A new session is there; it counts as up once this resolves. */
  up(session: Session): Promise<void>;
  /** The session is over, or there never was one. */
  down(reason: string): void;
  clock: Clock;
  logger: Logger;
  /** 0 to 1, for spreading attempts. Default: Math.random. */
  random?: () => number;
}

/** Sessions one after the other, for ever. */
export interface Supervised {
  /** Why there is no session now; null: there is one. */
  readonly degraded: string | null;
  /** Sessions that were up and were lost. */
  readonly losses: number;
  close(): void;
}

/**
 * Opens a session, and another whenever one is over, after a time that grows and is drawn anew each time: processes that
 * lost the same Redis do not all come back in the same moment. Resolves after the first attempt.
 *
 * @throws BusOpenError where the first attempt shows that waiting does not help
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { clock, logger, random = Math.random } = options;
  let session: Session | null = null;
  let degraded: string | null = 'it is not connected yet';
  let losses = 0;
  /** Attempts since a session has lasted. */
  let failures = 0;
  let upSinceMs = 0;
  let closed = false;
  let takeBack = (): void => undefined;
  let giveUp = (): void => undefined;

  /** One attempt; whatever it fails of is thrown, and the caller tries again. */
  async function attempt(): Promise<void> {
    const over = new AbortController();
    const stopTimer = clock.after(OPEN_MS, () => over.abort(new Error(`no answer within ${OPEN_MS} ms`)));
    giveUp = () => over.abort(new Error('it was closed'));
    let isUp = false;
    const failed = (reason: string): void => {
      if (!isUp) return over.abort(new Error(reason));
      if (closed) return;
      isUp = false;
      session = null;
      losses += 1;
      // One that is lost as soon as it is up is no better than none.
      if (clock.monotonic() - upSinceMs > LONGEST_RETRY_MS) failures = 0;
      goDown(reason);
      again();
    };
    let opened: Session | null = null;
    try {
      opened = await unlessAborted(options.open(failed, over.signal), over.signal, (late) => late.close());
      stopTimer();
      await unlessAborted(options.up(opened), over.signal);
    } catch (error) {
      stopTimer();
      opened?.close();
      goDown(error instanceof Error ? error.message : String(error));
      throw error;
    }
    session = opened;
    isUp = true;
    if (degraded !== null) logger.info({ redis: opened.server }, 'the bus is up: processes hear each other');
    degraded = null;
    upSinceMs = clock.monotonic();
  }

  function goDown(reason: string): void {
    if (closed) return;
    if (reason !== degraded)
      logger.warn(
        { reason },
        'the bus is degraded: other processes are not heard, readers follow the log and see news seconds late; trying again',
      );
    degraded = reason;
    options.down(reason);
  }

  function again(): void {
    if (closed) return;
    const upToMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
    failures += 1;
    takeBack = clock.after(upToMs * (0.25 + 0.75 * random()), () => void attempt().catch(again));
  }

  const supervised: Supervised = {
    get degraded() {
      return degraded;
    },
    get losses() {
      return losses;
    },
    close() {
      closed = true;
      takeBack();
      giveUp();
      session?.close();
      session = null;
    },
  };
  try {
    await attempt();
  } catch (error) {
    if (error instanceof BusOpenError) {
      supervised.close();
      throw error;
    }
    again();
  }
  return supervised;
}

/** Waits for a result, but no longer than the signal lets it; one that comes later all the same is handed to `late`. */
async function unlessAborted<T>(
  awaited: Promise<T>,
  signal: AbortSignal,
  late: (result: T) => void = () => undefined,
): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  void awaited.then(
    (result) => {
      if (signal.aborted) late(result);
    },
    () => undefined,
  );
  return await Promise.race([awaited, aborted]);
}
