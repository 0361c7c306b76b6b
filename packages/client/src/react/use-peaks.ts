import type { Artifact } from '@rendercast/protocol/media';
import { useEffect, useState } from 'react';
import { useClient } from './provider.js';

/** Longer files are not decoded for their picture: ten minutes of stereo samples are 200 MB of memory. */
const MOST_BYTES = 12_000_000;
/** Rate that is decoded to: plenty for a picture, and little memory. */
const SAMPLE_RATE = 8_000;

/** How loud a sound is over its length: `count` values from 0 to 1; null until they are known, or when they cannot be. */
export function usePeaks(artifact: Artifact | null, count = 160): readonly number[] | null {
  const client = useClient();
  const [peaks, setPeaks] = useState<{ of: string; values: readonly number[] } | null>(null);
  const id = artifact?.id ?? null;
  useEffect(() => {
    if (artifact === null || artifact.sizeBytes > MOST_BYTES || !('OfflineAudioContext' in globalThis))
      return undefined;
    const leaving = new AbortController();
    const read = async (): Promise<void> => {
      const response = await client.download(artifact, { signal: leaving.signal });
      const sound = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(await response.arrayBuffer());
      if (!leaving.signal.aborted) setPeaks({ of: artifact.id, values: peaksOf(sound.getChannelData(0), count) });
    };
    read().catch(() => undefined); // a player without a picture plays all the same
    return () => leaving.abort();
    // The artifact of an id never changes; only its address does, which is signed anew.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [client, id, count]);
  return peaks !== null && peaks.of === id ? peaks.values : null;
}

/** The loudest sample of each of so many parts, the loudest of all being 1. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const peaks = Array.from({ length: count }, (_, index) => {
    const end = Math.floor(((index + 1) * samples.length) / count);
    let peak = 0;
    for (let at = Math.floor((index * samples.length) / count); at < end; at += 1)
      peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks);
  return loudest === 0 ? peaks : peaks.map((peak) => peak / loudest);
}
