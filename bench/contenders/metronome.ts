import { monotonicUs } from '../processes/monotonic.js';

/** Reports at a steady rate, topic after topic. */
export interface Metronome {
  /** Stops, and says how many reports there were. */
  stop(): number;
}

/** The finest that a timer can do. */
const LEAST_MS = 1;

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
    const due = Math.floor((monotonicUs() - startUs) / everyUs);
    while (sent < due) {
      sent += 1;
      report(sent % topics, Math.round(startUs + sent * everyUs));
    }
    lookLater();
  }

  function lookLater(): void {
    const leftMs = (startUs + (sent + 1) * everyUs - monotonicUs()) / 1_000;
    timer = setTimeout(look, Math.max(LEAST_MS, Math.ceil(leftMs)));
  }
  let timer: NodeJS.Timeout | null = null;
  lookLater();

  return {
    stop() {
      if (timer !== null) clearTimeout(timer);
      return sent;
    },
  };
}
