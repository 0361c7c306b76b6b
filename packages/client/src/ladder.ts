import { spreadMs } from './backoff.js';
import type { TransportName } from './options.js';

/** One that worked before is looked at again soon, once: most likely the server was just away. */
const PROVEN_RETRY_MS = 2_000;

/** Which transports are worth trying, best first, and which are left alone for a while. */
export interface Ladder {
  /** Those to try now, best first; all of them when all are in disgrace. */
  rungs(): TransportName[];
  /** It failed where another worked: it is left alone for a while. */
  blame(name: TransportName): void;
  /** It works. */
  praise(name: TransportName): void;
  /** The better one that first deserves another try, and in how long; null when there is none better. */
  next(than: TransportName): { name: TransportName; inMs: number } | null;
}

/** Makes the ladder of the given transports, best first. */
export function createLadder(names: readonly TransportName[], upgradeMs: number): Ladder {
  const all = names.map((name) => ({ name, untilMs: 0, proven: false }));
  const find = (name: TransportName): (typeof all)[number] | undefined => all.find((each) => each.name === name);

  return {
    rungs() {
      const fit = all.filter(({ untilMs }) => untilMs <= performance.now());
      return (fit.length > 0 ? fit : all).map(({ name }) => name);
    },
    blame(name) {
      const it = find(name);
      if (it === undefined) return;
      it.untilMs = performance.now() + spreadMs(it.proven ? Math.min(PROVEN_RETRY_MS, upgradeMs) : upgradeMs);
      it.proven = false;
    },
    praise(name) {
      Object.assign(find(name) ?? {}, { untilMs: 0, proven: true });
    },
    next(than) {
      const better = all.slice(0, names.indexOf(than)).sort((left, right) => left.untilMs - right.untilMs)[0];
      return better === undefined ? null : { name: better.name, inMs: Math.max(0, better.untilMs - performance.now()) };
    },
  };
}
