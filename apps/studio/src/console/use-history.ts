import type { Fact, Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { reduce } from '@rendercast/protocol/reduce';
import { useEffect, useState } from 'react';

/** A fact, and the job as it stood after it. */
export interface Step {
  fact: Fact;
  job: Job;
}

/** The history of a job. */
export interface History {
  of: string;
  steps: readonly Step[];
  error: unknown;
}

/** All facts of a job from the first, and those that come while one looks. */
export function useHistory(id: string | null): History | null {
  const client = useClient();
  const [history, setHistory] = useState<History | null>(null);
  useEffect(() => {
    if (id === null) return undefined;
    const leaving = new AbortController();
    const steps: Step[] = [];
    const show = (error: unknown): void => {
      if (!leaving.signal.aborted) setHistory({ of: id, steps: [...steps], error });
    };
    const follow = async (): Promise<void> => {
      const events = client.job(id).events({ from: 'start', levels: false, pastEnd: true, signal: leaving.signal });
      for await (const event of events) {
        if (event.type === 'fact') steps.push({ fact: event.fact, job: reduce(steps.at(-1)?.job ?? null, event.fact) });
        show(null);
      }
    };
    follow().catch(show);
    return () => leaving.abort();
  }, [client, id]);
  return history?.of === id ? history : null;
}
