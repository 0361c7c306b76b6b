import { useClient } from '@rendercast/client/react';
import { useMemo, useSyncExternalStore } from 'react';
import { createGallery, type GalleryStore, type GalleryView, LOADING_GALLERY } from './gallery-store.js';
import type { GalleryQuery } from './query.js';

/** The gallery of a query, live, with its store for scrolling and holding. Another query is another gallery. */
export function useGallery({ kind, favorite, tag, find }: GalleryQuery): { view: GalleryView; store: GalleryStore } {
  const client = useClient();
  const store = useMemo(
    () => createGallery(client, { kind, favorite, tag, find }),
    [client, kind, favorite, tag, find],
  );
  const view = useSyncExternalStore(store.subscribe, store.get, () => LOADING_GALLERY);
  return { view, store };
}
