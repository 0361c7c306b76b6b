/** A job as the server hands it out. */
export interface Work {
  jobId: string;
  lease: string;
  leaseMs: number;
  request: { prompt: string; width?: number; height?: number };
  seed: number;
}

/** What this worker says of itself. */
export const about = { worker: 'rows-1', engine: 'rows', kinds: ['image'], features: ['steps'] };

/** The attempt is over, or should be: whoever works on it lets go. */
export class Stopped extends Error {}

/** Where the server is, and the key with the role `worker`, if it has keys. */
export interface House {
  url: string;
  key: string | undefined;
}

/** The words between a worker and the server, over HTTP or over a socket. */
export interface Line {
  /** Waits for a job for a while; null: there was none. */
  claim(): Promise<Work | null>;
  /** Tells how far a job is. Throws `Stopped` when it should not go on. */
  report(work: Work, said: object): Promise<void>;
  /** Ends an attempt; answers how the job stands then. */
  end(work: Work, how: 'succeed' | 'fail' | 'handBack', body?: object): Promise<string>;
  /** Aborts when the server says by itself that the job should stop. Over HTTP only answers say so. */
  stopOf(work: Work): AbortSignal;
  close(): void;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
