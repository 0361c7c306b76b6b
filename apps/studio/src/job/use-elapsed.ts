import type { Job, Levels } from '@rendercast/client';
import { useEffect, useState } from 'react';

/** Time that has passed since the server said it. */
interface Since {
  saidMs: number;
  passedMs: number;
}

/**
 * How long a job has been running, in milliseconds, by what the server said last and the time since then. The clocks of
 * server and browser are never compared. Null while it does not run, or nothing is known.
 */
export function useElapsed(job: Job, progress: Levels['progress'] | null | undefined): number | null {
  const saidMs = job.state === 'running' ? (progress?.elapsedMs ?? null) : null;
  const [since, setSince] = useState<Since | null>(null);
  useEffect(() => {
    if (saidMs === null) return undefined;
    const startedMs = performance.now();
    const timer = window.setInterval(() => setSince({ saidMs, passedMs: performance.now() - startedMs }), 1_000);
    return () => window.clearInterval(timer);
  }, [saidMs]);
  if (saidMs === null) return null;
  return saidMs + (since?.saidMs === saidMs ? since.passedMs : 0);
}
