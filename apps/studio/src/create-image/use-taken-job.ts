import { useClient } from '@rendercast/client/react';
import { useEffect } from 'react';
import { useToast } from '../parts/toast.js';
import { go, linkTo } from '../shell/router.js';
import { wordsOf } from '../shell/words.js';
import type { ImageDraft } from './draft.js';
import { withJob } from './take-parameters.js';

/** Fills the form from the job that the address names (`?from=j_1&slot=2`), once, and takes that out of the address. */
export function useTakenJob(
  query: URLSearchParams,
  onDraft: (change: (draft: ImageDraft) => ImageDraft) => void,
): void {
  const client = useClient();
  const toast = useToast();
  const from = query.get('from');
  const slot = Number(query.get('slot') ?? 0);
  useEffect(() => {
    if (from === null) return undefined;
    const leaving = new AbortController();
    async function take(id: string): Promise<void> {
      try {
        const { job } = await client.job(id).snapshot({ signal: leaving.signal });
        if (job.kind === 'image') onDraft((before) => withJob(before, job, slot));
        // What was made with them stays in sight beside the form.
        go(linkTo('image', [job.id]), 'replace');
      } catch (error) {
        if (!leaving.signal.aborted) toast({ tone: 'bad', words: wordsOf(error) });
      }
    }
    void take(from);
    return () => leaving.abort();
  }, [client, toast, from, slot, onDraft]);
}
