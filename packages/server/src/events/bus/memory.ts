import { isTerminal } from '@rendercast/protocol';
import type { Bus, BusHealth, Listening, NewestLevels } from './bus.js';
import { createKeptLevels } from './kept-levels.js';
import { createListeners, groupByJob } from './listeners.js';

const HEALTHY: BusHealth = { degraded: null, losses: 0, dropped: { hints: 0, levels: 0, garbage: 0 } };

/** The bus of one process: calls listeners at once, keeps the newest levels of jobs that have not ended. */
export function createMemoryBus(): Bus {
  const listeners = createListeners();
  const kept = createKeptLevels();

  return {
    publishFacts(logged) {
      for (const [jobId, ofJob] of groupByJob(logged)) {
        listeners.facts(jobId, ofJob, 'both');
        if (ofJob.some(({ fact }) => isTerminal(fact))) kept.forget(jobId);
      }
    },
    publishLevel(carried) {
      if (kept.keep(carried)) listeners.level(carried, 'both');
    },
    async listen(interest, listener): Promise<Listening> {
      const registration = listeners.add(interest, listener);
      return {
        wantPreviews(wanted) {
          registration.wantsPreviews = wanted;
        },
        stop: () => listeners.remove(registration),
      };
    },
    latest: kept.of,
    async newest(jobIds) {
      const found = new Map<string, NewestLevels>();
      for (const jobId of jobIds) {
        const { levels, preview } = kept.of(jobId);
        if (Object.keys(levels).length > 0) found.set(jobId, { levels, preview });
      }
      return found;
    },
    watched: listeners.watched,
    wantsPreviews: listeners.wantsPreviews,
    health: () => HEALTHY,
    async close() {
      listeners.clear();
      kept.clear();
    },
  };
}
