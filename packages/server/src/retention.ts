import type { Blobs } from './blobs/blobs.js';
import { keysOfArtifact } from './blobs/keys.js';
import { type Clock, isoTime } from './clock.js';
import type { Config } from './config.js';
import type { Logger } from './logger.js';
import type { Store } from './stores/store.js';

/** What is kept, and how long. 0 is no bound. */
export type RetentionRules = Pick<Config, 'retainDays' | 'retainBytes' | 'retainFavorites' | 'retainInputsDays'>;

/** What one pass forgot. */
export interface RetentionPass {
  jobs: number;
  uploads: number;
}

/** Forgets what the configuration does not want kept. */
export interface Retention {
  /** Makes a pass now, and one each `everyMs` after it. Without rules it does nothing. */
  start(): void;
  /** Forgets everything that is due, oldest first. */
  pass(): Promise<RetentionPass>;
  close(): Promise<void>;
}

export interface RetentionOptions {
  store: Pick<Store, 'prune' | 'pruneUploads'>;
  blobs: Pick<Blobs, 'remove'>;
  clock: Clock;
  logger: Logger;
  rules: RetentionRules;
  /** Told after jobs were forgotten, so that their readers hear of it at once. */
  pruned: () => void;
  /** Time between passes, in milliseconds. Default: one minute, about what a new file may overshoot the bound. */
  everyMs?: number;
}

const EVERY_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** Forgotten in one transaction: about 15 ms, so that no submission waits for a long one. */
const AT_ONCE = 50;

/**
 * Keeps the rules of retention: jobs are forgotten whole, and their bytes after the commit, so that a crash in between
 * leaves orphans for the sweep and never a job without its files.
 */
export function createRetention(options: RetentionOptions): Retention {
  const { store, blobs, clock, logger, rules, everyMs = EVERY_MS } = options;
  const closing = new AbortController();
  let takeBack = (): void => undefined;
  let running: Promise<unknown> = Promise.resolve();

  const before = (days: number): string | null => (days > 0 ? isoTime(clock.now() - days * DAY_MS) : null);

  async function pruneJobs(): Promise<number> {
    const maxBytes = rules.retainBytes > 0 ? rules.retainBytes : null;
    const endedBefore = before(rules.retainDays);
    let jobs = 0;
    while ((maxBytes !== null || endedBefore !== null) && !closing.signal.aborted) {
      const pruned = await store.prune({ endedBefore, maxBytes, favorites: !rules.retainFavorites, limit: AT_ONCE });
      if (pruned.jobIds.length === 0) break;
      options.pruned();
      await dropBytes(pruned.artifactIds);
      jobs += pruned.jobIds.length;
    }
    return jobs;
  }

  async function pruneUploads(): Promise<number> {
    const createdBefore = before(rules.retainInputsDays);
    let uploads = 0;
    while (createdBefore !== null && !closing.signal.aborted) {
      const ids = await store.pruneUploads(createdBefore, AT_ONCE);
      if (ids.length === 0) break;
      await dropBytes(ids);
      uploads += ids.length;
    }
    return uploads;
  }

  async function dropBytes(artifactIds: readonly string[]): Promise<void> {
    for (const key of artifactIds.flatMap(keysOfArtifact))
      await blobs.remove(key).catch((error: unknown) => {
        logger.warn({ error, key }, 'the bytes of a forgotten file could not be deleted; the sweep will try again');
      });
  }

  async function pass(): Promise<RetentionPass> {
    // Jobs first: what they used is an upload that nobody uses then.
    const jobs = await pruneJobs();
    const uploads = await pruneUploads();
    if (jobs + uploads > 0) logger.info({ jobs, uploads }, 'forgot what is not to be kept any longer');
    return { jobs, uploads };
  }

  function run(): void {
    running = pass()
      .catch((error: unknown) => logger.warn({ error }, 'what is old could not be forgotten; it is tried again'))
      .finally(() => {
        if (!closing.signal.aborted) takeBack = clock.after(everyMs, run);
      });
  }

  return {
    start() {
      if (rules.retainDays > 0 || rules.retainBytes > 0 || rules.retainInputsDays > 0) run();
    },
    pass,
    async close() {
      closing.abort();
      takeBack();
      await running;
    },
  };
}
