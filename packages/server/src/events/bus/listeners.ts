import type { LoggedFact } from '@rendercast/protocol';
import type { BusListener, CarriedLevel, Interest } from './bus.js';

/** A listener with what it follows. */
export interface Registration {
  readonly interest: Interest;
  readonly listener: BusListener;
  wantsPreviews: boolean;
}

/** Those of a message's hearers that it is for: listeners of its job, listeners of everything, or both. */
export type Audience = 'job' | 'all' | 'both';

/** The listeners of one process. */
export interface Listeners {
  add(interest: Interest, listener: BusListener): Registration;
  remove(registration: Registration): void;
  facts(jobId: string, logged: readonly LoggedFact[], audience: Audience): void;
  level(carried: CarriedLevel, audience: Audience): void;
  /** Tells those of one job, or all, that hints may be lost. */
  missed(jobId?: string): void;
  /** Whether anybody here hears this job's levels: by themselves or with everything. */
  hears(jobId: string): boolean;
  wantsPreviews(jobId: string): boolean;
  watched(): { jobs: ReadonlySet<string>; all: boolean };
  clear(): void;
}

export function createListeners(): Listeners {
  const byJob = new Map<string, Set<Registration>>();
  const everything = new Set<Registration>();
  const watchedJobs = new Set<string>();

  // A copy: a listener may come or go while it is told.
  function of(jobId: string, audience: Audience): Registration[] {
    const ofJob = audience === 'all' ? [] : (byJob.get(jobId) ?? []);
    return audience === 'job' ? [...ofJob] : [...ofJob, ...everything];
  }

  return {
    add(interest, listener) {
      const registration: Registration = { interest, listener, wantsPreviews: false };
      if ('all' in interest) everything.add(registration);
      else {
        const ofJob = byJob.get(interest.job) ?? new Set();
        byJob.set(interest.job, ofJob.add(registration));
        watchedJobs.add(interest.job);
      }
      return registration;
    },
    remove(registration) {
      const { interest } = registration;
      if ('all' in interest) return void everything.delete(registration);
      const ofJob = byJob.get(interest.job);
      if (ofJob?.delete(registration) !== true || ofJob.size > 0) return;
      byJob.delete(interest.job);
      watchedJobs.delete(interest.job);
    },
    facts(jobId, logged, audience) {
      for (const { listener } of of(jobId, audience)) listener.facts(logged);
    },
    level(carried, audience) {
      for (const { interest, listener } of of(carried.jobId, audience))
        if (!('levels' in interest)) listener.level(carried);
    },
    missed(jobId) {
      const told = jobId === undefined ? [...[...byJob.values()].flatMap((all) => [...all]), ...everything] : null;
      for (const { listener } of told ?? of(jobId ?? '', 'both')) listener.missed?.();
    },
    hears: (jobId) => of(jobId, 'both').some(({ interest }) => !('levels' in interest)),
    wantsPreviews: (jobId) => of(jobId, 'both').some((registration) => registration.wantsPreviews),
    watched: () => ({ jobs: watchedJobs, all: everything.size > 0 }),
    clear() {
      byJob.clear();
      everything.clear();
      watchedJobs.clear();
    },
  };
}

/** Facts of several jobs, job by job, in their order. */
export function groupByJob(logged: readonly LoggedFact[]): Map<string, LoggedFact[]> {
  const groups = new Map<string, LoggedFact[]>();
  for (const entry of logged) {
    const group = groups.get(entry.fact.jobId);
    if (group === undefined) groups.set(entry.fact.jobId, [entry]);
    else group.push(entry);
  }
  return groups;
}
