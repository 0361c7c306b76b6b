import { isTerminal, type Levels, type LoggedFact, type PreviewBytes, withLevel } from '@rendercast/protocol';
import type { Bus, BusListener, CarriedLevel, Interest, Listening } from './bus.js';

interface Registration {
  listener: BusListener;
  wantsPreviews: boolean;
}

interface Newest {
  levels: Levels;
  preview: PreviewBytes | null;
}

const NOTHING: Newest = { levels: {}, preview: null };

/** The bus of one process: calls listeners at once, keeps the newest levels of jobs that have not ended. */
export function createMemoryBus(): Bus {
  const byJob = new Map<string, Set<Registration>>();
  const everything = new Set<Registration>();
  const newest = new Map<string, Newest>();
  const watchedJobs = new Set<string>();

  const listenersOf = (jobId: string): Registration[] => [...(byJob.get(jobId) ?? []), ...everything];

  function keep(carried: CarriedLevel): boolean {
    const before = newest.get(carried.jobId) ?? NOTHING;
    const levels = withLevel(before.levels, carried.level);
    if (levels === before.levels) return false;
    const preview = carried.level.kind === 'preview' ? carried.preview : before.preview;
    newest.set(carried.jobId, { levels, preview });
    return true;
  }

  function tell(jobId: string, logged: readonly LoggedFact[]): void {
    for (const registration of listenersOf(jobId)) registration.listener.facts(logged);
    if (logged.some(({ fact }) => isTerminal(fact))) newest.delete(jobId);
  }

  function register(interest: Interest, registration: Registration): () => void {
    if ('all' in interest) {
      everything.add(registration);
      return () => everything.delete(registration);
    }
    const registrations = byJob.get(interest.job) ?? new Set();
    registrations.add(registration);
    byJob.set(interest.job, registrations);
    watchedJobs.add(interest.job);
    return () => {
      registrations.delete(registration);
      if (registrations.size > 0 || byJob.get(interest.job) !== registrations) return;
      byJob.delete(interest.job);
      watchedJobs.delete(interest.job);
    };
  }

  return {
    publishFacts(logged) {
      for (const [jobId, ofJob] of groupByJob(logged)) tell(jobId, ofJob);
    },
    publishLevel(carried) {
      if (!keep(carried)) return;
      for (const registration of listenersOf(carried.jobId)) registration.listener.level(carried);
    },
    async listen(interest, listener): Promise<Listening> {
      const registration: Registration = { listener, wantsPreviews: false };
      const stop = register(interest, registration);
      return {
        wantPreviews(wanted) {
          registration.wantsPreviews = wanted;
        },
        stop,
      };
    },
    latest: (jobId) => newest.get(jobId) ?? NOTHING,
    watched: () => ({ jobs: watchedJobs, all: everything.size > 0 }),
    wantsPreviews: (jobId) => listenersOf(jobId).some((registration) => registration.wantsPreviews),
    async close() {
      byJob.clear();
      everything.clear();
      newest.clear();
      watchedJobs.clear();
    },
  };
}

function groupByJob(logged: readonly LoggedFact[]): Map<string, LoggedFact[]> {
  const groups = new Map<string, LoggedFact[]>();
  for (const entry of logged) {
    const group = groups.get(entry.fact.jobId);
    if (group === undefined) groups.set(entry.fact.jobId, [entry]);
    else group.push(entry);
  }
  return groups;
}
