/** Notices a line that went dead: nothing heard for a while → ping; no answer to that → dead. */
export interface Heartbeat {
  /** Something came. */
  heard(): void;
  /** Pings now instead of at the next beat. */
  check(): void;
  stop(): void;
}

/**
 * Starts to beat. The ping before the verdict matters: after a laptop's sleep everything looks silent, and most
 * lines still work.
 */
export function createHeartbeat(everyMs: number, pongMs: number, ping: () => void, dead: () => void): Heartbeat {
  let silent = true;
  let verdict: ReturnType<typeof setTimeout> | undefined;
  const beat = setInterval(() => {
    if (silent) check();
    silent = true;
  }, everyMs);

  function check(): void {
    if (verdict !== undefined) return;
    verdict = setTimeout(dead, pongMs);
    ping();
  }

  return {
    heard() {
      silent = false;
      clearTimeout(verdict);
      verdict = undefined;
    },
    check,
    stop() {
      clearInterval(beat);
      clearTimeout(verdict);
    },
  };
}
