import type { Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useEffect } from 'react';
import { useToast } from '../parts/toast.js';
import { go, linkTo } from '../shell/router.js';
import { wordsOf } from '../shell/words.js';

/**
 * Hands over the job that the address names (`?from=j_1`), once, and takes that out of the address: the job itself stays in
 * sight beside what is made of it.
 */
export function useNamedJob(query: URLSearchParams, screen: 'image' | 'music', onJob: (job: Job) => void): void {
  const client = useClient();
  const toast = useToast();
  const from = query.get('from');
  useEffect(() => {
    if (from === null) return undefined;
    const leaving = new AbortController();
    async function take(id: string): Promise<void> {
      try {
        const { job } = await client.job(id).snapshot({ signal: leaving.signal });
        onJob(job);
        go(linkTo(screen, [job.id]), 'replace');
      } catch (error) {
        if (!leaving.signal.aborted) toast({ tone: 'bad', words: wordsOf(error) });
      }
    }
    void take(from);
    return () => leaving.abort();
  }, [client, toast, from, screen, onJob]);
}
