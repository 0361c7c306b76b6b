import { useClient } from '@rendercast/client/react';
import { useEffect, useState } from 'react';

/** The picture to start from, small. Fetched with the key: an input has no signed address. */
export function StartThumb({ artifactId }: { artifactId: string }) {
  const client = useClient();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    let made: string | null = null;
    async function load(): Promise<void> {
      const path = `v1/artifacts/${encodeURIComponent(artifactId)}`;
      const answer = await client.download({ url: path }, { signal: leaving.signal });
      const blob = await answer.blob();
      if (leaving.signal.aborted) return;
      made = URL.createObjectURL(blob);
      setUrl(made);
    }
    // Without it the name and the button are still there.
    load().catch(() => undefined);
    return () => {
      leaving.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [client, artifactId]);
  return <span className="image-start-thumb">{url === null ? null : <img src={url} alt="" />}</span>;
}
