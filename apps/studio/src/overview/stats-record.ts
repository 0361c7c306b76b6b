import type { Client, Stats } from '@rendercast/client';

/** The server's figures at one moment. */
export interface Sample {
  /** The page's own clock, in milliseconds. */
  atMs: number;
  stats: Stats;
}

/** What is known of the server's figures. */
export interface StatsView {
  samples: readonly Sample[];
  /** Why the newest could not be read. */
  error: unknown;
}

/** The figures as a value to watch: they are asked for while anyone looks and the page is seen. */
export interface StatsRecord {
  get(): StatsView;
  subscribe(listener: () => void): () => void;
}

const EVERY_MS = 2_000;
/** Half an hour. */
const KEPT = 900;

/** Starts a record. What was gathered stays when one goes to another screen and comes back. */
export function createStatsRecord(client: Pick<Client, 'stats'>): StatsRecord {
  const listeners = new Set<() => void>();
  let view: StatsView = { samples: [], error: null };
  let looking: AbortController | null = null;

  function show(next: StatsView): void {
    view = next;
    for (const listener of [...listeners]) listener();
  }

  async function ask(signal: AbortSignal): Promise<void> {
    try {
      const stats = await client.stats({ signal });
      show({ samples: [...startingWith(view.samples, stats), { atMs: Date.now(), stats }].slice(-KEPT), error: null });
    } catch (error) {
      if (!signal.aborted) show({ ...view, error });
    }
  }

  async function look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (document.visibilityState === 'visible') await ask(signal);
      await rest(signal);
    }
  }

  return {
    get: () => view,
    subscribe(listener) {
      listeners.add(listener);
      if (looking === null) {
        looking = new AbortController();
        void look(looking.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        looking?.abort();
        looking = null;
      };
    },
  };
}

/** What came before; nothing when the server was started anew since, for its counters begin again then. */
function startingWith(samples: readonly Sample[], { uptimeMs }: Stats): readonly Sample[] {
  return (samples.at(-1)?.stats.uptimeMs ?? 0) > uptimeMs ? [] : samples;
}

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    const timer = setTimeout(done, EVERY_MS);
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
