import { useClient } from '@rendercast/client/react';
import type { CompositionPlan } from '@rendercast/protocol/media';
import { useEffect } from 'react';
import { musicRequest } from '../job/requests.js';
import { useToast } from '../parts/toast.js';
import { go, linkTo } from '../shell/router.js';
import { wordsOf } from '../shell/words.js';

/** Loads the plan of the song that the address names (`?from=j_1`), once, and takes that out of the address. */
export function useTakenPlan(query: URLSearchParams, onPlan: (plan: CompositionPlan) => void): void {
  const client = useClient();
  const toast = useToast();
  const from = query.get('from');
  useEffect(() => {
    if (from === null) return undefined;
    const leaving = new AbortController();
    async function take(id: string): Promise<void> {
      try {
        const { job } = await client.job(id).snapshot({ signal: leaving.signal });
        const { plan } = musicRequest(job) as { plan?: CompositionPlan };
        if (plan !== undefined) onPlan(plan);
        go(linkTo('music', [job.id]), 'replace');
      } catch (error) {
        if (!leaving.signal.aborted) toast({ tone: 'bad', words: wordsOf(error) });
      }
    }
    void take(from);
    return () => leaving.abort();
  }, [client, toast, from, onPlan]);
}
