import { useEffect, useState } from 'react';
import type { JobView } from '../job-watch.js';
import { useClient } from './provider.js';

/** An address for `<img>` of the newest preview: of its bytes, if they came along, else of the server's. */
export function usePreviewUrl(preview: JobView['preview']): string | null {
  const client = useClient();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (preview === null || preview.picture === null) {
      setUrl(preview?.level.url === undefined ? null : client.address(preview.level.url));
      return undefined;
    }
    const made = URL.createObjectURL(new Blob([preview.picture.slice()], { type: preview.level.mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [client, preview]);
  return url;
}
