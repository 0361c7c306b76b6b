import type { Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useMemo } from 'react';
import { useToast } from '../parts/toast.js';
import { go, linkTo } from '../shell/router.js';
import { wordsOf } from '../shell/words.js';

/** What can be done about a job. Each says in a note what went wrong; none throws. */
export interface JobActions {
  cancel(job: Job): Promise<void>;
  /** The same request again, as a new job; its id, or null when that failed. */
  retry(job: Job): Promise<string | null>;
  /** Opens the form with the job's parameters. */
  duplicate(job: Job): void;
  favorite(job: Job, favorite: boolean): Promise<void>;
  setTags(job: Job, tags: string[]): Promise<void>;
  setPriority(job: Job, priority: number): Promise<void>;
  /** Removes an ended job with its files. */
  remove(job: Job): Promise<void>;
}

/** Makes the verbs of the screens. */
export function useJobActions(): JobActions {
  const client = useClient();
  const toast = useToast();
  return useMemo(() => {
    async function attempt<T>(act: () => Promise<T>): Promise<T | null> {
      try {
        return await act();
      } catch (error) {
        toast({ tone: 'bad', words: wordsOf(error) });
        return null;
      }
    }
    const edit = async (id: string, part: Parameters<ReturnType<typeof client.job>['edit']>[0]): Promise<void> => {
      await attempt(() => client.job(id).edit(part));
    };
    return {
      async cancel({ id }) {
        await attempt(() => client.job(id).cancel());
      },
      async retry({ id }) {
        return (await attempt(() => client.job(id).retry()))?.id ?? null;
      },
      duplicate: ({ id, kind }) => go(linkTo(kind, [], { from: id })),
      favorite: ({ id }, favorite) => edit(id, { favorite }),
      setTags: ({ id }, tags) => edit(id, { tags }),
      setPriority: ({ id }, priority) => edit(id, { priority }),
      async remove({ id }) {
        await attempt(() => client.job(id).remove());
      },
    };
  }, [client, toast]);
}
