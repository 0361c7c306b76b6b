import { isEnded } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useMemo } from 'react';
import { useToast } from '../parts/toast.js';
import { wordsOf } from '../shell/words.js';
import type { GalleryItem } from './item.js';
import { zip } from './zip.js';

/** What can be done with several items at once. Each says what went wrong; none throws. */
export interface GalleryActions {
  /** Deletes files; a job all of whose files go goes too. */
  remove(items: readonly GalleryItem[]): Promise<void>;
  /** Saves one file as it is, several as one archive. */
  download(items: readonly GalleryItem[]): Promise<void>;
  favorite(items: readonly GalleryItem[], favorite: boolean): Promise<void>;
  addTag(items: readonly GalleryItem[], tag: string): Promise<void>;
}

/** Requests under way at once: a browser has six connections, and the page needs some. */
const AT_ONCE = 4;

/** Makes the verbs of the gallery. */
export function useGalleryActions(): GalleryActions {
  const client = useClient();
  const toast = useToast();
  return useMemo(() => {
    /** Does it for each; says once how many it could not be done for, and why. */
    async function each<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
      const rest = [...all];
      let failed = 0;
      let reason: unknown;
      async function work(): Promise<void> {
        for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
          try {
            await act(one);
          } catch (error) {
            failed += 1;
            reason = error;
          }
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      if (failed > 0)
        toast({
          tone: 'bad',
          words: `${all.length > 1 ? `${failed} of ${all.length} failed. ` : ''}${wordsOf(reason)}`,
        });
    }

    async function read({ artifact }: GalleryItem) {
      const answer = await client.download(artifact);
      return { name: artifact.name, bytes: new Uint8Array(await answer.arrayBuffer()) };
    }

    return {
      remove(items) {
        const whole = jobsOf(items).filter(
          (job) => isEnded(job) && items.filter((item) => item.job.id === job.id).length === job.outputs.length,
        );
        const ids = new Set(whole.map(({ id }) => id));
        const orders = [
          ...whole.map(
            ({ id }) =>
              () =>
                client.job(id).remove(),
          ),
          ...items
            .filter(({ job }) => !ids.has(job.id))
            .map(
              ({ id }) =>
                () =>
                  client.removeArtifact(id),
            ),
        ];
        return each(orders, (order) => order());
      },
      async download(items) {
        const files: Awaited<ReturnType<typeof read>>[] = [];
        await each(items, async (item) => files.push(await read(item)));
        const [only] = files;
        if (only === undefined) return;
        if (files.length === 1) save(new Blob([only.bytes]), only.name);
        else save(zip(files), 'rendercast.zip');
      },
      favorite: (items, favorite) => each(jobsOf(items), ({ id }) => client.job(id).edit({ favorite })),
      addTag: (items, tag) =>
        each(
          jobsOf(items).filter(({ tags }) => !tags.includes(tag)),
          ({ id, tags }) => client.job(id).edit({ tags: [...tags, tag] }),
        ),
    };
  }, [client, toast]);
}

/** The jobs of some items, each once. */
function jobsOf(items: readonly GalleryItem[]): GalleryItem['job'][] {
  return [...new Map(items.map(({ job }) => [job.id, job])).values()];
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
