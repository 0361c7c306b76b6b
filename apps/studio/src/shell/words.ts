import { RendercastError } from '@rendercast/client';

/** What a person can do about a failure, where the error's own words do not say it. */
const ADVICE: Partial<Record<string, string>> = {
  unreachable: 'The server does not answer. Is it running? Nothing was lost; try again in a moment.',
  queue_full: 'Too many jobs are waiting. Let some finish, then try again.',
  storage_unavailable: 'The server cannot store anything right now (is its disk full?). Nothing was accepted.',
  unauthorized: 'The server wants an API key.',
  out_of_memory: 'The engine ran out of memory. Try a smaller picture or fewer at once.',
};

/** An error in words for the person at the screen. */
export function wordsOf(error: unknown): string {
  if (error instanceof RendercastError) return ADVICE[error.code] ?? error.message;
  return 'Something went wrong on this page. Reload it; your jobs go on.';
}

/** What a person can do about a job that failed, beside the engine's own words. */
export function adviceOf(code: string): string {
  const advice = ADVICE[code];
  return advice === undefined ? '' : ` ${advice}`;
}
