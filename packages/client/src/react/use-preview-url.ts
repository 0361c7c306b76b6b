import { useEffect, useState, useSyncExternalStore } from 'react';
import type { JobView } from '../job-watch.js';
import { createObservable } from '../observable.js';
import { useClient } from './provider.js';

/** An address for `<img>` of the newest preview: of its bytes, if they came along, else of the server's. */
export function usePreviewUrl(preview: JobView['preview']): string | null {
  const client = useClient();
  // Addresses of bytes are the browser's, and must be given back to it.
  const [made] = useState(() => createObservable<string | null>(null));
  useEffect(() => {
    if (preview === null || preview.picture === null) return undefined;
    const url = URL.createObjectURL(new Blob([preview.picture.slice()], { type: preview.level.mediaType }));
    made.set(url);
    return () => {
      URL.revokeObjectURL(url);
      made.set(null);
    };
  }, [made, preview]);
  const ofBytes = useSyncExternalStore(made.subscribe, made.get, () => null);
  const path = preview?.level.url;
  return ofBytes ?? (path === undefined ? null : client.address(path));
}
