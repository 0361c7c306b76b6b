import type { FileUrl, LoggedFact } from '../../dialect.js';
import type { Job } from '../../job.js';
import type { Artifact } from '../../media.js';
import { isEnded } from '../../reduce.js';
import { type Entry, entryOf, goneEntry } from './gallery.js';
import { type FieldsOf, message } from './messages.js';

/** What happens to the gallery, wherever it was done. */
export interface GalleryView {
  fact(logged: LoggedFact): string[];
}

export function createGalleryView(fileUrl: FileUrl): GalleryView {
  /** Images of jobs that have not ended, by job and slot: a newer attempt's takes the place of an older one. */
  const standing = new Map<string, Map<number, Artifact>>();

  const update = (at: string, action: FieldsOf<'gallery_update'>['action'], data: Entry): string =>
    message('gallery_update', at, { action, data });

  /** Puts an image into its slot; answers the one that it drives out. */
  function place(job: Job, slot: number, artifact: Artifact): Artifact | null {
    if (isEnded(job)) return null;
    const slots = standing.get(job.id) ?? new Map<number, Artifact>();
    standing.set(job.id, slots);
    const before = slots.get(slot) ?? null;
    slots.set(slot, artifact);
    return before === null || before.id === artifact.id ? null : before;
  }

  return {
    fact({ fact, job }) {
      const { at } = fact;
      if (isEnded(job)) standing.delete(job.id);
      switch (fact.type) {
        case 'output': {
          if (fact.artifact === null) return []; // removed since
          const before = place(job, fact.slot, fact.artifact);
          const gone = before === null ? [] : [update(at, 'deleted', goneEntry(job, before, fileUrl))];
          return [...gone, update(at, 'new_image', entryOf(job, fact.artifact, fileUrl))];
        }
        case 'edited':
          if (fact.favorite === undefined) return [];
          return job.outputs.map(({ artifact }) => update(at, 'featured', entryOf(job, artifact, fileUrl)));
        case 'removed':
          return (fact.gone ?? []).map((image) => update(at, 'deleted', goneEntry(job, image, fileUrl)));
        default:
          return [];
      }
    },
  };
}
