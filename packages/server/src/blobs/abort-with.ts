/** A signal that follows others until it is let go. */
export interface Following {
  signal: AbortSignal;
  /** Stops following; must be called, or the followed signals keep it. */
  release(): void;
}

/**
 * Aborts with the first of several signals. As `AbortSignal.any`, which leaves some bytes behind at each signal that it
 * follows, for ever: too much for one that lives as long as the server.
 */
export function abortWith(...signals: (AbortSignal | undefined)[]): Following {
  const own = new AbortController();
  const followed = signals.filter((signal) => signal !== undefined);
  const abort = (): void => own.abort(followed.find(({ aborted }) => aborted)?.reason);
  for (const signal of followed) signal.addEventListener('abort', abort, { once: true });
  if (followed.some(({ aborted }) => aborted)) abort();
  return {
    signal: own.signal,
    release() {
      for (const signal of followed) signal.removeEventListener('abort', abort);
    },
  };
}
