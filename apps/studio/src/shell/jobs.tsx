import { type FeedItem, type UseFeed, useFeed } from '@rendercast/client/react';
import { createContext, type ReactNode, useContext } from 'react';

const JobsContext = createContext<UseFeed | null>(null);

/** The newest jobs, followed once for the whole page: navigation, title and several screens show parts of them. */
export function JobsProvider({ children }: { children: ReactNode }) {
  const jobs = useFeed({}, { limit: 60 });
  return <JobsContext value={jobs}>{children}</JobsContext>;
}

/** The newest jobs, newest first, with their levels. New ones come in by themselves. */
export function useJobs(): UseFeed {
  const jobs = useContext(JobsContext);
  if (jobs === null) throw new Error('useJobs needs <JobsProvider> around it.');
  return jobs;
}

/** Whether a job of a list still waits or runs. */
export function isActive({ job }: Pick<FeedItem, 'job'>): boolean {
  return job.state === 'queued' || job.state === 'running';
}
