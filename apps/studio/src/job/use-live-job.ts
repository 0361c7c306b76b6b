import { type UseJob, useJob } from '@rendercast/client/react';
import { useEffect, useRef, useState } from 'react';
import { useSettings } from '../shell/settings.js';

const MODES = { off: 'none', low: 'url', full: 'binary' } as const;
/** How often a preview is renewed with the setting `low`, in milliseconds. */
const LOW_MS = 2_000;

/** Follows a job with previews as the person has set them, over its end too: tags and removal come then. */
export function useLiveJob(id: string | null): UseJob {
  const { previews } = useSettings();
  const live = useJob(id, { previews: MODES[previews], pastEnd: true });
  const calm = useCalm(live.previewUrl, LOW_MS);
  return previews === 'low' ? { ...live, previewUrl: calm } : live;
}

/** The value, changing no more often than that; the newest is never lost. */
function useCalm<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const changedAtMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const show = (): void => {
      changedAtMs.current = performance.now();
      setShown(value);
    };
    const timer = window.setTimeout(show, Math.max(0, changedAtMs.current + everyMs - performance.now()));
    return () => window.clearTimeout(timer);
  }, [value, everyMs]);
  return shown;
}
