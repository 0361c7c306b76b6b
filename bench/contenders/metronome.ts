import { monotonicUs } from '../processes/monotonic.js';

/** Reports at a steady rate, topic after topic. */
export interface Metronome {
  /** Stops, and says how many reports there were. */
  stop(): number;
}

/** How often it looks whether reports are due: finer than any figure that is judged by it. */
const LOOK_MS = 1;

/**
 * Starts reporting. Each report carries the moment at which it was due, not the one at which a busy loop came to
 * it: a server that cannot keep up is charged with the wait.
 */
export function startMetronome(options: {
  topics: number;
  /** Reports a second over all topics. */
  perSecond: number;
  report(topic: number, dueUs: number): void;
}): Metronome {
  const { topics, perSecond, report } = options;
  const startUs = monotonicUs();
  const everyUs = 1_000_000 / perSecond;
  let sent = 0;

  function look(): void {
    timer = setTimeout(look, LOOK_MS);
    const due = Math.floor((monotonicUs() - startUs) / everyUs);
    while (sent < due) {
      sent += 1;
      report(sent % topics, Math.round(startUs + sent * everyUs));
    }
  }
  let timer = setTimeout(look, LOOK_MS);

  return {
    stop() {
      clearTimeout(timer);
      return sent;
    },
  };
}
