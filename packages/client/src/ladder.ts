import type { TransportName } from './options.js';

/** How much longer than the first time a transport may be left alone at most. */
const MOST_PATIENCE = 10;
/** One that worked before is looked at again soon: most likely the server was just away. */
const PROVEN_RETRY_MS = 2_000;

/** Which transports are worth trying, best first, and which are left alone for a while. */
export interface Ladder {
  /** Those to try now, best first; all of them when all are in disgrace. */
  rungs(): TransportName[];
  /** It failed where another worked: it is left alone for a while, longer each time. */
  blame(name: TransportName): void;
  /** It works. */
  praise(name: TransportName): void;
  /** How long until a better one than this deserves another try; null when there is none. */
  upgradeInMs(than: TransportName): number | null;
  /** The best that deserves a try now and is better than this; null when there is none. */
  better(than: TransportName): TransportName | null;
}

interface Record_ {
  disgraces: number;
  untilMs: number;
  proven: boolean;
}

/** Makes the ladder of the given transports, best first. */
export function createLadder(names: readonly TransportName[], upgradeMs: number): Ladder {
  const records = new Map<TransportName, Record_>(
    names.map((name) => [name, { disgraces: 0, untilMs: 0, proven: false }]),
  );
  const recordOf = (name: TransportName): Record_ =>
    records.get(name) ?? { disgraces: 0, untilMs: Number.POSITIVE_INFINITY, proven: false };
  const now = (): number => performance.now();
  const above = (name: TransportName): TransportName[] => names.slice(0, Math.max(0, names.indexOf(name)));

  return {
    rungs() {
      const fit = names.filter((name) => recordOf(name).untilMs <= now());
      return fit.length > 0 ? fit : [...names];
    },
    blame(name) {
      const record = recordOf(name);
      const firstMs = record.proven ? Math.min(PROVEN_RETRY_MS, upgradeMs) : upgradeMs;
      const restMs = Math.min(firstMs * 2 ** record.disgraces, upgradeMs * MOST_PATIENCE);
      record.untilMs = now() + restMs * (0.75 + Math.random() / 2);
      record.disgraces += 1;
    },
    praise(name) {
      Object.assign(recordOf(name), { disgraces: 0, untilMs: 0, proven: true });
    },
    upgradeInMs(than) {
      const waits = above(than).map((name) => Math.max(0, recordOf(name).untilMs - now()));
      return waits.length === 0 ? null : Math.min(...waits);
    },
    better: (than) => above(than).find((name) => recordOf(name).untilMs <= now()) ?? null,
  };
}
