import type { Progress } from '@rendercast/protocol';

/** Progress of one attempt. */
export interface ProgressOf {
  jobId: string;
  attempt: number;
  progress: Progress;
}

/** Reports on their way to the disk, merged to the newest of each job. */
export interface NewestProgress {
  report(report: ProgressOf): void;
  /** What was reported for an attempt and may not be on disk yet. */
  of(jobId: string, attempt: number): Progress | null;
  /** Writes what is there; resolves when it is done, well or not: losing progress is no failure. */
  flush(): Promise<void>;
}

/** Waits this long for newer reports: enough that a hundred running jobs cost four small commits a second. */
const GATHER_MS = 250;

/** Gathers reports for `save`. `after`: a timer. */
export function createNewestProgress(
  save: (reports: readonly ProgressOf[]) => Promise<void>,
  after: (delayMs: number, callback: () => void) => () => void,
): NewestProgress {
  let gathered = new Map<string, ProgressOf>();
  let saving = new Map<string, ProgressOf>();
  let busy: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | null = null;

  function flush(): Promise<void> {
    cancelTimer?.();
    cancelTimer = null;
    busy = busy.then(async () => {
      if (gathered.size === 0) return;
      saving = gathered;
      gathered = new Map();
      await save([...saving.values()]).catch(() => undefined);
      saving = new Map();
    });
    return busy;
  }

  return {
    report(report) {
      const known = gathered.get(report.jobId);
      if (known === undefined || known.attempt <= report.attempt) gathered.set(report.jobId, report);
      cancelTimer ??= after(GATHER_MS, () => void flush());
    },
    of(jobId, attempt) {
      const newest = [gathered.get(jobId), saving.get(jobId)].find((report) => report?.attempt === attempt);
      return newest?.progress ?? null;
    },
    flush,
  };
}
